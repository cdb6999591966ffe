"""Entities of an imported bot: from lookups, synonyms, patterns, annotated sentences and buttons to our definitions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from chatbot.exchange.conversion.context import Conversion
from chatbot.exchange.conversion.names import identifier
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid
from nlu.exchange.bot import ImportedBot, Place, Vocabulary

# Our built-in kinds, with what extractors of other platforms are called that find the same.
_BUILT_IN = {
    "email": ("email", "e_mail"),
    "phone": ("phone", "phone_number", "tel", "mobile"),
    "url": ("url",),
    "number": ("number", "cardinal", "amount_of_money", "quantity"),
    "date": ("date", "time", "datetime"),
    "city": ("city", "geo_city"),
    "order_id": ("order_id",),
}
_SHAPES = frozenset({"email", "phone", "url", "number"})  # found by their shape, whatever the examples were
_LONGEST = 200


def make_entities(conversion: Conversion) -> None:
    """Runs first, because forms and replies ask what finds the value of a slot."""
    bot, notices = conversion.bot, conversion.notices
    annotated = (annotation.entity for example in bot.examples for annotation in example.annotations)
    mapped = (mapping.entity for slot in bot.slots.values() for mapping in slot.mappings if mapping.entity)
    names = {name: identifier(name) for name in dict.fromkeys([*bot.entities, *annotated, *mapped]) if name}
    conversion.names = names
    values = _Values(bot, names)
    lookups = _by_entity(conversion, bot.lookups, "lookup_unused")
    patterns = _by_entity(conversion, bot.regexes, "regex_unused")
    used: set[str] = set()
    for name, ours in names.items():
        place = bot.places.get(f"entity:{name}", Place("-"))
        if name != ours:
            notices.add(place, "entity_renamed", name=name, ours=ours)
        values.add_lookups(name, lookups.get(name, ()))
        used |= values.add_synonyms(name)
        if name in lookups and name in patterns:
            notices.add(patterns[name][0].place, "regex_beside_lookup", name=name)
        definition = _definition(bot, name, values.gazetteer(name), lookups.get(name, ()), patterns.get(name, ()))
        if definition is None:
            notices.add(place, "entity_unknown", name=name)
            continue
        try:
            check_entity_definition(ours, definition)
        except EntityDefinitionInvalid as error:
            notices.add(place, "entity_refused", name=name, reason=error.reason)
            continue
        conversion.definitions[ours] = definition
        if definition["kind"] == "gazetteer" and name not in lookups:
            conversion.open_class.add(ours)
    for synonym in bot.synonyms:
        if synonym.name not in used:
            notices.add(synonym.place, "synonym_unused", name=synonym.name)


def _by_entity(conversion: Conversion, tables: Iterable[Vocabulary], unused: str) -> dict[str, list[Vocabulary]]:
    """A lookup of "products" belongs to the entity "product"; one that belongs to none is only a hint."""
    by_name = {_singular(name): name for name in reversed(conversion.names)}
    found: dict[str, list[Vocabulary]] = {}
    for table in tables:
        name = table.name if table.name in conversion.names else by_name.get(_singular(table.name))
        if name is None:
            conversion.notices.add(table.place, unused, name=table.name)
        else:
            found.setdefault(name, []).append(table)
    return found


def _definition(
    bot: ImportedBot,
    name: str,
    values: dict[str, list[str]],
    lookups: Sequence[Vocabulary],
    patterns: Sequence[Vocabulary],
) -> dict[str, object] | None:
    called = identifier(name).lower()
    built_in = next((kind for kind, names in _BUILT_IN.items() if called in names), "")
    # "date" is our own name for it; what "time" means elsewhere its examples say better.
    is_built_in = built_in == name or name in bot.system_entities
    if patterns and not lookups:
        words = [word for table in patterns for word in table.words]
        return {"kind": "pattern", "pattern": words[0] if len(words) == 1 else "|".join(f"(?:{w})" for w in words)}
    if built_in and not lookups and (built_in in _SHAPES or is_built_in or not values):
        return {"kind": built_in}
    return {"kind": "gazetteer", "values": values} if values else None


class _Values:
    """By entity and value, all its spellings that the bot knows of."""

    def __init__(self, bot: ImportedBot, names: Iterable[str]) -> None:
        self._bot = bot
        self._spellings = {word.casefold(): synonym.name for synonym in bot.synonyms for word in synonym.words}
        self._spelled = {
            (lookup.name, word.casefold()): value
            for lookup in bot.lookups
            for value, words in lookup.spellings.items()
            for word in words
        }
        self._known: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for example in bot.examples:
            for annotation in example.annotations:
                words = example.text[annotation.start : annotation.end]
                value = annotation.value if annotation.value != words else self._canonical(annotation.entity, words)
                self._known[annotation.entity][value].add(words)
        for slot in bot.slots.values():
            for entity in [mapping.entity for mapping in slot.mappings if mapping.entity] or [slot.name]:
                for value in slot.values if entity in names else ():
                    self._known[entity][value].add(value)
        for _, button in bot.buttons():
            for entity, value in button.entities.items():
                if entity in names and any(character.isalnum() for character in button.title):
                    self._known[entity][value].add(button.title)

    def add_lookups(self, name: str, lookups: Iterable[Vocabulary]) -> None:
        for lookup in lookups:
            for word in lookup.words:
                self._known[name][self._canonical(name, word)].update([word, *lookup.spellings.get(word, ())])

    def add_synonyms(self, name: str) -> set[str]:
        """The names of those that are values of the entity."""
        own = [synonym for synonym in self._bot.synonyms if synonym.name in self._known[name]]
        for synonym in own:
            self._known[name][synonym.name].update(synonym.words)
        return {synonym.name for synonym in own}

    def gazetteer(self, name: str) -> dict[str, list[str]]:
        """Spellings that differ in nothing but their case are one; recognition does not look at it."""
        merged: dict[str, tuple[str, dict[str, str]]] = {}
        for value, words in self._known[name].items():
            canonical, spellings = merged.setdefault(value.strip().casefold(), (value.strip(), {}))
            for word in (word.strip() for word in words):
                if 0 < len(word) <= _LONGEST and word.casefold() != canonical.casefold():
                    spellings.setdefault(word.casefold(), word)
        return {value: sorted(spellings.values()) for value, spellings in merged.values() if 0 < len(value) <= _LONGEST}

    def _canonical(self, entity: str, word: str) -> str:
        folded = word.casefold()
        return self._spelled.get((entity, folded)) or self._spellings.get(folded, word)


def _singular(name: str) -> str:
    return re.sub(r"(?<=[a-z]{2})s$", "", name.lower())
