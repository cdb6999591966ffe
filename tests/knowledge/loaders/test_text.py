"""What is read from Markdown and plain text, in whatever character set."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.document import DocumentLoader, LoadedPart
from knowledge.loaders.markdown import MarkdownLoader
from knowledge.loaders.plain_text import PlainTextLoader
from tests import factories_documents as make

CHINESE = "员工入职满一年后，每年享有十五天带薪年假。\n未休完的年假可以顺延到次年三月。\n"
TRADITIONAL = "員工入職滿一年後，每年享有十五天帶薪年假。\n未休完的年假可以順延到次年三月。\n"


def load(loader: DocumentLoader, folder: Path, data: str | bytes) -> LoadedPart:
    [part] = loader.load(make.write(folder, "a", data))
    return part


def text_of(loader: DocumentLoader, folder: Path, data: str | bytes) -> str:
    return "\n\n".join(section.text for section in load(loader, folder, data).sections)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "utf-16"), (CHINESE, "utf-16-le"), (CHINESE, "utf-16-be"),
        (CHINESE, "gbk"), (CHINESE, "gb18030"), (TRADITIONAL, "big5"), (TRADITIONAL, "utf-32"),
        ("Schöne Grüße aus Köln, café à volonté.\n", "cp1252"), ("können\n\näöüß", "latin-1"),
        ("Plain English, nothing else.\n", "utf-16-le"), ("“Smart” – quotes…\n", "cp1252"),
    ],
)  # fmt: skip
def test_the_character_set_is_found_without_being_told(text: str, encoding: str, tmp_path: Path) -> None:
    found = text_of(PlainTextLoader(), tmp_path, text.encode(encoding))
    assert "".join(found.split()) == "".join(text.split())


def test_wrapped_lines_are_joined_and_short_ones_kept(tmp_path: Path) -> None:
    text = (
        "The warranty covers every part of the machine for a period of two\n"
        "years from the day of delivery, provided that it was installed by\n"
        "a certified technician.\n"
        "\n"
        "Opening hours\nMon 9-17\nTue 9-12\n"
    )
    found = text_of(PlainTextLoader(), tmp_path, text)
    assert "a period of two years from the day of delivery" in found
    assert "Mon 9-17\nTue 9-12" in found


def test_headings_of_plain_text(tmp_path: Path) -> None:
    text = (
        "第一章 总则\n\n本制度适用于全体员工。\n\n第二节 年假\n\n每年十五天。\n\nANNEX\n\nForms.\n\nFees\n====\nNone.\n"
    )
    found = load(PlainTextLoader(), tmp_path, text).sections
    assert [section.locator.heading for section in found] == [
        ("第一章 总则",),
        ("第一章 总则", "第二节 年假"),
        ("ANNEX",),
        ("Fees",),
    ]


def test_markdown_headings_title_and_front_matter(tmp_path: Path) -> None:
    text = '---\ntitle: "Returns"\ntags: [a]\n---\n# A *b* `c`\ntext\n\nSetext\n------\nmore\n### Deep #\nend'
    part = load(MarkdownLoader(), tmp_path, text)
    assert part.title == "Returns"
    assert [section.locator.heading for section in part.sections] == [
        ("A b c",),
        ("A b c", "Setext"),
        ("A b c", "Setext", "Deep"),
    ]
    assert part.sections[0].text == "# A b c\n\ntext"
    assert load(MarkdownLoader(), tmp_path, "# Only\n\nx").title == "Only"


def test_markdown_is_read_as_its_reader_sees_it(tmp_path: Path) -> None:
    text = (
        'See [the *guide*](https://example.com/a_(b) "t") and ![logo](l.png), **bold** snake_case_name 2*3*4'
        " \\*star\\* <https://x.org>."
    )
    expected = "See the guide and logo, bold snake_case_name 2*3*4 *star* https://x.org."
    assert text_of(MarkdownLoader(), tmp_path, text) == expected


def test_numbers_in_brackets_stay(tmp_path: Path) -> None:
    assert text_of(MarkdownLoader(), tmp_path, "Known since 1993.[13][14]") == "Known since 1993.[13][14]"


def test_markdown_tables_lists_and_code(tmp_path: Path) -> None:
    text = "| City | Fee |\n|---|--:|\n| 北京 | 20 |\n\n* one\n  goes on\n2. two\n\n```py\n# no heading\nx  =  1\n```\n"
    assert text_of(MarkdownLoader(), tmp_path, text) == (
        "City | Fee\nCity: 北京; Fee: 20\n\n- one goes on\n2. two\n\n# no heading\nx  =  1"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rates:\n| Zone | Fee |\n|---|---|\n| A | 4.90 |", "Rates:\n\nZone | Fee\nZone: A; Fee: 4.90"),
        ("| Day | Open |\n|---|---|\n| Mon | 9-12<br>14-17 |", "Day | Open\nDay: Mon; Open: 9-12 14-17"),
        ("<table><tr><th>Plan<th>Fee<tr><td>Basic<td>9</table>", "Plan | Fee\nPlan: Basic; Fee: 9"),
        ("| Q | A |\n|---|---|\n| Why? | " + "so " * 400 + "|", "Q | A\nQ: Why?; A: " + " ".join(["so"] * 400)),
        ("1. Stop:\n\n   ```sh\n   a --all\n   b\n   ```\n", "1. Stop:\n\na --all\nb"),
        ("R&amp;D: 4&nbsp;million, load &lt; 80", "R&D: 4 million, load < 80"),
        ("**注意：**请在前台\n领取，共 2*3*4 份。", "注意：请在前台领取，共 2*3*4 份。"),
        ("A <select> or <button>Save</button> is an element.", "A or Save is an element."),
        (">" * 80 + " deep", "deep"),
    ],
)
def test_markdown_is_read_as_the_page_that_it_makes(text: str, expected: str, tmp_path: Path) -> None:
    assert text_of(MarkdownLoader(), tmp_path, text) == expected


def test_html_in_markdown_leaves_only_what_is_seen(tmp_path: Path) -> None:
    text = (
        "Kept <b>bold</b>.\n\n<script>alert('PWNED')</script>\n<!-- PWNED -->\n"
        '<div style="display:none">PWNED</div>\n<span hidden>PWNED</span>\n\n`<script>` is code.\n\n<script>PWNED'
    )
    assert text_of(MarkdownLoader(), tmp_path, text) == "Kept bold.\n\n<script> is code."


def test_unclosed_fences_and_empty_files_end_well(tmp_path: Path) -> None:
    assert text_of(MarkdownLoader(), tmp_path, "```\ncode") == "code"
    assert load(MarkdownLoader(), tmp_path, "\n\n").sections == ()
    assert load(PlainTextLoader(), tmp_path, " \n").sections == ()
