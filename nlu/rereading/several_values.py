"""Several values of one slot in a message, "Beijing and Shanghai" or two order numbers: each is a wish of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from nlu.rereading.several_intents import Part
from nlu.understanding import Entity, Understanding

SURE = 0.9  # a list that was misheard is a wrong answer several times over
MOST_VALUES = 3  # each may cost a call to another system
_LISTED = re.compile(r"\s*(?:[,，、;；&]|和|跟|与|以及|还有|,? ?\b(?:and|as well as|plus)\b)\s*|\s*", re.IGNORECASE)


def split_values(whole: Understanding, *, entities: Collection[str]) -> tuple[Part, ...]:
    """Two or more parts, which differ in the one value, in their order; else nothing.

    `entities` are those that the intent's flow has one slot for: of two, a value each for "from" and "to" is no list.
    """
    if whole.intent is None or whole.confidence < SURE:
        return ()
    for name in dict.fromkeys(entity.name for entity in whole.entities if entity.name in entities):
        listed = [entity for entity in whole.entities if entity.name == name]
        if 2 <= len(listed) <= MOST_VALUES and len({one.value for one in listed}) > 1 and _is_list(whole.text, listed):
            return tuple(_part(whole, one, listed) for one in listed)
    return ()


def _is_list(text: str, entities: Sequence[Entity]) -> bool:
    return all(
        not after.role and not before.role and _LISTED.fullmatch(text, before.end, after.start) is not None
        for before, after in pairwise(entities)
    )


def _part(whole: Understanding, one: Entity, listed: Sequence[Entity]) -> Part:
    kept = tuple(entity for entity in whole.entities if entity is one or entity not in listed)
    return Part(whole.text[one.start : one.end], one.start, one.end, replace(whole, entities=kept))
