"""Text can be read: every pair of text and ground that the style uses has a contrast of at least 4.5 to 1."""

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


def themes() -> dict[str, dict[str, str]]:
    style = load_assets().assets["css/tokens.css"].content.decode()
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    found = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(found.findall(light)), "dark": dict(found.findall(light)) | dict(found.findall(dark))}


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(theme: str, text: str, ground: str) -> None:
    colours = themes()[theme]
    brighter, darker = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5
