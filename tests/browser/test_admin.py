"""The admin UI in a real browser, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Browsers, Visit, sign_in
from tests.running_demo import RunningDemo

WORDS = {
    "zh": {
        "wrong": "邮箱或密码不正确",
        "ready": "可用",
        "empty": "还没有文档",
        "unsupported": "不支持 .exe 文件",
        "why": "决策过程",
        "gone": "该知识库已不存在",
        "question": "家用电器保修多久？",
        "answer": "3 年",
        "source": "客户服务手册",
    },
    "en": {
        "wrong": "The e-mail or the password is not right.",
        "ready": "Ready",
        "empty": "No documents yet",
        "unsupported": ".exe files are not supported",
        "why": "How the bot decided",
        "gone": "This knowledge base no longer exists.",
        "question": "How long is the warranty of electrical appliances?",
        "answer": "3 years",
        "source": "Acme Customer Handbook",
    },
}
WATCH_PROGRESS = """() => {
  const box = document.querySelector("#documents");
  window.seen = new Set();
  const note = () => box.querySelectorAll("progress").forEach((bar) => window.seen.add(bar.value));
  new MutationObserver(note).observe(box, {childList: true, subtree: true});
}"""
MARKDOWN = """# Coffee machine

## Descaling

Descale the machine every 90 days. Use one litre of water and one sachet of descaler.

## 清洗

