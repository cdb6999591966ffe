"""An answer put together: its sentences in the order of their sources, each with the number of its citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.answering.sentences import Sentence
from knowledge.document import place_of
from knowledge.retrieval import Answer, Citation, Passage
from knowledge.text.sentences import sentence_spans

_SNIPPET = 240  # characters


def compose(chosen: Sequence[Sentence], passages: Sequence[Passage], confidence: float, language: str) -> Answer:
    numbers: dict[int, int] = {}
    for sentence in chosen:
        numbers.setdefault(sentence.passage, len(numbers) + 1)
    parts = [f"{_finished(one.text)}{'' if language == 'zh' else ' '}[{numbers[one.passage]}]" for one in chosen]
    citations = tuple(
        citation(number, passages[place], [one for one in chosen if one.passage == place])
        for place, number in numbers.items()
    )
    return Answer(text=("" if language == "zh" else " ").join(parts), confidence=confidence, citations=citations)


def _readable(text: str) -> str:
    return " ".join(text.split())


def _finished(text: str) -> str:
    """A part of a longer sentence, ended as a sentence is."""
    return re.sub(r"[;；,，]$", lambda mark: "." if mark.group() in ";," else "。", _readable(text))


def citation(number: int, passage: Passage, sentences: Sequence[Sentence]) -> Citation:
    start, end = min(one.start for one in sentences), max(one.end for one in sentences)
    return Citation(
        number=number,
        document_id=passage.document_id,
        title=passage.document_title,
        locator=place_of(passage.locator, start),
        snippet=_snippet(passage.text, start, end),
        score=passage.score,
        url=passage.url,
        language=passage.language,
    )


def _snippet(text: str, start: int, end: int) -> str:
    """The quoted sentences with some of what surrounds them, cut at whole sentences where that fits."""
    if len(text) <= _SNIPPET:
        return _readable(text)
    spans = list(_around(sentence_spans(text), start, end))
    first, last = spans[0][0], spans[-1][1]
    if last - first > _SNIPPET:
        return _readable(text[start : start + _SNIPPET - 1]) + "…"
    return ("…" if first else "") + _readable(text[first:last]) + ("…" if last < len(text) else "")


def _around(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans from `start` to `end` and as many after and before them as the snippet has room for."""
    inside = [place for place, span in enumerate(spans) if span[0] < end and span[1] > start]
    low, high = inside[0], inside[-1]
    while True:
        if high + 1 < len(spans) and spans[high + 1][1] - spans[low][0] <= _SNIPPET:
            high += 1
        elif low > 0 and spans[high][1] - spans[low - 1][0] <= _SNIPPET:
            low -= 1
        else:
            yield from spans[low : high + 1]
            return
