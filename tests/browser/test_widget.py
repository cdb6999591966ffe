"""The widget on a company's page of another origin, in a real browser."""

from __future__ import annotations

import re
import time
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Browsers, CompanySite, Visit, sign_in
from tests.running_demo import RunningDemo

WORDS = {
    "zh": {
        "title": "在线咨询",
        "hello": "您好，我是 Acme 智能客服",
        "ask": "家用电器保修多久？",
        "answer": "3 年",
        "source": "客户服务手册",
        "weather": "今天北京天气怎么样?",
        "city": "北京",
    },
    "en": {
        "title": "Chat with us",
        "hello": "Hello, I'm the Acme assistant",
        "ask": "How long is the warranty of electrical appliances?",
        "answer": "3 years",
        "source": "Acme Customer Handbook",
        "weather": "What's the weather in Beijing today?",
        "city": "Beijing",
    },
}


def opened(browsers: Browsers, site: CompanySite, language: str, *, width: int = 1280) -> tuple[Visit, Page]:
    visit = browsers.visit(language, width=width)
    visit.page.goto(site.url(language))
    visit.page.click(".launcher")
    return visit, visit.page


def say(page: Page, text: str) -> None:
    page.fill("textarea", text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_is_streamed_with_its_sources_and_survives_a_reload(
    browsers: Browsers, company_site: CompanySite, language: str
) -> None:
    words = WORDS[language]
    visit, page = opened(browsers, company_site, language)
    expect(page.get_by_role("dialog", name=words["title"])).to_be_visible()
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator(".bubble").first).to_contain_text(words["hello"])
    say(page, words["ask"])
    answer = page.locator(".message.bot").last
    expect(answer.locator(".bubble")).to_contain_text(words["answer"])
    answer.locator(".mark").first.click()
    expect(answer.locator(".source").first).to_contain_text(words["source"])
    expect(answer.locator(".source p").first).to_be_visible()
    expect(page.locator("[role=status]")).to_contain_text(words["answer"])
    page.reload()
    expect(page.locator(".message.visitor .bubble")).to_have_text(words["ask"])
    expect(page.locator(".message.bot .bubble").last).to_contain_text(words["answer"])
    say(page, words["weather"])
    expect(page.locator(".message.bot .bubble").last).to_contain_text(words["city"])
    assert not visit.alarms


def test_the_page_of_an_unlisted_origin_gets_no_launcher_and_one_explanation(
    browsers: Browsers, unlisted_site: CompanySite, demo: RunningDemo
) -> None:
    visit = browsers.visit("en")
    with visit.page.expect_console_message(lambda message: "chatbot widget" in message.text):
        visit.page.goto(unlisted_site.url("en"))
    expect(visit.page.locator(".launcher")).to_have_count(0)
    explanations = [text for text in visit.warnings if "chatbot widget" in text]
    assert len(explanations) == 1
    assert unlisted_site.origin in explanations[0]
    assert visit.page.evaluate("Object.keys(localStorage).length") == 0
    refused = httpx.post(
        f"{demo.base_url}/v1/widget/sessions",
        json={"widget_key": demo.acme.widget_key},
        headers={"Origin": unlisted_site.origin},
        trust_env=False,
    )
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_a_broken_stream_goes_on_where_it_broke(browsers: Browsers, company_site: CompanySite) -> None:
    visit, page = opened(browsers, company_site, "en")
    resumed: list[str] = []

    def cut(route: Route) -> None:
        whole = route.fetch()
        events = whole.text().split("\n\n")
        route.fulfill(response=whole, body="\n\n".join(events[:3]) + "\n\n")

    def note(request: Request) -> None:
        if request.method == "GET" and re.search(r"/chatbot/stream/\w+$", request.url):
            resumed.append(request.headers.get("last-event-id", ""))

    page.route("**/chatbot/stream", cut)
    page.on("request", note)
    say(page, WORDS["en"]["ask"])
    expect(page.locator(".rating")).to_be_visible()
    assert resumed == ["2"]
    with page.expect_response("**/v1/widget/messages*") as history:
        page.reload()
    replies = [message["text"] for message in history.value.json()["items"] if message["role"] == "bot"]
    shown = page.locator(".message.bot .bubble").last.inner_text()
    assert len(replies) == 1
    assert re.sub(r"\W", "", shown) == re.sub(r"\W", "", replies[0])
    assert not visit.alarms


def test_a_message_that_did_not_get_through_can_be_sent_again(browsers: Browsers, company_site: CompanySite) -> None:
    visit, page = opened(browsers, company_site, "en")
    page.route("**/chatbot/stream", lambda route: route.fulfill(status=503, json={"code": "service_unavailable"}))
    page.clock.install()
    say(page, "hello")
    failed = page.locator(".bubble.failed")
    for _ in range(100):  # each attempt takes real time, and the pauses between them only the page's
        page.clock.run_for(40_000)
        if failed.count():
            break
        page.wait_for_timeout(50)
    expect(failed).to_contain_text("A lot is going on right now")
    page.unroute("**/chatbot/stream")
    page.click(".retry")
    expect(page.locator(".rating")).to_be_visible()
    expect(page.locator(".message.visitor")).to_have_count(1)
    assert [alarm for alarm in visit.alarms if "503" not in alarm] == []


