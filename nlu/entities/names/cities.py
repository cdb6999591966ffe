"""Cities that people ask about: one name each for machines, both languages' names for people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from importlib.resources import files

from nlu.candidate import Recogniser, RuleRecogniser
from nlu.entities.names.city_lookalikes import is_other_word
from nlu.entities.names.fuzzy import FuzzyNames
from nlu.entities.names.gazetteer import Gazetteer
from nlu.entities.names.homophones import Homophones
from nlu.entities.names.named_places import ending_rule


@lru_cache(maxsize=1)
def _rows() -> dict[str, tuple[str, ...]]:
    """English name, the entity's value, to its other names, the Chinese one first: a line of `cities.txt` each."""
    lines = files("nlu.entities.names").joinpath("cities.txt").read_text(encoding="utf-8").splitlines()
    return {english: tuple(others) for english, *others in (line.split("|") for line in lines)}


@lru_cache(maxsize=16)
def city_recognisers(name: str, *, priority: int) -> Sequence[Recogniser]:
    """Values are English names: "北京", "Peking" and "Bejing" are "Beijing"; a city of no list is as it was written."""
    listed = _gazetteer(name, priority)
    return (
        listed,
        FuzzyNames(name, listed.spellings, priority=priority - 11, in_context=True),
        Homophones(name, listed.spellings, priority=priority - 12),
        RuleRecogniser(partial(ending_rule, "city"), name, priority - 13),
    )


def _gazetteer(name: str, priority: int) -> Gazetteer:
    values = {
        english: [*others, *(f"{other}市" for other in others[:1] if not other.endswith("市"))]
        for english, others in _rows().items()
    }
    return Gazetteer(name, values, source="gazetteer", priority=priority, unless=is_other_word)


def display_name(city: str, language: str) -> str:
    """The name to show for an entity's value; a city unknown to the table is shown as it is."""
    others = _rows().get(city)
    if language != "zh" or not others:
        return city
    return others[0]
