"""Text made to keep a careless pattern busy: each of these took minutes or worse before patterns were bounded."""

from __future__ import annotations

import pytest

from nlu.exchange import rasa_markdown
from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.found import Found
from nlu.exchange.rasa_domain import read_button
from nlu.exchange.report import Notices

MANY = 100_000


@pytest.mark.parametrize("piece", ["[", "[a", "[a](", "[a](b", "[a](b:", "[a]{", "[a][{", "[a](b:c", "]", "[a]{}"])
def test_a_line_of_brackets_is_read_at_once(piece: str) -> None:
    try:
        text, _ = read_annotated(piece * MANY)
    except AnnotationUnreadable:
        return
    assert text


@pytest.mark.parametrize(
    "text",
    [
        "## intent:a\n-" + " " * MANY + "\n",
        "## intent:a\n- a" + " " * MANY + "b\n",
        "<!--" * MANY,
        "* a\n" + "\n" * MANY,
        ("* a" + " " * 50 + "\n" + " \n" * 50) * 500,
        "## s\n* a" + " " * MANY + "OR\n  - b\n",
        "## s\n* a" + "{" * MANY + "\n  - b" + "{" * MANY + "\n",
    ],
)
def test_markdown_of_long_gaps_is_read_at_once(text: str) -> None:
    found = Found({}, Notices())
    rasa_markdown.is_stories("a.md", text)
    rasa_markdown.read_nlu("a.md", text, found, is_test=False)
    rasa_markdown.read_stories("a.md", text, found, is_test=False)
    assert len(found.examples) <= 1


@pytest.mark.parametrize("payload", ["/a" + " " * MANY + "b", "/a{" + "{" * MANY, "/a{" + "}" * MANY + "x"])
def test_a_long_payload_is_read_at_once(payload: str) -> None:
    assert read_button("Title", payload).title == "Title"
