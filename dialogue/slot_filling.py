"""Finds values for a flow's slots in a message."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from dialogue.cues import (
    corrects,
    is_denied,
    is_ignorance,
    is_question,
    is_small_word,
    is_taken_back,
    plain,
    word_count,
)
from dialogue.flow import FREE_WORDS, Flow, Slot
from dialogue.heard import Heard, HeardEntity

_SEARCHED = 1000  # characters of a message that a tenant's pattern is tried on
_SECONDS = 0.05  # a pattern that needs longer finds nothing
_FOUND_ROLES = frozenset({"from", "to"})  # those that need no teaching
_VALUE_LIMIT = 200  # characters, of a value of a few words
_LEAD_IN = regex.compile(
    r"^(?:我想查|我要查|查一下|帮我查|查|我在|就|在|是|去|(?:it'?s|it is|i'?m in|i am in|in|at|for|to)\s+)",
    regex.IGNORECASE,
)
_TRAIL = regex.compile(r"(?:吧|的|呢|啊|谢谢|,? ?(?:please|thanks|thank you))$", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Values by slot, and where they stand in the text. `misfit`: the requested slot was given a value that is bad."""

    values: Mapping[str, str]
    spans: tuple[tuple[int, int], ...] = ()
    misfit: bool = False


def find_values(flow: Flow, heard: Heard, *, requested: Slot | None, current: Mapping[str, str]) -> Found:
    """What the message says about `flow`'s slots; the requested one has the first pick of the entities."""
    values: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    given_up = _taken_back(heard.text, heard.entities)
    left = [entity for entity in heard.entities if entity not in given_up]
    misfit = False
    for slot in sorted(flow.slots, key=lambda each: each is not requested):
        asked = slot is requested
        entity = _pick(slot, heard.text, left, current.get(slot.name), asked=asked, correcting=corrects(heard.text))
        value = None if entity is None else _fitting(slot, entity, asked=asked)
        if entity is not None and value is not None:
            left.remove(entity)
            # "not Beijing, Shanghai": the value given up is part of what was said about the slot, too.
            others = _of_slot(slot, [*given_up, *left], asked=asked)
            spans += [(other.start, other.end) for other in (entity, *others)]
            values[slot.name] = value
            continue
        found = _search(slot, heard.text)
        if found is not None:
            values[slot.name] = found[0]
            spans.append(found[1])
        elif slot is requested:
            misfit = entity is not None or _resembles_value(slot, heard.text)
    return Found(values, tuple(spans), misfit)


def free_text_value(slot: Slot, text: str) -> str | None:
    """The message itself as the value of a free-text slot, unless it plainly is something else."""
    if not slot.free_text or is_question(text) or is_ignorance(text) or is_small_word(text):
        return None
    bare = " ".join(unicodedata.normalize("NFKC", text).split()).strip(" \t\r\n,.!?;:。！，；、“”\"'")
    bare = _TRAIL.sub("", _LEAD_IN.sub("", bare)).strip()
    if not any(character.isalnum() for character in bare) or word_count(bare) > slot.max_words:
        return None
    return fitted(slot, bare)


def fitted(slot: Slot, value: str) -> str | None:
    """`value` in the slot's form, None when it does not fit its pattern."""
    value = unicodedata.normalize("NFKC", value).strip()
    value = {"upper": value.upper(), "lower": value.lower()}.get(slot.case, value)
    if not value or len(value) > _VALUE_LIMIT * max(1, slot.max_words // FREE_WORDS) or not value.isprintable():
        return None
    if not slot.pattern:
        return value
    try:
        return value if regex.fullmatch(slot.pattern, value, timeout=_SECONDS) else None
    except TimeoutError:
        return None


def _pick(
    slot: Slot, text: str, entities: list[HeardEntity], current: str | None, *, asked: bool, correcting: bool
) -> HeardEntity | None:
    meant = [entity for entity in _of_slot(slot, entities, asked=asked) if not is_denied(text, entity.start)]
    if correcting:
        changed = [entity for entity in meant if _fitting(slot, entity, asked=asked) != current]
        return next(reversed(changed or meant), None)
    fitting = [entity for entity in meant if _fitting(slot, entity, asked=asked) is not None]
    return next(iter(fitting or meant), None)


def _taken_back(text: str, entities: Sequence[HeardEntity]) -> list[HeardEntity]:
    """Those that another one of their name stands in for; what is denied ("Paris, not London") stands in for none."""
    meant = [entity for entity in entities if not is_denied(text, entity.start)]
    return [
        entity
        for entity in entities
        if any(other.name == entity.name and is_taken_back(text, entity.end, other.start) for other in meant)
    ]


def _of_slot(slot: Slot, entities: Sequence[HeardEntity], *, asked: bool) -> list[HeardEntity]:
    return [entity for entity in entities if slot.entity and _value_for(slot.entity, entity, asked=asked) is not None]


def _fitting(slot: Slot, entity: HeardEntity, *, asked: bool) -> str | None:
    value = _value_for(slot.entity, entity, asked=asked)
    return None if value is None else fitted(slot, value)


def _value_for(wanted: str, entity: HeardEntity, *, asked: bool) -> str | None:
    """`wanted` is a name, or a name with a role: "city:from". What was just asked for needs no role to be meant, and a
    role of the bot's own, such as "departure", is meant by "from Berlin" as well.

    A moment fills a slot for a day, an amount one for a number.
    """
    name, _, role = wanted.partition(":")
    if role and entity.role != role and not (asked and _may_play(entity.role, role)):
        return None
    return entity.value if entity.name == name else dict(entity.also).get(name)


def _may_play(role: str, wanted: str) -> bool:
    return not role or (role in _FOUND_ROLES and wanted not in _FOUND_ROLES)


def _search(slot: Slot, text: str) -> tuple[str, tuple[int, int]] | None:
    """A value of a patterned slot inside the text, as long as no letter or digit touches it."""
    if not slot.pattern or slot.free_text:
        return None
    folded = "".join(_narrow(character) for character in text[:_SEARCHED])
    try:
        match = regex.search(f"(?<![A-Za-z0-9])(?:{slot.pattern})(?![A-Za-z0-9])", folded, timeout=_SECONDS)
    except TimeoutError:
        return None
    value = fitted(slot, match[0]) if match else None
    return (value, match.span()) if match and value is not None else None


@lru_cache(4096)
def _narrow(character: str) -> str:
    """Full width to half width, one character for one, so that offsets stay those of the user's text."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _resembles_value(slot: Slot, text: str) -> bool:
    """Whether a message that holds no good value was still meant as one: "12345", "ABC-1", "订单号是 1234"."""
    folded = plain(text)
    if is_question(text) or word_count(folded) > FREE_WORDS + 1:
        return False
    has_digit = any(character.isdigit() for character in folded)
    one_code = bool(slot.pattern) and folded.isascii() and " " not in folded and bool(folded)
    return has_digit or (one_code and not is_ignorance(text) and not is_small_word(text))
