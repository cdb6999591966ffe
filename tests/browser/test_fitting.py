"""What people and other systems name long stays within the page, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsers, sign_in
from tests.running_demo import RunningDemo

LONG_USER = f"{'a-customer-of-the-crm-' * 5}@example.com"


@pytest.fixture(scope="module")
def long_talk(demo: RunningDemo) -> None:
    with demo.client(demo.acme) as client:
        client.post("/chatbot", json={"user_id": LONG_USER, "message": "hello"}).raise_for_status()


def overflow(page: Page, selector: str) -> int:
    """How many pixels stand out to the right."""
    found = page.locator(selector).evaluate("box => box.scrollWidth - box.clientWidth")
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("width", [390, 1000, 1440])
@pytest.mark.usefixtures("long_talk")
def test_a_long_user_id_fits_the_overview_and_the_list(browsers: Browsers, demo: RunningDemo, width: int) -> None:
    visit = browsers.visit("en", width=width)
    page = sign_in(visit, demo, demo.acme)
    expect(page.locator("#recent")).to_contain_text(LONG_USER)
    assert overflow(page, "html") == 0
    page.goto(f"{demo.base_url}/admin/conversations")
    expect(page.locator("tbody")).to_contain_text(LONG_USER)
    assert overflow(page, "html") == 0
    assert overflow(page, ".table-wrap") == 0
    bot = page.locator("tr", has_text=LONG_USER).get_by_text("Acme Assistant", exact=True).bounding_box()
    assert bot is not None
    assert bot["height"] < 60
    assert not visit.alarms


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Chinese first, 1 knowledge base"), ("zh", "默认中文，关联 1 个知识库")]
)
def test_one_of_a_thing_is_told_in_the_singular(
    browsers: Browsers, demo: RunningDemo, language: str, told: str
) -> None:
    page = sign_in(browsers.visit(language), demo, demo.acme, "/admin/bots")
    expect(page.get_by_text(told, exact=True)).to_be_visible()


def test_a_source_names_its_document_once(browsers: Browsers, demo: RunningDemo) -> None:
    page = sign_in(browsers.visit("en"), demo, demo.acme, "/admin/test")
    page.fill("#message", "How long is the warranty of electrical appliances?")
    page.keyboard.press("Enter")
    expect(page.locator("details.source summary").first).to_have_text(
        "[1]Acme Customer Handbook · Warranty and repairs"
    )
