"""The admin pages as HTML: each is a shell, with its sentences and the viewer's rights, that a small script fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from web.assets import load_assets
from web.languages import LANGUAGES
from web.translations import messages, messages_of

Query = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the admin UI. `path` is below /admin; `section` is the entry of the menu it belongs to."""

    name: str  # translation keys
    file: str  # template and script, without their endings
    path: str
    section: str
    scope: str = ""  # who lacks it does not see the page in the menu
    area: str = ""  # pages of one area are tabs of one object and share its sentences


_OF_A_BASE: Final = ("knowledge_bases", "knowledge:read", "knowledge")
_OF_A_BOT: Final = ("bots", "bots:read", "understanding")
PAGES: Final = (
    Page("overview", "overview", "", "overview"),
    Page("knowledge_bases", "knowledge/bases", "/knowledge", "knowledge_bases", "knowledge:read"),
    Page("knowledge_base", "knowledge/documents", "/knowledge/{object_id}", *_OF_A_BASE),
    *(
        Page(f"knowledge_{tab}", f"knowledge/{tab}", f"/knowledge/{{object_id}}/{tab.replace('_', '-')}", *_OF_A_BASE)
        for tab in ("faqs", "sources", "chunks", "chunking", "lab", "test_sets", "calibration")
    ),
    Page("test_panel", "conversations/test_panel", "/test", "test_panel", "chat"),
    *(
        Page(name, f"conversations/{name}", f"/conversations{below}", "conversations", "conversations:read")
        for name, below in (("conversations", ""), ("conversation", "/{object_id}"))
    ),
    Page("bots", "bots/bots", "/bots", "bots", "bots:read"),
    Page("bot", "bots/bot", "/bots/{object_id}", "bots", "bots:read"),
    Page("understanding_intents", "understanding/intents", "/bots/{object_id}/understanding", *_OF_A_BOT),
    *(
        Page(f"understanding_{tab}", f"understanding/{tab}", f"/bots/{{object_id}}/understanding/{tab}", *_OF_A_BOT)
        for tab in ("definitions", "try", "versions", "evaluation", "regression", "drift", "clusters", "exchange")
    ),
    Page("api_keys", "accounts/api_keys", "/api-keys", "api_keys", "api_keys:manage"),
    Page("users", "accounts/users", "/users", "users", "users:manage"),
)
SHARED_PREFIXES: Final = ("common.", "error.", "status.", "answer.", "trace.", "role.", "scope.")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page."""

    name: str
    email: str
    role: str
    tenant: str
    scopes: frozenset[str]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = load_assets().url
    return environment


def render_page(
    page: Page, viewer: Viewer, language: str, *, object_id: str = "", base_url: str = "", query: Query = ()
) -> str:
    """`base_url` is where browsers reach the platform: the widget snippet names it."""
    data = {
        "language": language,
        "scopes": sorted(viewer.scopes),
        "objectId": object_id,
        "baseUrl": base_url,
        "viewer": {"name": viewer.name, "email": viewer.email, "role": viewer.role},
        "messages": messages_of(
            language, *SHARED_PREFIXES, *(f"{name}." for name in (page.name, page.section, page.area))
        ),
    }
    tabs = [
        (entry, f"/admin{entry.path.format(object_id=quote(object_id, safe=''))}")
        for entry in PAGES
        if page.area and entry.area == page.area
    ]
    menu = [entry for entry in PAGES if "{" not in entry.path and (not entry.scope or entry.scope in viewer.scopes)]
    return _render(f"{page.file}.html", language, query, page=page, viewer=viewer, menu=menu, tabs=tabs, data=data)


def render_login(
    language: str, *, email: str = "", error: str = "", next_path: str = "/admin", query: Query = ()
) -> str:
    """`error` is a translation key, or empty."""
    return _render("login.html", language, query, email=email, error=error, next_path=next_path)


def render_notice(language: str, key: str, *, again: str = "", query: Query = ()) -> str:
    """A bare page with one sentence: no such page, not allowed. `again` is where the browser goes on to by itself."""
    return _render("notice.html", language, query, key=key, again=again)


def render_demo(language: str, *, platform_url: str, widget_key: str) -> str:
    return _render("demo.html", language, (), platform_url=platform_url, widget_key=widget_key)


def _render(template: str, language: str, query: Query, **values: object) -> str:
    """`query` is that of the request, which a change of language keeps."""
    kept = [(name, value) for name, value in query if name != "lang"]
    switch = {choice: "?" + urlencode([*kept, ("lang", choice)]) for choice in LANGUAGES}
    sentences = messages(language)
    return (
        _environment()
        .get_template(template)
        .render(t=sentences.__getitem__, language=language, switch=switch, **values)
    )
