"""The HTML of the admin pages."""

from __future__ import annotations

import json
import re

import pytest

from web.assets import load_assets
from web.demo_page import render_demo_page
from web.pages import PAGES, Page, Viewer, render_login, render_page

HOSTILE = "</script><img src=x onerror=alert(1)>\"'{{7*7}}"
EVERYTHING = frozenset(
    {
        "chat",
        "knowledge:read",
        "knowledge:write",
        "bots:read",
        "bots:write",
        "conversations:read",
        "api_keys:manage",
        "users:manage",
    }
)


def viewer(scopes: frozenset[str] = EVERYTHING, name: str = "Lin Yue") -> Viewer:
    return Viewer(name=name, email="lin@example.org", role="owner", tenant=name, scopes=scopes)


def all_pages(language: str, person: Viewer) -> list[str]:
    pages = [render_page(page, person, language, object_id="a" * 32, base_url="https://x.example") for page in PAGES]
    return [
        *pages,
        render_login(language, email=person.name, error="login.wrong"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_anything_inline_that_runs(language: str) -> None:
    for html in all_pages(language, viewer()):
        scripts = re.findall(r"<script\b[^>]*>", html)
        assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", html)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_stay_text(language: str) -> None:
    for html in all_pages(language, viewer(name=HOSTILE)):
        assert "<img" not in html
        assert "{{7*7}}" in html


def test_the_data_of_a_page_is_whole_and_cannot_end_its_block() -> None:
    html = render_page(PAGES[0], viewer(name=HOSTILE), "en")
    block = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["viewer"]["name"] == HOSTILE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_its_script_and_title(page: Page) -> None:
    html = render_page(page, viewer(), "zh")
    assert load_assets().url(f"js/{page.file}.js") in html
    assert '<html lang="zh-Hans">' in html
    assert html.count("<h1") == 1


def test_the_menu_shows_what_the_role_may_see() -> None:
    html = render_page(PAGES[0], viewer(frozenset({"knowledge:read", "bots:read"})), "en")
    assert 'href="/admin/knowledge"' in html
    assert 'href="/admin/users"' not in html
    assert 'href="/admin/test"' not in html


def test_a_viewer_gets_no_upload_box() -> None:
    page = next(page for page in PAGES if page.name == "knowledge_base")
    assert 'id="drop"' in render_page(page, viewer(), "en")
    assert 'id="drop"' not in render_page(page, viewer(frozenset({"knowledge:read"})), "en")


@pytest.mark.parametrize(
    ("name", "control"),
    [("intents", "create"), ("definitions", "create-flows"), ("evaluation", "start"), ("exchange", "import")],
)
def test_who_may_only_read_a_bot_gets_no_controls_over_its_understanding(name: str, control: str) -> None:
    page = next(page for page in PAGES if page.name == f"understanding_{name}")
    assert f'id="{control}"' in render_page(page, viewer(), "en")
    assert f'id="{control}"' not in render_page(page, viewer(frozenset({"bots:read"})), "en")


def test_the_tabs_of_a_bot_lead_to_its_own_pages_whatever_its_id() -> None:
    page = next(page for page in PAGES if page.name == "understanding_try")
    html = render_page(page, viewer(), "en", object_id='a"><b')
    assert 'href="/admin/bots/a%22%3E%3Cb/understanding/versions"' in html
    assert html.count('aria-current="page"') == 2  # the menu's entry and the tab


def test_a_change_of_language_keeps_the_rest_of_the_address() -> None:
    html = render_login("en", query=[("next", "/admin/bots"), ("lang", "en")])
    assert 'href="?next=%2Fadmin%2Fbots&amp;lang=zh"' in html


@pytest.mark.parametrize(("language", "words"), [("zh", "家用电器保修多久"), ("en", "How long is the warranty of")])
def test_the_demo_page_embeds_the_widget_of_the_platform(language: str, words: str) -> None:
    html = render_demo_page("https://bots.example/", 'wk_1"><script>', language)
    assert 'src="https://bots.example/widget.js"' in html
    assert f'data-language="{language}"' in html
    assert words in html.replace("&#39;", "'")
    assert '"><script>' not in html
