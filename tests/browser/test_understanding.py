"""A bot's understanding in the admin UI: taught, trained, explained, measured, imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Browsers, Visit, sign_in
from tests.running_demo import RunningDemo

INVOICE = (
    "怎么开发票",
    "发票抬头写错了",
    "我要电子发票",
    "where is my invoice",
    "I need an invoice",
    "send me the invoice",
)
RETURN = (
    "我要退货",
    "东西不想要了怎么退",
    "退货流程是什么",
    "I want to return this",
    "how do I send it back",
    "return policy",
)
ASKED = (*INVOICE, "怎么开发票呢", "我要电子发票吧", "I need an invoice please")
TABS = ("", "/definitions", "/try", "/versions", "/evaluation", "/regression", "/drift", "/clusters", "/exchange")
LONG_MS = 90_000


@dataclass(frozen=True, slots=True)
class TaughtBot:
    """A bot of the first tenant with two intents; `path` is that of its understanding."""

    demo: RunningDemo
    client: httpx.Client
    bot_id: str

    @property
    def path(self) -> str:
        return f"/admin/bots/{self.bot_id}/understanding"

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = self.client.request(method, f"/v1/bots/{self.bot_id}{path}", json=body)
        answer.raise_for_status()
        return answer

    def teach(self, intent: str, *texts: str) -> None:
        self.call("POST", "/examples", {"examples": [{"intent": intent, "text": text} for text in texts]})


@pytest.fixture
def bot(demo: RunningDemo) -> Iterator[TaughtBot]:
    with demo.client(demo.acme) as client:
        made = client.post("/v1/bots", json={"name": "Returns desk", "default_language": "en"})
        made.raise_for_status()
        taught = TaughtBot(demo, client, made.json()["id"])
        taught.teach("invoice", *INVOICE)
        taught.teach("return_goods", *RETURN)
        yield taught
        client.delete(f"/v1/bots/{taught.bot_id}").raise_for_status()


def visit_tab(visit: Visit, bot: TaughtBot, tab: str = "") -> Page:
    return sign_in(visit, bot.demo, bot.demo.acme, bot.path + tab)


def train(page: Page, number: int) -> None:
    page.locator("#state-actions .button-primary").click()
    expect(page.locator("#versions tbody tr").first).to_contain_text(str(number), timeout=LONG_MS)
    expect(page.locator("#versions tbody tr")).to_have_count(number)
    expect(page.locator("#state-actions .button-primary")).to_be_visible()


def test_examples_are_pasted_marked_edited_and_deleted(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = visit_tab(visit, bot)
    expect(page.locator(".intent-list a")).to_have_count(2)
    expect(page.locator("#chosen")).to_have_text("invoice")
    hostile = "<img src=x onerror=alert(1)> invoice"
    page.fill("#examples textarea", f"invoice for [上海](city)\n- {hostile}\n{INVOICE[0]}\n")
    page.click("#examples form button[type=submit]")
    expect(page.locator(".toast").last).to_contain_text("2 added, 1 there already")
    expect(page.locator(".example-list li")).to_have_count(8)
    row = page.locator(".example-list li", has_text="invoice for")
    expect(row.locator("mark.entity")).to_have_text("上海city")
    expect(page.locator(".example-list li", has_text=hostile)).to_have_count(1)
    row.get_by_role("button", name="Edit").click()
    expect(page.locator(".example-form input")).to_have_value("invoice for [上海](city)")
    page.fill(".example-form input", "invoice for [深圳](city) please")
    page.keyboard.press("Enter")
    expect(row.locator("mark.entity")).to_have_text("深圳city")
    row.get_by_role("button", name="Delete").click()
    expect(page.locator(".example-list li")).to_have_count(7)
    page.reload()
    expect(page.locator(".example-list li")).to_have_count(7)
    assert not visit.alarms


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bot_is_trained_activated_and_taken_back(browsers: Browsers, bot: TaughtBot, language: str) -> None:
    words = {
        "zh": {
            "use": "启用",
            "answers": "由版本 2 回答",
            "back": "回滚",
            "first": "由版本 1 回答",
            "untrained": "尚未训练",
        },
        "en": {"use": "Use", "answers": "Version 2 answers", "back": "Roll back", "first": "Version 1 answers"}
        | {"untrained": "Not trained yet"},
    }[language]
    visit = browsers.visit(language)
    page = visit_tab(visit, bot, "/versions")
    expect(page.locator("#head-state")).to_contain_text(words["untrained"])
    train(page, 1)
    expect(page.locator("#state")).to_contain_text(words["first"])
    bot.teach("invoice", "one more invoice")
    page.reload()
    train(page, 2)
    expect(page.locator("#state")).to_contain_text(words["first"])
    page.locator("#versions tr", has_text="2").first.get_by_role("button", name=words["use"], exact=True).click()
    expect(page.locator("#state")).to_contain_text(words["answers"], timeout=LONG_MS)
    for box in page.locator("td.pick input").all():
        box.check()
    page.click("#compare")
    expect(page.locator("dialog tbody tr").first).to_contain_text("+1")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words["back"]).click()
    page.locator("dialog .button-danger").click()
    expect(page.locator("#state")).to_contain_text(words["first"])
    assert not visit.alarms


def test_the_gate_says_why_it_stops_a_version_and_is_overruled(browsers: Browsers, bot: TaughtBot) -> None:
    bot.call("POST", "/nlu/regression", {"examples": [{"text": text, "intent": "invoice"} for text in ASKED]})
    visit = browsers.visit("en")
    page = visit_tab(visit, bot, "/versions")
    train(page, 1)
    for example in bot.call("GET", "/examples?intent=invoice").json()["items"]:
        bot.call("DELETE", f"/examples/{example['id']}")
    bot.teach("greet", "hello", "hi there", "good morning", "你好", "早上好")
    page.reload()
    train(page, 2)
    page.locator("#versions tbody tr").first.get_by_role("button", name="Use", exact=True).click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Version 2 was stopped by the quality gate", timeout=LONG_MS)
    expect(dialog.locator(".badge-bad").first).to_have_text("Stopped")
    dialog.locator("summary").click()
    expect(dialog.locator("tbody tr")).to_have_count(len(ASKED))
    dialog.get_by_role("button", name="Activate anyway").click()
    expect(page.locator("#state")).to_contain_text("Version 2 answers", timeout=LONG_MS)
    assert not visit.alarms


def test_a_sentence_is_explained_by_its_words_and_its_nearest_examples(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = visit_tab(visit, bot, "/try")
    page.fill("#text", "an invoice for Beijing")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("no trained version yet")
    page.goto(f"{bot.demo.base_url}{bot.path}/versions")
    train(page, 1)
    page.goto(f"{bot.demo.base_url}{bot.path}/try")
    page.fill("#text", "an invoice for Beijing")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-intent")).to_have_text("invoice", timeout=LONG_MS)
    expect(page.locator(".parsed-text mark.entity")).to_contain_text("Beijing")
    expect(page.locator(".words [class*=word-for-]").first).to_be_visible()
    expect(page.locator(".ranking").last).to_contain_text("invoice")
    page.fill("#text", "an invoice from Beijing to Shanghai, tomorrow at 3pm")
    page.keyboard.press("Enter")
    expect(page.locator(".parsed-text mark.entity").first).to_have_text("Beijingcity · from", timeout=LONG_MS)
    expect(page.locator(".parsed-text mark.entity").nth(1)).to_have_text("Shanghaicity · to")
    expect(page.locator("#result")).to_contain_text("· time = 15:00")
    assert not visit.alarms


def test_what_the_bot_did_not_get_becomes_an_intent_in_one_step(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = visit_tab(visit, bot, "/versions")
    train(page, 1)
    lost = ["does the museum open on sunday", "is the museum open on sundays", "sunday museum opening"]
    for number, text in enumerate(lost * 2):
        body = {"user_id": f"U{number}", "bot_id": bot.bot_id, "message": text}
        bot.client.post("/chatbot", json=body).raise_for_status()
    page.goto(f"{bot.demo.base_url}{bot.path}/clusters")
    page.click("#start button")
    cluster = page.locator(".cluster").first
    expect(cluster).to_contain_text("museum", timeout=LONG_MS)
    cluster.get_by_role("button", name="New intent").click()
    page.fill("dialog input[name=intent]", "museum_hours")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".toast").last).to_contain_text("Given to museum_hours")
    names = [intent["name"] for intent in bot.call("GET", "/intents").json()["items"]]
    assert "museum_hours" in names
    expect(page.locator("#head-state")).to_contain_text("Changed since training")
    page.select_option("#status", "assigned")
    expect(page.locator(".cluster .badge-good")).to_contain_text("museum_hours")
    assert not visit.alarms


@pytest.mark.parametrize(("language", "reason"), [("zh", "缺少文本或意图"), ("en", "without text or intent")])
def test_a_table_is_imported_with_a_report_by_line(
    browsers: Browsers, bot: TaughtBot, language: str, reason: str
) -> None:
    visit = browsers.visit(language)
    page = visit_tab(visit, bot, "/exchange")
    table = "text,intent\n在哪里下载发票,invoice\nno intent here,\nI would like a refund,refund\n我要退款,refund\n"
    file: FilePayload = {"name": "more.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.set_input_files("input[name=file]", file)
    page.click("#import button[type=submit]")
    expect(page.locator("#import-report h3").first).to_contain_text("more.csv")
    expect(page.locator("#import-report tbody tr")).to_contain_text(["more.csv:3"])
    expect(page.locator("#import-report tbody")).to_contain_text(reason)
    expect(page.locator("#import-report .note a")).to_be_visible(timeout=LONG_MS)
    with page.expect_download() as download:
        page.click("[data-export=json]")
    assert download.value.suggested_filename == "returns-desk.json"
    page.goto(f"{bot.demo.base_url}{bot.path}#refund")
    expect(page.locator(".example-list li")).to_have_count(2)
    assert not visit.alarms


def test_a_flow_is_written_as_yaml_and_its_mistakes_have_lines(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = visit_tab(visit, bot, "/definitions")
    page.click("#create-flows")
    editor = page.locator("textarea.code")
    expect(editor).to_have_value(re.compile("name: opening_hours"))
    editor.fill("name: returns\nintents: [return_goods]\nslots:\n  - name: order_id\n    required: perhaps\n")
    page.keyboard.press("Control+s")
    expect(page.locator(".trouble-list li")).to_contain_text(re.compile(r"Line 5 slots\[0\]\.required"))
    editor.fill("name: returns\nintents: [")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".trouble-list li")).to_contain_text("Line 2 This cannot be read")
    editor.fill(
        "name: returns\nintents: [return_goods]\nsay:\n  zh: 请在 30 天内寄回。\n  en: Send it back within 30 days.\n"
    )
    page.locator("dialog button[type=submit]").click()
    row = page.locator("#flows tbody tr")
    expect(row).to_contain_text("return_goods")
    expect(row).to_contain_text("replies “Send it back within 30 days.”")
    expect(editor).to_have_count(0)
    page.click("#create-flows")
    expect(editor).to_have_value(re.compile("name: opening_hours"))
    editor.fill("name: thanks\nintents: [thank]\nafter: [returns]\nsay: {en: You are welcome.}\n")
    page.locator("dialog button[type=submit]").click()
    expect(row.filter(has_text="thank")).to_contain_text("only right after: returns")
    row.get_by_role("button", name="Edit returns").click()
    page.get_by_role("button", name="JSON").click()
    expect(editor).to_have_value(re.compile('"intents": \\['))
    assert not visit.alarms


def test_an_evaluation_shows_its_curves_and_a_test_set_its_mistakes(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = visit_tab(visit, bot, "/versions")
    train(page, 1)
    page.goto(f"{bot.demo.base_url}{bot.path}/evaluation")
    page.select_option("#start select[name=kind]", "test_set")
    page.fill("#start textarea", "invoice please\tinvoice\nsend it back\tinvoice\nwho won the match\t\n")
    page.click("#start button[type=submit]")
    expect(page.locator("#report .tile")).to_have_count(5, timeout=LONG_MS)
    expect(page.locator("#report svg.chart")).to_have_count(2)
    expect(page.locator("#report")).to_contain_text("of 3 sentences")
    assert not visit.alarms


@pytest.mark.parametrize(("language", "width"), [("zh", 1600), ("en", 360)])
def test_no_tab_is_wider_than_the_screen_or_misses_a_sentence(
    browsers: Browsers, demo: RunningDemo, language: str, width: int
) -> None:
    visit = browsers.visit(language, width=width)
    page = sign_in(visit, demo, demo.acme)
    for tab in TABS:
        page.goto(f"{demo.base_url}/admin/bots/{demo.acme.bot_id}/understanding{tab}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        assert not re.search(r"\b(?:understanding\w*|common|status|error)\.[a-z_]+\b", page.inner_text("body")), tab
    assert not visit.alarms


def test_another_organisation_sees_nothing_of_it(browsers: Browsers, bot: TaughtBot) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, bot.demo, bot.demo.globex)
    for tab in TABS:
        page.goto(f"{bot.demo.base_url}{bot.path}{tab}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("body")).not_to_contain_text("Returns desk")
        expect(page.locator("body")).not_to_contain_text("return_goods")
        expect(page.locator("#main")).to_contain_text("no longer exists")
