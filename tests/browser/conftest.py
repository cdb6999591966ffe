"""A real Chromium on the running product, and companies' pages on origins of their own."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from tests.running_demo import DemoTenantAccess, RunningDemo
from web.demo_page import render_demo_page

CHROMIUM = os.environ.get("CHATBOT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For a module and no longer: Playwright's loop would be in the way of the asynchronous tests of other folders."""
    if CHROMIUM is None:
        pytest.skip("NOT TESTED: there is no Chromium. Install one, or name it in CHATBOT_TEST_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A fresh browser profile with one page; `alarms` holds every script error, dialog and console error."""

    page: Page
    language: str
    alarms: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.alarms.append(f"error: {error}"))
        self.page.on("dialog", self._dismiss)
        self.page.on("console", self._hear)

    def _dismiss(self, dialog: Dialog) -> None:
        self.alarms.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _hear(self, message: ConsoleMessage) -> None:
        kind, text = message.type, message.text
        if kind == "warning":
            self.warnings.append(text)
        # An answer of 4xx is noted by the browser itself; tests that cause one look at what the page says of it.
        elif kind == "error" and "status of 4" not in text:
            self.alarms.append(f"console: {text}")


class Browsers:
    """Opens visits, each with a profile of its own."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self.contexts: list[BrowserContext] = []

    def visit(self, language: str = "en", *, width: int = 1280, height: int = 900) -> Visit:
        context = self._chromium.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": height},
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return Visit(context.new_page(), language)


@pytest.fixture
def browsers(chromium: Browser) -> Iterator[Browsers]:
    opened = Browsers(chromium)
    yield opened
    for context in opened.contexts:
        context.close()


def sign_in(visit: Visit, demo: RunningDemo, tenant: DemoTenantAccess, path: str = "/admin") -> Page:
    """Through the form, to the page that was asked for."""
    page = visit.page
    page.goto(demo.base_url + path)
    page.fill("#email", tenant.email)
    page.fill("#password", tenant.password)
    page.click("button[type=submit]")
    page.wait_for_url(demo.base_url + path)
    return page


@dataclass(frozen=True, slots=True)
class CompanySite:
    """A company's page with the widget, on a port that is not the platform's."""

    origin: str

    def url(self, language: str, *, theme: str = "") -> str:
        """`theme` becomes the script tag's data-theme."""
        return f"{self.origin}/?lang={language}&theme={theme}"


@pytest.fixture(scope="module")
def unlisted_site(demo: RunningDemo) -> Iterator[CompanySite]:
    """On no bot's list."""
    with _serving(demo) as site:
        yield site


@pytest.fixture(scope="module")
def company_site(demo: RunningDemo) -> Iterator[CompanySite]:
    """On the list of Acme's bot, and under a Content-Security-Policy as strict as a company may have."""
    platform = demo.base_url
    sources = " ".join(f"{kind}-src {platform};" for kind in ("script", "connect", "style", "img"))
    with _serving(demo, policy=f"default-src 'none'; {sources} base-uri 'none'") as site:
        _list_origin(demo, site.origin)
        yield site


def _list_origin(demo: RunningDemo, origin: str) -> None:
    with demo.client(demo.acme) as client:
        bot = client.get(f"/v1/bots/{demo.acme.bot_id}").json()
        change = {"allowed_origins": [*bot["allowed_origins"], origin]}
        client.patch(f"/v1/bots/{demo.acme.bot_id}", json=change).raise_for_status()


@contextmanager
def _serving(demo: RunningDemo, *, policy: str = "") -> Iterator[CompanySite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            page = render_demo_page(demo.base_url, demo.acme.widget_key, asked.get("lang", ["en"])[0])
            body = page.replace("<script ", f'<script data-theme="{asked.get("theme", [""])[0]}" ').encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield CompanySite(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
