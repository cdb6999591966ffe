"""Questions made without a language model: from a knowledge base's own headings and sentences, and about other things.

They stand in for real questions where there are none, so only the rarer half of a sentence's words is kept: who asks
does not know the sentence, but names what matters.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.resources import files

import rjieba

from knowledge.text.sentences import split_sentences
from knowledge.text.words import FUNCTION_WORDS, query_words, words_of

HEADING, SENTENCE, OFF_TOPIC = "heading", "sentence", "off_topic"

# Of words alone that search makes little of, so that only what is asked about decides.
_ASKED: Mapping[str, tuple[str, ...]] = {
    "en": ("Can you tell me about {}?", "What about {}?", "What is there about {}?", "How about {}?"),
    "zh": ("请问{}是怎样的？", "请问{}是什么？", "{}是怎么样的？", "能告诉我{}吗？"),
}
_NUMBERING = re.compile(
    r"^(?:第[\d一二三四五六七八九十百]+[章节条篇部分]*|[\d一二三四五六七八九十]+(?:[.、)）．]\d*)+|[ivxIVX]+[.)])\s*[.、:：]?\s*"
)
_EMPTY_HEADINGS = frozenset(
    "introduction overview summary contents table-of-contents appendix references notes general conclusion background "
    "preface about faq other miscellaneous index abstract 简介 介绍 概述 总则 目录 前言 附录 附则 参考文献 其他 说明 "
    "总结 结论 背景 摘要 序言 引言 备注".replace("-of-", " of ").split()
)
_LETTERS = re.compile(r"[^\W\d_]")
_LONGEST_HEADING = 60
_SHORTEST, _LONGEST = {"en": 40, "zh": 14}, {"en": 280, "zh": 120}  # characters of a sentence to be asked about
_FEWEST_WORDS, _MOST_WORDS = 3, 6
HELD = 0.6  # share of a source's words from which on a passage says the same


@dataclass(frozen=True, slots=True)
class Source:
    """A chunk that questions are made from."""

    chunk_id: str
    document_id: str
    heading: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A made question. `source` is None for one that belongs elsewhere."""

    question: str
    language: str
    kind: str
    source: Source | None
    words: frozenset[str]  # what a passage that answers must mostly hold

    def may_be_answered_by(self, passage: Source) -> bool:
        """The same, or that one can't tell: a passage in another language may be a translation."""
        return self.is_answered_by(passage) or passage.language != self.language

    def is_answered_by(self, passage: Source) -> bool:
        """Whether the passage is where the question comes from, or says the same."""
        own = self.source
        if own is None:
            return False
        if passage.chunk_id == own.chunk_id:
            return True
        if self.kind == HEADING and (passage.document_id, passage.heading) == (own.document_id, own.heading):
            return True
        return holds(passage, self.words)


def holds(passage: Source, words: frozenset[str]) -> bool:
    """Whether most of these words stand in the passage or its heading."""
    if not words:
        return False
    return len(words.intersection(words_of(f"{passage.heading}\n{passage.text}"))) >= HELD * len(words)


def probes_from(sources: Sequence[Source], limit: int) -> list[Probe]:
    """At most `limit` probes of headings and as many of sentences, spread over the sources; always the same ones."""
    ordered = sorted(sources, key=lambda one: _number(one.chunk_id))
    found: list[Probe] = []
    seen: set[str] = set()
    held = Counter(word for source in sources for word in set(_words(source.text, source.language)))
    for make in (_of_heading, partial(_of_sentence, held)):
        made = 0
        for source in ordered:
            probe = make(source)
            if probe is not None and probe.question not in seen and made < limit:
                seen.add(probe.question)
                found.append(probe)
                made += 1
    return found


def off_topic_probes() -> list[Probe]:
    """Questions on many subjects, in both languages: most knowledge bases treat hardly any of them."""
    return [
        Probe(line, language, OFF_TOPIC, None, content_words(line))
        for language in ("en", "zh")
        for line in _off_topic(language)
    ]


def question_of(heading: str, language: str) -> str | None:
    """A question that the text under this heading path answers; None where the heading names nothing."""
    leaf = heading.rsplit(" / ", 1)[-1].strip()
    if leaf.endswith(("?", "？")) and len(leaf) > 5:
        return leaf
    plain = _NUMBERING.sub("", leaf).strip(" :：-—.。")
    if not 2 <= len(plain) <= _LONGEST_HEADING or plain.lower() in _EMPTY_HEADINGS or not _LETTERS.search(plain):
        return None
    forms = _ASKED[language if language in _ASKED else "en"]
    return forms[_number(heading) % len(forms)].format(_in_a_sentence(plain))


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about."""
    return frozenset(word for word, weight in query_words(text).items() if weight == 1.0)


def _of_heading(source: Source) -> Probe | None:
    # A document's title alone names a book rather than a subject.
    question = question_of(source.heading, source.language) if " / " in source.heading else None
    if question is None:
        return None
    words = content_words(source.heading.rsplit(" / ", 1)[-1])
    return Probe(question, source.language, HEADING, source, words)


def _of_sentence(held: Counter[str], source: Source) -> Probe | None:
    language = source.language if source.language in _ASKED else "en"
    fitting = [
        sentence
        for sentence in split_sentences(source.text)
        if _SHORTEST[language] <= len(sentence) <= _LONGEST[language] and not sentence.endswith(("?", "？", ":", "："))
    ]
    if not fitting:
        return None
    sentence = fitting[_number(source.chunk_id) % len(fitting)]
    kept = list(_kept(sentence, language, held))
    if len(kept) < _FEWEST_WORDS:
        return None
    forms = _ASKED[language]
    asked = " ".join(kept) if language == "en" else "".join(kept)
    return Probe(
        forms[_number(sentence) % len(forms)].format(asked), language, SENTENCE, source, content_words(sentence)
    )


def _kept(sentence: str, language: str, held: Counter[str]) -> Iterator[str]:
    """The half of its words that fewest sources hold, in order."""
    meaning = list(dict.fromkeys(_words(sentence, language)))
    wanted = min(max(_FEWEST_WORDS, len(meaning) // 2), _MOST_WORDS)
    chosen = set(sorted(meaning, key=lambda word: (held[word], _number(word)))[:wanted])
    return (word for word in meaning if word in chosen)


def _words(text: str, language: str) -> list[str]:
    """Those that say what it is about, as they are written."""
    words = rjieba.cut(text) if language == "zh" else re.findall(r"[\w'’-]+", text)
    return [word for word in words if len(word) > 1 and word.lower() not in FUNCTION_WORDS and _LETTERS.search(word)]


def _in_a_sentence(heading: str) -> str:
    """Lower-cased where the capital is only that of a heading's beginning."""
    first, *rest = heading.split(" ")
    if (
        heading.isascii()
        and first[:1].isupper()
        and first[1:].islower()
        and not any(word[:1].isupper() for word in rest)
    ):
        return " ".join((first.lower(), *rest))
    return heading


@lru_cache(maxsize=2)
def _off_topic(language: str) -> tuple[str, ...]:
    text = files("knowledge.measuring").joinpath(f"off_topic_{language}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip())


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).digest(), "big")
