"""A product handbook of any size, half English and half Chinese, and questions about it. Written by rule: every
section is distinct, every question has its answer in exactly one section, and no text of anybody else is in it.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

WORDS = Path(__file__).with_name("handbook.yaml")
PER_DOCUMENT = 200


@dataclass(frozen=True, slots=True)
class Section:
    """One section, the question it answers, and the words that the answer must hold."""

    language: str
    heading: str
    text: str
    question: str
    answer: str


def sections(count: int) -> list[Section]:
    """The first `count` sections of an endless handbook, languages alternating."""
    both = zip(_endless("en"), _endless("zh"), strict=False)
    return list(itertools.islice(itertools.chain.from_iterable(both), count))


def documents(count: int) -> Iterator[tuple[str, str]]:
    """File name and Markdown of documents that hold `count` sections together, one language each."""
    for language in ("en", "zh"):
        mine = [section for section in sections(count) if section.language == language]
        for number, start in enumerate(range(0, len(mine), PER_DOCUMENT), 1):
            title = f"Handbook volume {number}" if language == "en" else f"产品手册第{number}册"
            body = "\n\n".join(f"## {part.heading}\n\n{part.text}" for part in mine[start : start + PER_DOCUMENT])
            yield f"handbook-{language}-{number:03}.md", f"# {title}\n\n{body}\n"


def _endless(language: str) -> Iterator[Section]:
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))[language]
    # Models change fastest, so that neighbouring questions are about different things.
    for series in itertools.count(1):
        for topic, family in itertools.product(words["topics"], words["families"]):
            product = f"{family} {series * 10 + _number(family, topic['name'], series, below=10)}"
            a = 2 + _number(product, topic["name"], 1, below=97)
            b = 2 + _number(product, topic["name"], 2, below=97)
            filled = {"p": product, "a": a, "b": b}
            space = " " if language == "en" else ""
            yield Section(
                language=language,
                heading=f"{product}: {topic['name']}",
                text=topic["sentence"].format(**filled) + space + topic["rest"].format(**filled),
                question=topic["question"].format(**filled),
                answer=str(a),
            )


def _number(*parts: object, below: int) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4]) % below
