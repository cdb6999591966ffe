"""The pages of one knowledge base beside its documents, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Browsers
from tests.browser.knowledge_pages import HANDBOOK, add_handbook, new_base, open_tab
from tests.running_demo import RunningDemo

FAQS = "question,answer,alternatives,tags\n{rows}\n"


@pytest.fixture
def base_id(demo: RunningDemo) -> Iterator[str]:
    """A knowledge base of this test alone."""
    with new_base(demo) as found:
        yield found


def csv_file(rows: str) -> FilePayload:
    return {"name": "faqs.csv", "mimeType": "text/csv", "buffer": FAQS.format(rows=rows).encode()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_faq_is_written_switched_off_changed_and_deleted(
    browsers: Browsers, demo: RunningDemo, base_id: str, language: str
) -> None:
    visit = browsers.visit(language)
    page = open_tab(visit, demo, base_id, "faqs")
    expect(page.locator("#faqs .empty")).to_be_visible()
    page.click("#create")
    page.fill("dialog [name=question]", "Where do I park?")
    page.fill("dialog [name=answer]", "Behind the <b>north</b> gate.")
    page.fill("dialog [name=alternatives]", "Is there a car park?\n停车场在哪里？\n")
    page.fill("dialog [name=tags]", "cars，site")
    page.click("dialog [type=submit]")
    row = page.locator("#faqs li")
    expect(row).to_contain_text("Behind the <b>north</b> gate.")
    expect(row.locator(".badge")).to_have_count(3)
    row.get_by_role("switch").uncheck()
    expect(page.locator("#faqs li.is-off")).to_have_count(1)
    expect(page.get_by_role("switch")).to_be_focused()
    page.reload()
    expect(page.get_by_role("switch")).not_to_be_checked()
    page.locator("#faqs li .icon-button").first.click()
    expect(page.locator("dialog [name=alternatives]")).to_have_value("Is there a car park?\n停车场在哪里？")
    page.fill("dialog [name=answer]", "At the south gate.")
    page.click("dialog [type=submit]")
    expect(row).to_contain_text("At the south gate.")
    page.fill("#filter", "no such thing")
    expect(row).to_have_count(0)
    page.fill("#filter", "CAR PARK")
    row.locator(".danger").click()
    page.click("dialog .button-danger")
    expect(page.locator("#faqs .empty")).to_be_visible()
    assert not visit.alarms


def test_a_table_of_faqs_comes_in_whole_or_not_at_all(
    browsers: Browsers, demo: RunningDemo, base_id: str, tmp_path: Path
) -> None:
    visit = browsers.visit("en")
    page = open_tab(visit, demo, base_id, "faqs")
    page.click("#import")
    page.set_input_files("dialog [type=file]", csv_file("Where do I park?,At the gate.,,\n,An answer alone.,,"))
    page.click("dialog [type=submit]")
    expect(page.locator("dialog .fault-list li")).to_have_count(1)
    expect(page.locator("dialog .fault-list")).to_contain_text("Row 3")
    expect(page.locator("dialog [role=alert]")).to_contain_text("Nothing was imported")
    expect(page.locator("#faqs li")).to_have_count(0)
    page.set_input_files("dialog [type=file]", csv_file("Where do I park?,At the gate.,Car park?|Parking?,site"))
    page.click("dialog [type=submit]")
    expect(page.locator("#faqs li")).to_contain_text("2 other wordings")
    expect(page.locator("#news")).to_have_text("1 added, 0 updated, 0 unchanged")
    with page.expect_download() as download:
        page.click("[data-export=csv]")
    download.value.save_as(tmp_path / "faqs.csv")
    assert download.value.suggested_filename == "faqs.csv"
    assert "At the gate." in (tmp_path / "faqs.csv").read_text(encoding="utf-8-sig")
    assert not visit.alarms


def test_who_may_only_read_gets_no_controls(browsers: Browsers, demo: RunningDemo, base_id: str) -> None:
    path, email, password = f"/v1/knowledge-bases/{base_id}/faqs", "reader@acme.example", "only here to read"
    with demo.client(demo.acme) as client:
        client.post(path, json={"question": "Where do I park?", "answer": "At the gate."}).raise_for_status()
        person = {"email": email, "password": password, "role": "viewer", "name": ""}
        client.post("/v1/users", json=person).raise_for_status()
    visit = browsers.visit("en")
    page = visit.page
    page.goto(f"{demo.base_url}/admin/knowledge/{base_id}/faqs")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("button[type=submit]")
    expect(page.locator("#faqs li")).to_contain_text("At the gate.")
    expect(page.locator("#create, #import, #faqs .icon-button, #faqs .toggle")).to_have_count(0)
    page.goto(demo.admin_url)
    expect(page.locator("#steps li")).to_have_count(3)
    expect(page.locator("a[href^='/admin/test']")).to_have_count(0)
    page.goto(f"{demo.admin_url}/bots/{demo.acme.bot_id}")
    expect(page.locator("#snippet")).to_contain_text("data-bot")
    expect(page.locator("a[href^='/admin/test']")).to_have_count(0)
    assert not visit.alarms


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lab_lays_meaning_words_and_fusion_side_by_side(
    browsers: Browsers, demo: RunningDemo, base_id: str, language: str
) -> None:
    visit = browsers.visit(language)
    page = open_tab(visit, demo, base_id, "lab")
    page.fill("#question", "How many days of leave?")
    page.keyboard.press("Enter")
    expect(page.locator("#result .empty")).to_be_visible()
    add_handbook(demo, base_id)
    page.click("#ask [type=submit]")
    expect(page.locator("[data-side]")).to_have_count(3)
    for side in ("dense", "lexical", "fused"):
        expect(page.locator(f"[data-side={side}] li").first).to_contain_text("Annual leave")
    expect(page.locator("#result")).to_contain_text("27 days")
    expect(page.locator(".lab-parts").first.locator("dt")).to_have_count(6)
    page.locator("[data-side=fused] a").nth(1).click()
    expect(page.locator("details.lab-passage").nth(1)).to_have_attribute("open", "")
    expect(page.locator("details.lab-passage summary").nth(1)).to_be_focused()
    page.reload()
    expect(page.locator("#question")).to_have_value("How many days of leave?")
    expect(page.locator("[data-side]")).to_have_count(3)
    assert not visit.alarms


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_is_recognised_described_and_replaced(
    browsers: Browsers, demo: RunningDemo, base_id: str, language: str
) -> None:
    add_handbook(demo, base_id)
    visit = browsers.visit(language)
    page = open_tab(visit, demo, base_id, "")
    same: FilePayload = {"name": "copy.md", "mimeType": "text/markdown", "buffer": HANDBOOK.encode()}
    page.set_input_files("#files", same)
    copy = page.locator("tr", has_text="copy.md")
    expect(copy.locator(".badge-warn")).to_be_visible()
    expect(copy).to_contain_text("Staff handbook")
    copy.locator(".link-button").click()
    expect(page.locator("[data-document]")).to_have_count(2)
    row = page.locator("tr", has_text="Staff handbook")
    expect(row.locator(".badge-good")).to_be_visible(timeout=60_000)
    row.locator(".icon-button").first.click()
    page.fill("dialog [name=title]", "Handbook 2027")
    page.fill("dialog [name=tags]", "rules, <i>2027</i>")
    page.fill("dialog [name=attributes]", "department: staff\n地区：柏林")
    page.click("dialog [type=submit]")
    row = page.locator("tr", has_text="Handbook 2027")
    expect(row.locator(".doc-marks .badge")).to_have_text(["rules", "<i>2027</i>", "department: staff", "地区: 柏林"])
    row.locator(".icon-button").nth(1).click()
    renewed: FilePayload = {
        "name": "new.md",
        "mimeType": "text/markdown",
        "buffer": b"# Leave\n\nNow 31 days of leave.",
    }
    page.set_input_files("dialog [type=file]", renewed)
    page.click("dialog [type=submit]")
    expect(page.locator("dialog")).to_have_count(0)
    expect(row).to_contain_text("new.md")
    expect(row.locator(".badge-good")).to_be_visible(timeout=60_000)
    page.fill("#question", "How many days of leave?")
    page.keyboard.press("Enter")
    expect(page.locator("#passages")).to_contain_text("31 days")
    assert not visit.alarms


def test_an_address_that_the_platform_must_not_reach_is_refused(
    browsers: Browsers, demo: RunningDemo, base_id: str
) -> None:
    visit = browsers.visit("en")
    page = open_tab(visit, demo, base_id, "")
    page.click("#link")
    page.fill("dialog [name=url]", "http://169.254.169.254/latest/meta-data")
    page.click("dialog [type=submit]")
    expect(page.locator("dialog [role=alert]")).to_be_visible()
    expect(page.locator("[data-document]")).to_have_count(0)
    assert not visit.alarms
