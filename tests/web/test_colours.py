"""Text can be read: every pair of text and ground that the styles use has a contrast of at least 4.5 to 1."""

from __future__ import annotations

import re
from itertools import product

import pytest

from web.assets import load_assets

GROUNDS = ("canvas", "surface", "surface-sunk")
PAIRS = [
    *product(("ink", "ink-soft", "ink-faint"), GROUNDS),
    *product(("accent", "accent-strong"), ("surface", "canvas", "accent-soft")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "accent-soft"),
    ("ink-soft", "accent-soft"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("surface", "bad"),
]


WIDGET_GROUNDS = ("surface", "surface-sunk")
WIDGET_PAIRS = [
    *product(("ink", "ink-soft"), WIDGET_GROUNDS),
    ("ink-faint", "surface"),
    ("on-accent", "accent"),
    ("bad", "bad-soft"),
]
SHEETS = {
    "css/tokens.css": "@media (prefers-color-scheme: dark)",
    "widget/palette.css": ".frame.dark {",
}


def themes(sheet: str) -> dict[str, dict[str, str]]:
    light, dark = load_assets().assets[sheet].content.decode().split(SHEETS[sheet])
    found = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(found.findall(light)), "dark": dict(found.findall(light)) | dict(found.findall(dark))}


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(sheet: str, theme: str, text: str, ground: str) -> float:
    colours = themes(sheet)[theme]
    brighter, darker = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(theme: str, text: str, ground: str) -> None:
    assert contrast("css/tokens.css", theme, text, ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), WIDGET_PAIRS)
def test_text_stands_out_in_the_widget(theme: str, text: str, ground: str) -> None:
    assert contrast("widget/palette.css", theme, text, ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_and_the_buttons_of_the_widget_are_seen(theme: str) -> None:
    assert contrast("widget/palette.css", theme, "focus", "surface") >= 3
    assert contrast("widget/palette.css", theme, "accent", "surface") >= 3


def test_the_widget_has_its_colours_in_one_place() -> None:
    for path, asset in load_assets().assets.items():
        if path.startswith("widget/") and path.endswith(".css") and path not in SHEETS:
            assert not re.search(r"#[0-9a-f]{3,8}\b", asset.content.decode()), path
