"""Which elements of a page a reader does not see, or looks past.

Hidden text is the usual carrier of injected instructions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ZERO = re.compile(r"^[-+]?0*\.?0*(?:px|em|rem|pt|%|vh|vw)?$")
_FAR_AWAY = re.compile(r"^-\d{3,}(?:\.\d+)?(?:px|em|rem|pt|%|vw|vh)?$")
_TINY = re.compile(r"^(?:[01](?:\.\d+)?px|0?\.\d+(?:px|em|rem|pt)|[01](?:\.\d+)?pt)$")
_CLIPPED = re.compile(r"^rect\((?:[01](?:px)?[, ]*){4}\)$|^inset\((?:50|100)%")
_SHRUNK = re.compile(r"scale(?:x|y|3d)?\(0(?:[,)]|\.0)")
_WHITE = frozenset(("white", "#fff", "#ffffff", "rgb(255,255,255)", "hsl(0,0%,100%)"))
# What pages call their navigation and their small print where they have no element for it.
_FURNITURE = frozenset((
    "nav", "navbar", "navigation", "main-nav", "site-nav", "top-nav", "topnav", "breadcrumb", "breadcrumbs", "crumbs",
    "footer", "site-footer", "page-footer", "copyright", "skip-link", "pagination", "cookie-banner", "cookie-bar",
    "cookie-consent", "cookie-notice", "cookiebanner", "cookieconsent",
))  # fmt: skip
_OFFSETS = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
_SIZES = ("width", "height", "max-width", "max-height")


def is_hidden(attributes: Mapping[str, str], *, plain_background: bool) -> bool:
    """Whether these attributes hide their element.

    `plain_background` says that nothing above it and no style sheet sets a background, so that white text is invisible.
    """
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    if attributes.get("aria-hidden", "").lower() == "true":
        return True
    style = declarations(attributes.get("style", ""))
    colour = style.get("color") or attributes.get("color", "").lower()
    own_background = "background" in style or "background-color" in style
    if colour in _WHITE and plain_background and not own_background:
        return True
    return bool(style) and _style_hides(style)


def is_furniture(attributes: Mapping[str, str]) -> bool:
    """Whether its class or id says that the element is on every page of its site."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().replace("_", "-").split()
    return not _FURNITURE.isdisjoint(names)


def sets_background(attributes: Mapping[str, str]) -> bool:
    """Whether the element has a background of its own."""
    if not attributes:
        return False
    style = declarations(attributes.get("style", ""))
    return bool(style.get("background") or style.get("background-color") or attributes.get("bgcolor"))


def declarations(style: str) -> dict[str, str]:
    """The declarations of a `style` attribute, lower case, without spaces around commas or `!important`."""
    found: dict[str, str] = {}
    if not style:
        return found
    for declaration in _COMMENT.sub("", style.lower()).split(";"):
        name, _, value = declaration.partition(":")
        value = re.sub(r"\s*,\s*", ",", value.replace("!important", "").strip())
        if name.strip() and value:
            found[name.strip()] = value
    return found


def _style_hides(style: Mapping[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if _ZERO.match(style.get("opacity", "1")) or style.get("color") == "transparent":
        return True
    size = style.get("font-size", "")
    if size and (_ZERO.match(size) or _TINY.match(size)):
        return True
    colour = style.get("color")
    if colour and colour in (style.get("background"), style.get("background-color")):
        return True
    if style.get("overflow", "").startswith(("hidden", "clip")) and any(
        _ZERO.match(style[name]) or _TINY.match(style[name]) for name in _SIZES if name in style
    ):
        return True
    if any(_FAR_AWAY.match(style.get(name, "")) for name in _OFFSETS):
        return True
    clip = style.get("clip") or style.get("clip-path") or ""
    return bool(_CLIPPED.match(clip) or _SHRUNK.search(style.get("transform", "")))
