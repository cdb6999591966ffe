"""A company's page with the widget on it, for showing and for trying: it can be served from any origin."""

from __future__ import annotations

from web.pages import render_demo


def render_demo_page(platform_url: str, widget_key: str, language: str) -> str:
    """A whole HTML page that loads style and widget from `platform_url`; `language` is "zh" or "en"."""
    return render_demo(language, platform_url=platform_url.rstrip("/"), widget_key=widget_key)
