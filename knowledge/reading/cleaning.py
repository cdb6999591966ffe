"""Makes extracted text safe and plain: what people cannot see must not reach the index."""

from __future__ import annotations

import re
import unicodedata

# Control characters, zero-width characters, direction overrides, tag characters and lone surrogates: invisible carriers
# of hidden instructions. U+200C and U+200D stay: emoji and several scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# PDF fonts often map glyphs to radicals, compatibility ideographs and ligatures that no one types in a question.
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff“”‘’…—]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f ]+")
_SIGNS = re.compile(r"[\W_]+")
_BLANK_LINES = re.compile(r"\n\s*\n")


def clean(text: str) -> str:
    """`text` without invisible characters, with `\\n` line breaks and lookalike glyphs replaced; spaces untouched."""
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def one_line(text: str) -> str:
    """`text` cleaned, with every run of white space made one space."""
    return " ".join(clean(text).split())


def squeeze(text: str) -> str:
    """`text` cleaned, with runs of spaces and of blank lines made one; line breaks stay."""
    lines = (_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def letters_of(text: str) -> str:
    """Letters and figures alone, in lower case: what two ways of setting the same words have in common."""
    return _SIGNS.sub("", text.lower())


def is_wide(character: str) -> bool:
    """Whether `character` belongs to a script written without spaces (Chinese, kana, full-width punctuation)."""
    return _WIDE.match(character) is not None


def count_wide(text: str) -> int:
    """How many of the characters are wide."""
    return 0 if text.isascii() else len(_WIDE.findall(text))


def join_lines(before: str, after: str) -> str:
    """Two halves of a broken line as one: no space between Chinese characters, a hyphenated word made whole."""
    if not before or not after:
        return before + after
    if is_wide(before[-1]) and is_wide(after[0]):
        return before + after
    if before[-1] == "-" and len(before) > 1 and before[-2].isalpha() and after[0].islower() and after[0].isascii():
        return before[:-1] + after
    return f"{before} {after}"
