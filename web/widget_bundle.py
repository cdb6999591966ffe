"""`/widget.js`: the widget's modules, style and sentences put together into the one file that a host page loads."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache

from web.assets import load_assets
from web.languages import LANGUAGES
from web.translations import messages_of

# In the order of their imports, deepest first.
MODULES = (
    "js/blocks/elements.js",
    "js/blocks/events.js",
    "js/blocks/links.js",
    "js/blocks/places.js",
    "widget/config.js",
    "widget/store.js",
    "widget/client.js",
    "widget/pictures.js",
    "widget/message_view.js",
    "widget/panel.js",
    "widget/talk.js",
    "widget/main.js",
)
STYLES = ("widget/palette.css", "widget/widget.css", "widget/messages.css", "css/typing.css", "css/visually_hidden.css")
_IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const)\b)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WidgetScript:
    content: bytes
    etag: str


@cache
def widget_script() -> WidgetScript:
    """One classic script: module scope becomes one function's scope, so that it leaves no name on the host page."""
    assets = load_assets().assets
    parts = [_EXPORT.sub("", _IMPORT.sub("", assets[path].content.decode())) for path in MODULES]
    style = json.dumps("\n".join(assets[path].content.decode() for path in STYLES))
    sentences = json.dumps({language: messages_of(language, "widget.") for language in LANGUAGES}, ensure_ascii=True)
    constants = f"const STYLE = {style};\nconst SENTENCES = {sentences};\n"
    content = ('(() => {\n"use strict";\n' + constants + "\n".join(parts) + "\n})();\n").encode()
    return WidgetScript(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
