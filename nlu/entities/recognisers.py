"""Entity definitions to recognisers: the allow-list of kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from nlu.candidate import Recogniser, Rule, RuleRecogniser
from nlu.entities.figures.amounts import amount_rule, percentage_rule
from nlu.entities.figures.plain_numbers import number_rule
from nlu.entities.names.cities import city_recognisers
from nlu.entities.names.fuzzy import FuzzyNames
from nlu.entities.names.gazetteer import Gazetteer
from nlu.entities.names.homophones import Homophones
from nlu.entities.names.named_places import ending_rule
from nlu.entities.names.people import person_rule
from nlu.entities.shapes.checked_numbers import card_rule, identity_rule
from nlu.entities.shapes.patterns import PatternRecogniser, shape_rule
from nlu.entities.times.durations import duration_rule
from nlu.entities.times.moments import MomentRecogniser
from nlu.errors import EntityDefinitionInvalid
from nlu.understanding import EntityDefinition

# What a tenant declares wins over what is built in; between built-ins the more specific shape wins.
_DECLARED = 100
_LIKENESS = 20


def _by_rule(rule: Rule, priority: int) -> Callable[[str], Sequence[Recogniser]]:
    return lambda name: [RuleRecogniser(rule, name, priority)]


# A number stays the weakest reading, whoever asked for it.
BUILT_IN: dict[str, Callable[[str], Sequence[Recogniser]]] = {
    "email": _by_rule(partial(shape_rule, "email"), 60),
    "url": _by_rule(partial(shape_rule, "url"), 55),
    "phone": _by_rule(partial(shape_rule, "phone"), 50),
    "order_id": _by_rule(partial(shape_rule, "order_id"), 45),
    "id_card": _by_rule(identity_rule, 58),
    "bank_card": _by_rule(card_rule, 43),
    "datetime": lambda name: [MomentRecogniser(name, "datetime", priority=42)],
    "date": lambda name: [MomentRecogniser(name, "date", priority=40)],
    "time": lambda name: [MomentRecogniser(name, "time", priority=38)],
    "city": lambda name: city_recognisers(name, priority=30),
    "person": _by_rule(person_rule, 29),
    "organisation": _by_rule(partial(ending_rule, "organisation"), 28),
    "place": _by_rule(partial(ending_rule, "place"), 27),
    "duration": _by_rule(duration_rule, 25),
    "amount": _by_rule(amount_rule, 24),
    "percentage": _by_rule(percentage_rule, 24),
    "number": _by_rule(number_rule, 10),
}
KINDS = ("gazetteer", "pattern", *BUILT_IN)
# Light rules that err now and then: only for a bot that asks for them.
_ON_REQUEST = frozenset({"person", "organisation", "place"})
# Values of these say who somebody is or give a way to them.
PERSONAL_KINDS = frozenset({"email", "phone", "id_card", "bank_card", "person"})


def build_recognisers(definitions: Sequence[EntityDefinition]) -> list[Recogniser]:
    """The tenant's, then every built-in kind or name that no definition has taken. Raises `EntityDefinitionInvalid`."""
    built = [recogniser for definition in definitions for recogniser in _declared(definition)]
    taken = {definition.kind for definition in definitions} | {definition.name for definition in definitions}
    for kind, make in BUILT_IN.items():
        if kind not in taken and kind not in _ON_REQUEST:
            built += make(kind)
    return built


def personal_names(definitions: Sequence[EntityDefinition]) -> frozenset[str]:
    """Names of entities whose values are to be masked wherever messages are kept."""
    declared = {each.name for each in definitions if each.personal or each.kind in PERSONAL_KINDS}
    taken = {each.kind for each in definitions} | {each.name for each in definitions}
    return frozenset(declared | (PERSONAL_KINDS - taken - _ON_REQUEST))


def _declared(definition: EntityDefinition) -> Sequence[Recogniser]:
    name = definition.name
    if definition.kind == "gazetteer":
        values = {canonical: list(synonyms) for canonical, synonyms in definition.values}
        exact = Gazetteer(name, values, source="gazetteer", priority=_DECLARED + 5)
        # What only resembles a name yields to all that is certain.
        return [
            exact,
            FuzzyNames(name, exact.spellings, priority=_LIKENESS + 1),
            Homophones(name, exact.spellings, priority=_LIKENESS),
        ]
    if definition.kind == "pattern":
        return [PatternRecogniser(name, definition.pattern, priority=_DECLARED)]
    if definition.kind not in BUILT_IN:
        known = ", ".join(KINDS)
        raise EntityDefinitionInvalid(
            name, f"unknown kind {definition.kind!r}; known: {known}", f"可用的 kind：{known}"
        )
    return BUILT_IN[definition.kind](name)