@pytest.mark.parametrize(("language", "waiting"), [("en", "No connection at the moment"), ("zh", "暂时连接不上")])
def test_a_lost_connection_is_told_of_until_it_is_back(
    browsers: Browsers, company_site: CompanySite, language: str, waiting: str
) -> None:
    visit, page = opened(browsers, company_site, language)
    page.route("**/chatbot/stream", lambda route: route.abort("connectionrefused"))
    say(page, WORDS[language]["ask"])
    expect(page.locator(".note")).to_contain_text(waiting)
    expect(page.locator(".typing")).to_be_visible()
    page.unroute("**/chatbot/stream")
    expect(page.locator(".message.bot").last).to_contain_text(WORDS[language]["answer"], timeout=30_000)
    expect(page.locator(".note")).to_have_count(0)
    assert [alarm for alarm in visit.alarms if "ERR_CONNECTION_REFUSED" not in alarm] == []


def test_a_token_that_has_ended_is_replaced_without_a_word(browsers: Browsers, company_site: CompanySite) -> None:
    visit, page = opened(browsers, company_site, "en")
    page.evaluate(
        """() => { const [name] = Object.keys(localStorage); const kept = JSON.parse(localStorage[name]);
            localStorage[name] = JSON.stringify({...kept, token: "ended"}); }"""
    )
    say(page, "hello")
    expect(page.locator(".rating")).to_be_visible()
    expect(page.locator(".failed")).to_have_count(0)
    assert not visit.alarms


def test_a_turn_under_way_when_the_page_is_left_is_there_afterwards(
    browsers: Browsers, company_site: CompanySite
) -> None:
    visit, page = opened(browsers, company_site, "en")
    say(page, WORDS["en"]["ask"])
    page.reload()
    expect(page.locator(".message.bot .bubble").last).to_contain_text(WORDS["en"]["answer"])
    expect(page.locator(".message.visitor")).to_have_count(1)
    assert not visit.alarms


def test_a_rating_reaches_the_people_who_read_conversations(
    browsers: Browsers, company_site: CompanySite, demo: RunningDemo
) -> None:
    visit, page = opened(browsers, company_site, "en")
    say(page, "Do you deliver to Norway?")
    with page.expect_response("**/feedback") as rated:
        page.click(".thumb[data-rating=up]")
    assert rated.value.status == 204
    expect(page.locator(".thumb[data-rating=up]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator(".thumb[data-rating=up]")).to_have_attribute("aria-pressed", "true")
    admin = sign_in(browsers.visit("en"), demo, demo.acme, "/admin/conversations")
    admin.locator("tbody tr", has_text="visitor:").first.locator("a").click()
    expect(admin.locator(".turn-bot").last).to_contain_text("Rated helpful")
    assert not visit.alarms


def test_a_new_conversation_starts_empty_and_stays_so(browsers: Browsers, company_site: CompanySite) -> None:
    visit, page = opened(browsers, company_site, "zh")
    say(page, "你好")
    expect(page.locator(".rating")).to_be_visible()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".message")).to_have_count(1)
    page.reload()
    expect(page.locator(".message")).to_have_count(1)
    assert not visit.alarms


def test_the_keyboard_opens_closes_and_sends(browsers: Browsers, company_site: CompanySite) -> None:
    visit = browsers.visit("en")
    page = visit.page
    page.goto(company_site.url("en"))
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator(".launcher")).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(page.locator("textarea")).to_have_value("one\ntwo")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()
    assert not visit.alarms


def test_on_a_phone_the_panel_covers_the_screen_and_keeps_the_focus(
    browsers: Browsers, company_site: CompanySite
) -> None:
    visit, page = opened(browsers, company_site, "zh", width=390)
    box = page.locator(".panel").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 900)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.chatbotWidget === ''")
    assert not visit.alarms


@pytest.mark.parametrize(
    ("asked", "system", "dark"), [("", "dark", True), ("light", "dark", False), ("dark", "light", True)]
)
def test_the_theme_is_the_systems_unless_the_site_fixes_it(
    browsers: Browsers,
    company_site: CompanySite,
    asked: Literal["", "light", "dark"],
    system: Literal["light", "dark"],
    dark: bool,
) -> None:
    visit = browsers.visit("en")
    page = visit.page
    page.emulate_media(color_scheme=system)
    page.goto(company_site.url("en", theme=asked))
    page.click(".launcher")
    panel = page.locator(".panel")
    ground = panel.evaluate("panel => getComputedStyle(panel).backgroundColor")
    assert (ground != "rgb(255, 255, 255)") == dark
    page.emulate_media(color_scheme="dark" if system == "light" else "light")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    if asked:
        expect(panel).to_have_css("background-color", ground)
    else:
        expect(panel).not_to_have_css("background-color", ground)
    assert not visit.alarms


def test_a_source_names_the_row_of_its_sheet(browsers: Browsers, company_site: CompanySite, demo: RunningDemo) -> None:
    path = f"/v1/knowledge-bases/{demo.acme.knowledge_base_id}/documents"
    with demo.client(demo.acme) as api:
        table = b"Gift box,Fee for wrapping\nMarigold box,7 EUR\nCornflower box,9 EUR\n"
        uploaded = api.post(path, files={"file": ("Gift boxes.csv", table)}).json()["id"]
        while api.get(f"{path}/{uploaded}").json()["status"] != "ready":
            time.sleep(0.1)
        visit, page = opened(browsers, company_site, "en")
        say(page, "What is the fee for wrapping a Cornflower box?")
        answer = page.locator(".message.bot").last
        expect(answer.locator(".bubble")).to_contain_text("9 EUR")
        expect(answer.locator(".source summary").first).to_have_text("[1] Gift boxes · row 3")
        api.delete(f"{path}/{uploaded}")
    assert not visit.alarms
