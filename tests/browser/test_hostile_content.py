"""Markup in names, documents and messages is shown as the text it is, and nothing of it runs."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsers, CompanySite, Visit, sign_in
from tests.running_demo import RunningDemo

ATTACKS = [
    "<img src=x onerror=\"window.ran='img'\">",
    "<script>window.ran='script'</script>",
    "</textarea><svg onload=\"window.ran='svg'\">",
    "[click](javascript:window.ran='link') javascript:window.ran='plain'",
    "{{7*7}}${window.ran='template'}",
]


def nothing_ran(visit: Visit) -> None:
    assert visit.page.evaluate("window.ran") is None
    assert visit.page.locator("img, svg[onload], a[href^='javascript']").count() == 0
    assert not visit.alarms


@pytest.fixture
def knowledge_base_page(browsers: Browsers, demo: RunningDemo) -> tuple[Visit, Page]:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.globex, "/admin/knowledge")
    page.click("#create")
    page.fill("dialog input[name=name]", f"Base {ATTACKS[0]}")
    page.fill("dialog textarea[name=description]", ATTACKS[1])
    page.click("dialog button[type=submit]")
    page.wait_for_url(re.compile(r"/admin/knowledge/[0-9a-f]{32}$"))
    return visit, page


def test_in_knowledge_bases_documents_and_chunks(knowledge_base_page: tuple[Visit, Page]) -> None:
    visit, page = knowledge_base_page
    expect(page.locator("h1")).to_have_text(f"Base {ATTACKS[0]}")
    expect(page.locator("#description")).to_have_text(ATTACKS[1])
    text = "\n\n".join(f"The password rule number {n} says: {attack}" for n, attack in enumerate(ATTACKS))
    page.set_input_files("#files", {"name": f"{ATTACKS[0]}.txt", "mimeType": "text/plain", "buffer": text.encode()})
    expect(page.locator("#documents .badge")).to_have_text("Ready", timeout=60_000)
    page.click("#write")
    page.fill("dialog input[name=title]", ATTACKS[2])
    page.fill("dialog textarea[name=text]", f"{text}\n\nAnd once more.")
    page.click("dialog button[type=submit]")
    expect(page.locator("#documents")).to_contain_text(ATTACKS[2])
    expect(page.locator("#documents .badge")).to_have_text(["Ready", "Ready"], timeout=60_000)
    page.locator(".row-actions .button").first.click()
    for attack in ATTACKS:
        expect(page.locator("dialog")).to_contain_text(attack)
    nothing_ran(visit)
    page.keyboard.press("Escape")
    page.fill("#question", f"password rule {ATTACKS[0]}")
    page.keyboard.press("Enter")
    expect(page.locator("#passages .chunk").first).to_be_visible()
    nothing_ran(visit)
    page.locator(".icon-button.danger").first.click()
    expect(page.locator("dialog")).to_be_visible()
    nothing_ran(visit)
    page.keyboard.press("Escape")
    page.click("#delete")
    page.click("dialog .button-danger")
    page.wait_for_url(re.compile(r"/admin/knowledge$"))
    nothing_ran(visit)


@pytest.mark.parametrize("attack", ATTACKS)
def test_in_the_test_panel_and_the_transcript(browsers: Browsers, demo: RunningDemo, attack: str) -> None:
    visit = browsers.visit("en")
    page = sign_in(visit, demo, demo.globex, "/admin/test")
    page.fill("#message", attack)
    page.click("#composer button[type=submit]")
    expect(page.locator(".turn-user .bubble")).to_have_text(attack)
    expect(page.locator(".turn-bot .turn-meta")).to_be_visible()
    expect(page.locator("[data-hop=understand]")).to_be_visible()
    nothing_ran(visit)
    page.goto(f"{demo.base_url}/admin/conversations")
    page.locator("tbody tr").first.locator("a").click()
    expect(page.locator(".turn-user .bubble")).to_have_text(attack)
    nothing_ran(visit)


def test_in_the_widget_also_when_the_server_itself_is_hostile(browsers: Browsers, company_site: CompanySite) -> None:
    visit = browsers.visit("en")
    page = visit.page
    attack = ATTACKS[0]
    reply = {
        "reply": f'{attack} [1] https://www.acme.example/?q="><b>',
        "intent": attack,
        "confidence": 1,
        "session_id": "s",
        "metadata": {
            "message_id": "m" * 32,
            "citations": [
                {
                    "number": 1,
                    "title": attack,
                    "snippet": attack,
                    "url": "javascript:window.ran='url'",
                    "locator": {"heading": [attack]},
                }
            ],
            "quick_replies": [{"title": attack, "payload": ATTACKS[1]}],
        },
    }
    headers = {"Content-Type": "text/event-stream", "Access-Control-Allow-Origin": company_site.origin}
    body = f"id: 0\r\nevent: done\r\ndata: {json.dumps(reply)}\r\n\r\n"
    page.route("**/chatbot/stream", lambda route: route.fulfill(status=200, headers=headers, body=body))
    page.goto(company_site.url("en"))
    page.click(".launcher")
    page.fill("textarea", ATTACKS[2])
    page.keyboard.press("Enter")
    bubble = page.locator(".message.bot .bubble").last
    expect(bubble).to_contain_text(attack)
    expect(bubble.locator("a")).to_have_attribute("href", re.compile(r"^https://www\.acme\.example/\?q=$"))
    page.locator(".mark").click()
    expect(page.locator(".source p")).to_have_text(attack)
    expect(page.locator(".message.visitor .bubble")).to_have_text(ATTACKS[2])
    assert page.locator(".panel img, .panel script, .panel a[href^='javascript']").count() == 0
    page.locator(".reply").click()
    expect(page.locator(".message.visitor .bubble").last).to_have_text(attack)
    assert page.evaluate("window.ran") is None
    assert not visit.alarms
