"""Chunks, chunking, test sets and calibration of a knowledge base, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Browsers
from tests.browser.knowledge_pages import add_handbook, new_base, open_tab
from tests.running_demo import DEAD_ORIGIN, RunningDemo

LANGUAGES = ["zh", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chunk_is_put_in_other_words_and_switched_off(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    with new_base(demo) as base_id:
        add_handbook(demo, base_id)
        visit = browsers.visit(language)
        page = open_tab(visit, demo, base_id, "chunks")
        chunk = page.locator("#chunks .chunk", has_text="27 days")
        chunk.locator(".icon-button").click()
        page.fill("#chunks textarea", "Employees have 29 <b>days</b> of paid leave.")
        page.click("#chunks [type=submit]")
        chunk = page.locator("#chunks .chunk", has_text="29 <b>days</b>")
        expect(chunk.locator(".badge-accent")).to_be_visible()
        chunk.get_by_role("switch").uncheck()
        expect(page.locator("#chunks .is-off")).to_contain_text("29 <b>days</b>")
        page.reload()
        expect(page.locator("#chunks .is-off")).to_contain_text("29 <b>days</b>")
        assert not visit.alarms


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_way_of_cutting_is_previewed_and_applied(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    with new_base(demo) as base_id:
        add_handbook(demo, base_id)
        visit = browsers.visit(language)
        page = open_tab(visit, demo, base_id, "chunking")
        expect(page.locator("#preview .chunk")).to_have_count(2)
        page.select_option("[name=strategy]", "fixed")
        expect(page.locator("#preview .chunk")).to_have_count(1)
        page.fill("[name=overlap_tokens]", "400")
        expect(page.locator("#settings-trouble")).to_be_visible()
        page.fill("[name=overlap_tokens]", "20")
        expect(page.locator("#settings-trouble")).to_be_hidden()
        page.click("#settings [type=submit]")
        page.click("dialog .button-danger")
        expect(page.locator("#news")).not_to_be_empty()
        expect(page.locator("#reindexing")).to_be_hidden(timeout=60_000)
        page.reload()
        expect(page.locator("[name=strategy]")).to_have_value("fixed")
        assert not visit.alarms


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_set_is_drafted_reviewed_run_and_compared(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    with new_base(demo) as base_id:
        add_handbook(demo, base_id)
        visit = browsers.visit(language)
        page = open_tab(visit, demo, base_id, "test-sets")
        page.click("#create")
        page.fill("dialog [name=name]", "New <i>staff</i>")
        page.click("dialog [type=submit]")
        expect(page.locator("#chosen-heading")).to_have_text("New <i>staff</i>")
        run = page.locator("#run-actions .button-primary")
        expect(run).to_be_disabled()
        page.locator("#question-actions .button").first.click()
        expect(page.locator("#questions li").first).to_contain_text("Staff handbook")
        expect(run).to_be_disabled()
        page.locator("#question-actions .button").first.click()
        expect(page.locator("#questions .badge-accent")).to_have_count(0)
        page.locator("#question-actions .button-primary").click()
        page.fill("dialog [name=question]", "How deep is the Mariana Trench?")
        expect(page.locator("dialog .expected-list .check")).to_have_count(1)
        page.click("dialog [type=submit]")
        expect(page.locator("#questions .badge-warn")).to_have_count(1)
        for runs in (1, 2):
            run.click()
            expect(page.locator("#runs .badge-good")).to_have_count(runs, timeout=60_000)
        for pick in page.locator("#runs input").all():
            pick.check()
        page.locator("#run-actions .button").first.click()
        expect(page.locator("dialog .verdict .badge")).to_be_visible()
        expect(page.locator("dialog table")).to_have_count(1)
        page.keyboard.press("Escape")
        page.locator("#runs .actions .button").first.click()
        expect(page.locator("dialog .tile")).to_have_count(4)
        expect(page.locator("dialog tbody tr").first).to_be_visible()
        assert not visit.alarms


def test_a_table_of_questions_names_every_line_at_fault(browsers: Browsers, demo: RunningDemo) -> None:
    with new_base(demo) as base_id:
        add_handbook(demo, base_id)
        visit = browsers.visit("en")
        page = open_tab(visit, demo, base_id, "test-sets")
        page.click("#create")
        page.fill("dialog [name=name]", "Imported")
        page.click("dialog [type=submit]")
        page.get_by_role("button", name="Import", exact=True).click()
        table = "question,expected\nWho am I?,No such handbook\nHow many days of leave?,Staff handbook\n"
        file: FilePayload = {"name": "questions.csv", "mimeType": "text/csv", "buffer": table.encode()}
        page.set_input_files("dialog [type=file]", file)
        page.click("dialog [type=submit]")
        expect(page.locator("dialog .fault-list li")).to_have_count(1)
        expect(page.locator("dialog .fault-list")).to_contain_text("Row 2")
        file["buffer"] = table.replace("No such handbook", "").encode()
        page.set_input_files("dialog [type=file]", file)
        page.click("dialog [type=submit]")
        expect(page.locator("#questions li")).to_have_count(2)
        assert not visit.alarms


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_threshold_is_fitted_to_a_rate_and_taken_back(browsers: Browsers, demo: RunningDemo, language: str) -> None:
    with new_base(demo) as base_id:
        add_handbook(demo, base_id)
        visit = browsers.visit(language)
        page = open_tab(visit, demo, base_id, "calibration")
        page.locator("#rate").focus()
        page.keyboard.press("Home")
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        expect(page.locator("#rate-shown")).to_have_text("5%")
        page.click("#calibrate [type=submit]")
        expect(page.locator("#report svg.chart")).to_have_count(4, timeout=90_000)
        expect(page.locator("#state .badge-good")).to_be_visible()
        page.locator("#state .button").click()
        page.click("dialog .button-danger")
        expect(page.locator("#state .badge-good")).to_have_count(0)
        assert not visit.alarms


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_that_cannot_be_reached_says_so_and_is_deleted(
    browsers: Browsers, demo: RunningDemo, language: str
) -> None:
    with new_base(demo) as base_id:
        visit = browsers.visit(language)
        page = open_tab(visit, demo, base_id, "sources")
        expect(page.locator("#sources .empty")).to_be_visible()
        page.click("#create")
        expect(page.locator("dialog fieldset")).to_be_hidden()
        page.select_option("dialog [name=kind]", "site")
        page.fill("dialog [name=include]", "/help/*, /docs/*")
        page.fill("dialog [name=url]", f"http://{DEAD_ORIGIN}/")
        page.click("dialog [type=submit]")
        row = page.locator("[data-source]")
        expect(row.locator(".badge-bad")).to_be_visible(timeout=60_000)
        expect(row.locator(".trouble")).not_to_be_empty()
        row.locator(".icon-button").nth(1).click()
        expect(page.locator("dialog [name=include]")).to_have_value("/help/*, /docs/*")
        page.select_option("dialog [name=interval]", "")
        page.click("dialog [type=submit]")
        expect(page.locator("dialog")).to_have_count(0)
        row.locator(".danger").click()
        page.click("dialog .button-danger")
        expect(page.locator("#sources .empty")).to_be_visible()
        assert not visit.alarms