滤网每周用清水冲洗一次，不要使用洗碗机。
"""


def new_knowledge_base(page: Page, name: str) -> None:
    page.click("#create")
    page.fill("dialog input[name=name]", name)
    page.fill("dialog textarea[name=description]", "Made by a test")
    page.click("dialog button[type=submit]")
    page.wait_for_url(re.compile(r"/admin/knowledge/[0-9a-f]{32}$"))
    expect(page.locator("h1")).to_have_text(name)


def delete_knowledge_base(page: Page) -> None:
    page.click("#delete")
    page.click("dialog .button-danger")
    page.wait_for_url(re.compile(r"/admin/knowledge$"))


def markdown_file(name: str = "coffee.md") -> FilePayload:
    return {"name": name, "mimeType": "text/markdown", "buffer": MARKDOWN.encode()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_signing_in_and_out(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    visit = browsers.visit(language)
    page = visit.page
    page.goto(demo.admin_url)
    page.fill("#email", demo.acme.email)
    page.fill("#password", "not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(WORDS[language]["wrong"])
    expect(page.locator("#email")).to_have_value(demo.acme.email)
    page.fill("#password", demo.acme.password)
    page.keyboard.press("Enter")
    page.wait_for_url(demo.admin_url)
    expect(page.locator(".tile")).to_have_count(4)
    page.locator("form[action='/admin/logout'] button").click()
    page.wait_for_url(re.compile("/admin/login"))
    page.goto(demo.admin_url)
    expect(page.locator("#password")).to_be_visible()
    assert not visit.alarms


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_is_uploaded_read_searched_and_deleted(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    visit, words = browsers.visit(language), WORDS[language]
    page = sign_in(visit, demo, demo.acme, "/admin/knowledge")
    new_knowledge_base(page, f"Machines {language}")
    expect(page.locator("#documents")).to_contain_text(words["empty"])
    program: FilePayload = {"name": "tool.exe", "mimeType": "", "buffer": b"MZ\x90\0"}
    page.set_input_files("#files", [markdown_file(), program])
    row = page.locator("tr", has_text="coffee.md")
    expect(row.locator(".badge")).to_have_text(words["ready"], timeout=60_000)
    expect(page.locator("tr", has_text="tool.exe")).to_contain_text(words["unsupported"])
    row.locator(".row-actions .button").click()
    expect(page.locator("dialog .chunk").first).to_contain_text("Descale the machine every 90 days")
    expect(page.locator("dialog .chunk-head").first).to_contain_text("Descaling")
    page.keyboard.press("Escape")
    page.fill("#question", "How often must I descale?")
    page.keyboard.press("Enter")
    expect(page.locator("#passages .chunk").first).to_contain_text("every 90 days")
    row.locator(".icon-button.danger").click()
    page.click("dialog .button-danger")
    expect(row).to_have_count(0)
    delete_knowledge_base(page)
    assert not visit.alarms


def test_a_file_let_go_anywhere_on_the_page_is_uploaded(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.acme, "/admin/knowledge")
    new_knowledge_base(page, "Dropped")
    carried = page.evaluate_handle(
        """text => { const carried = new DataTransfer();
            carried.items.add(new File([text], "dropped.md", {type: "text/markdown"})); return carried; }""",
        MARKDOWN,
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
    expect(page.locator("#drop.over")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": carried})
    expect(page.locator("#drop.over")).to_have_count(0)
    expect(page.locator("tr", has_text="dropped.md").locator(".badge")).to_have_text("Ready", timeout=60_000)
    delete_knowledge_base(page)
    assert not visit.alarms


def test_progress_is_shown_page_by_page_while_a_long_document_is_read(
    browsers: Browsers, demo: RunningDemo, tmp_path: Path
) -> None:
    from tests.browser.long_document import write_pdf

    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.acme, "/admin/knowledge")
    new_knowledge_base(page, "Long")
    page.evaluate(WATCH_PROGRESS)
    page.set_input_files("#files", write_pdf(tmp_path / "long.pdf", pages=30))
    expect(page.locator("tr", has_text="long.pdf").locator(".badge")).to_have_text("Ready", timeout=120_000)
    assert len(page.evaluate("[...window.seen]")) >= 3
    page.locator(".row-actions .button").click()
    expect(page.locator("dialog .chunk-head").first).to_contain_text("Page 1")
    page.keyboard.press("Escape")
    delete_knowledge_base(page)
    assert not visit.alarms


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_test_panel_answers_with_sources_and_says_why(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    visit, words = browsers.visit(language), WORDS[language]
    page = sign_in(visit, demo, demo.acme, "/admin/test")
    page.fill("#message", words["question"])
    page.keyboard.press("Enter")
    answer = page.locator(".turn-bot").last
    expect(answer.locator(".bubble")).to_contain_text(words["answer"])
    source = answer.locator("details.source").first
    expect(source).to_contain_text(words["source"])
    answer.locator(".citation-mark").first.click()
    expect(source.locator(".snippet").first).to_be_visible()
    expect(page.locator("#trace-heading")).to_have_text(words["why"])
    for hop in ("understand", "decide", "retrieve", "answer"):
        expect(page.locator(f"[data-hop={hop}]")).to_contain_text("ms")
    expect(page.locator("[data-hop=retrieve] .ranking li").first).to_contain_text("%")
    assert not visit.alarms


def test_a_message_to_the_test_panel_that_failed_is_marked_and_sent_again(
    browsers: Browsers, demo: RunningDemo
) -> None:
    page = sign_in(browsers.visit("en"), demo, demo.acme, "/admin/test")
    page.route("**/chatbot/stream", lambda route: route.abort())
    page.fill("#message", "hello")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.failed")).to_contain_text("could not be reached")
    page.unroute("**/chatbot/stream")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-hop=decide]")).to_be_visible()
    expect(page.locator(".bubble.failed")).to_have_count(0)


def test_a_talk_over_several_turns_shows_its_slots_and_is_found_again(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.acme, "/admin/test")
    page.fill("#message", "Where is my order?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hop=decide]").first).to_contain_text("Ask for what is missing")
    page.fill("#message", "A10023")
    page.keyboard.press("Enter")
    expect(page.locator(".turn-bot").last.locator(".bubble")).to_contain_text("A10023")
    expect(page.locator("[data-hop=call]")).to_contain_text("orders")
    page.click(".menu a[href='/admin/conversations']")
    page.locator("tbody tr").first.locator("a").click()
    expect(page.locator(".turn-user")).to_have_count(2)
    page.locator(".turn-bot .link-button").last.click()
    expect(page.locator("[data-hop=call]")).to_be_visible()
    assert not visit.alarms


def test_another_organisation_sees_none_of_it(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.globex, "/admin/knowledge")
    expect(page.locator(".kb-card")).to_have_count(1)
    expect(page.locator("body")).not_to_contain_text("Acme")
    page.goto(f"{demo.base_url}/admin/knowledge/{demo.acme.knowledge_base_id}")
    expect(page.locator("h1")).to_have_text(WORDS["en"]["gone"])
    expect(page.locator("body")).not_to_contain_text("Acme")
    page.goto(f"{demo.base_url}/admin/bots/{demo.acme.bot_id}")
    expect(page.locator("h1")).to_have_text("This bot no longer exists.")
    expect(page.locator("#snippet")).to_be_empty()


def test_a_key_is_shown_once_works_and_is_revoked(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.globex, "/admin/api-keys")
    page.click("#create")
    page.fill("dialog input[name=name]", "From the browser")
    page.click("dialog button[type=submit]")
    secret = page.locator("dialog .secret code").inner_text()
    page.locator("dialog .button-primary").click()

    def call() -> int:
        body = {"user_id": "U1", "message": "hello"}
        return httpx.post(
            f"{demo.base_url}/chatbot", json=body, headers={"X-API-Key": secret}, trust_env=False
        ).status_code

    assert call() == 200
    expect(page.locator("body")).not_to_contain_text(secret)
    row = page.locator("tr", has_text="From the browser")
    row.locator(".icon-button.danger").click()
    page.click("dialog .button-danger")
    expect(row).to_contain_text("Revoked")
    assert call() == 401
    assert not visit.alarms


def test_the_sites_of_a_widget_are_kept_as_origins(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.globex, f"/admin/bots/{demo.globex.bot_id}")
    expect(page.locator("#snippet")).to_contain_text(
        f'src="{demo.base_url}/widget.js" data-bot="{demo.globex.widget_key}"'
    )
    before = page.locator("#origins").input_value()
    page.fill("#origins", before + "\nhttps://www.globex.example/shop?x=1")
    page.click("#origins-form button[type=submit]")
    expect(page.locator("#origins")).to_have_value(f"{before}\nhttps://www.globex.example")
    page.reload()
    expect(page.locator("#origins")).to_have_value(f"{before}\nhttps://www.globex.example")
    page.fill("#origins", before)
    page.click("#origins-form button[type=submit]")
    expect(page.locator(".toast")).to_be_visible()
    assert not visit.alarms


PATHS = ["", "/knowledge", "/test", "/conversations", "/bots", "/api-keys", "/users"]


@pytest.mark.parametrize(("language", "width"), [("zh", 1600), ("en", 360)])
def test_no_page_is_wider_than_the_screen(browsers: Browsers, demo: RunningDemo, language: str, width: int) -> None:
    visit: Visit = browsers.visit(language, width=width)
    page = sign_in(visit, demo, demo.acme)
    objects = [f"/knowledge/{demo.acme.knowledge_base_id}", f"/bots/{demo.acme.bot_id}"]
    for path in (*PATHS, *objects):
        page.goto(f"{demo.base_url}/admin{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        # No key without its sentence is on the page.
        assert not re.search(
            r"\b(?:common|nav|status|trace|bots?|users|api_keys)\.[a-z_]+\b", page.inner_text("body")
        ), path
    assert not visit.alarms


def test_the_menu_of_a_small_screen_works_from_the_keyboard(browsers: Browsers, demo: RunningDemo) -> None:
    visit = browsers.visit("zh", width=390)
    page = sign_in(visit, demo, demo.acme)
    expect(page.locator(".tile")).to_have_count(4)
    page.focus("#menu-button")
    page.keyboard.press("Enter")
    expect(page.locator(".menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu-button")).to_be_focused()
    expect(page.locator("#menu-button")).to_have_attribute("aria-expanded", "false")
