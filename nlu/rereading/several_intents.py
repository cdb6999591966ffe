"""Several wishes in one message: "cancel my order, and then the weather please"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from nlu.language import HAN
from nlu.understanding import Understanding

SURE = 0.75  # each part must stand on its own; a wrong split answers what nobody asked
_NOTHING_TO_SPLIT = 0.9  # surely no intent at all: a question to the documents, which need not be read in pieces
_TALK_ALONE = 0.95  # surely an intent that asks for nothing, and nothing else: "hello, good morning"
_MOST_PARTS = 3
_MOST_PIECES = 6  # each is read once or twice; a longer list costs more than it tells
_LEAST_CHARACTERS = {"zh": 2, "en": 6}
_LONGEST = 300  # a longer message tells a story, it doesn't list wishes
# Strong ones part sentences; weak ones also join nouns ("Beijing and Shanghai"), which the parts' intents then tell.
# Without white space around them: a pattern that begins with it would take a square of a long blank's length.
_CONNECTIVE = re.compile(
    r"[。！？!?；;\n，,]+|[.](?=\s|$)|然后再?|接着|顺便再?|另外再?|还有就?是?|并且|而且|同时|以及|再帮我|再给我"
    rf"|(?<=[{HAN}A-Za-z0-9 ])[和跟再](?= ?[{HAN}])"
    r"|\b(?:and then|and also|and after that|after that|then also|as well as|oh and|by the way|and|also|then)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One wish; `understanding` is of the part, its entities in characters of the whole message."""

    text: str
    start: int
    end: int
    understanding: Understanding


def may_hold_several(text: str) -> bool:
    """A cheap look, so that ordinary messages cost nothing more."""
    return len(text) <= _LONGEST and _CONNECTIVE.search(text.strip(" \t\n。！？!?.；;，,")) is not None


def split_intents(
    text: str, whole: Understanding, parse: Callable[[str], Understanding], *, wishes: Collection[str]
) -> tuple[Part, ...]:
    """Two or more parts whose intents differ and are sure, in their order; else nothing.

    `wishes` are the intents that ask for something: a greeting before a question is none. `parse` is asked for each
    piece between connectives. Pieces of one intent that follow each other are one part ("check order A10023, the blue
    one"), and a piece that means nothing goes with the one before it.
    """
    if len(wishes) < 2 or not may_hold_several(text):
        return ()
    if whole.intent is None and whole.confidence >= _NOTHING_TO_SPLIT:
        return ()
    if whole.intent not in wishes and whole.intent is not None and whole.confidence >= _TALK_ALONE:
        return ()
    pieces = _pieces(text, whole.language)
    if not 2 <= len(pieces) <= _MOST_PIECES:
        return ()
    parts: list[Part] = []
    for start, end in pieces:
        heard = parse(text[start:end])
        sure = heard.intent is not None and heard.confidence >= SURE
        if sure and heard.intent not in wishes:
            continue
        if parts and (not sure or heard.intent == parts[-1].understanding.intent):
            parts[-1] = _part(text, parts[-1].start, end, parse(text[parts[-1].start : end]))
            continue
        if not sure and not parts:
            return ()
        parts.append(_part(text, start, end, heard))
    settled = all(p.understanding.intent is not None and p.understanding.confidence >= SURE for p in parts)
    different = len({part.understanding.intent for part in parts}) == len(parts)
    return tuple(parts) if settled and different and 2 <= len(parts) <= _MOST_PARTS else ()


def _part(text: str, start: int, end: int, heard: Understanding) -> Part:
    entities = tuple(replace(each, start=each.start + start, end=each.end + start) for each in heard.entities)
    return Part(text[start:end], start, end, replace(heard, text=text[start:end], entities=entities))


def _pieces(text: str, language: str) -> list[tuple[int, int]]:
    """Spans between connectives; one too short to say anything goes with the one before."""
    ends = [(match.start(), match.end()) for match in _CONNECTIVE.finditer(text)]
    starts = [0, *(after for _, after in ends)]
    least = _LEAST_CHARACTERS.get(language, 6)
    kept: list[tuple[int, int]] = []
    for start, end in zip(starts, [*(before for before, _ in ends), len(text)], strict=True):
        inside = text[start:end].strip()
        if not inside:
            continue
        start = text.index(inside, start)
        if len(inside) < least and kept:
            kept[-1] = (kept[-1][0], start + len(inside))
        else:
            kept.append((start, start + len(inside)))
    return kept
