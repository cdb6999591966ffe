"""Entities of an imported bot: from lookups, synonyms, patterns, annotated sentences and buttons to our definitions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from chatbot.exchange.content import identifier
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid
from nlu.exchange.bot import ImportedBot, Mapped, Place, Vocabulary
from nlu.exchange.report import Notices

# What extractors of other platforms are called, and the built-in kind that finds the same.
_BUILT_IN = {
    "email": "email",
    "e_mail": "email",
    "phone": "phone",
    "phone_number": "phone",
    "tel": "phone",
    "mobile": "phone",
    "url": "url",
    "number": "number",
    "cardinal": "number",
    "amount_of_money": "number",
    "quantity": "number",
    "date": "date",
    "time": "date",
    "datetime": "date",
    "city": "city",
    "geo_city": "city",
    "order_id": "order_id",
}
_SHAPES = frozenset({"email", "phone", "url", "number"})  # found by their shape, whatever the examples were
_LONGEST = 200
_ROLE = re.compile(r"(?!\d)\w[\w.-]{0,63}")  # as flows write one


class EntityConversion:
    """`names` are ours by theirs; `definitions` by our name; `open_class` are known by their examples alone."""

    def __init__(self, bot: ImportedBot, notices: Notices) -> None:
        self._bot = bot
        self._notices = notices
        annotated = (annotation.entity for example in bot.examples for annotation in example.annotations)
        mapped = (mapping.entity for slot in bot.slots.values() for mapping in slot.mappings if mapping.entity)
        self.names = {name: identifier(name) for name in dict.fromkeys([*bot.entities, *annotated, *mapped]) if name}
        self.definitions: dict[str, dict[str, object]] = {}
        self.open_class: set[str] = set()
        self._spellings = {word.casefold(): synonym.name for synonym in bot.synonyms for word in synonym.words}
        self._spelled = {
            (lookup.name, word.casefold()): value
            for lookup in bot.lookups
            for value, words in lookup.spellings.items()
            for word in words
        }
        self._values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def convert(self) -> None:
        self._collect()
        lookups = self._by_entity(self._bot.lookups, "lookup_unused")
        patterns = self._by_entity(self._bot.regexes, "regex_unused")
        used: set[str] = set()
        for name, ours in self.names.items():
            place = self._bot.places.get(f"entity:{name}", Place("-"))
            if name != ours:
                self._notices.add(place, "entity_renamed", name=name, ours=ours)
            for lookup in lookups.get(name, ()):
                for word in lookup.words:
                    self._values[name][self._canonical(name, word)].update([word, *lookup.spellings.get(word, ())])
            used |= self._add_synonyms(name)
            definition = self._definition(name, has_lookup=name in lookups, patterns=patterns.get(name, []))
            if definition is None:
                self._notices.add(place, "entity_unknown", name=name)
                continue
            try:
                check_entity_definition(ours, definition)
            except EntityDefinitionInvalid as error:
                self._notices.add(place, "entity_refused", name=name, reason=error.en, reason_zh=error.zh)
                continue
            self.definitions[ours] = definition
            if definition["kind"] == "gazetteer" and name not in lookups:
                self.open_class.add(ours)
        for synonym in self._bot.synonyms:
            if synonym.name not in used:
                self._notices.add(synonym.place, "synonym_unused", name=synonym.name)

    def wanted(self, mappings: Iterable[Mapped]) -> str:
        """What a slot of ours asks for, by the first way that names an entity: "city", or "city:to" with its role.

        "" where nothing of the kind came over.
        """
        stated = next((each for each in mappings if each.entity), None)
        ours = self.names.get(stated.entity, "") if stated else ""
        if stated is None or ours not in self.definitions:
            return ""
        return f"{ours}:{stated.role}" if _ROLE.fullmatch(stated.role) else ours

    def of_slot(self, name: str) -> str:
        """What the slot of that name asks for, as `wanted` says it."""
        return self.wanted(self._bot.slots[name].mappings) if name in self._bot.slots else ""

    def _collect(self) -> None:
        for example in self._bot.examples:
            for annotation in example.annotations:
                words = example.text[annotation.start : annotation.end]
                value = annotation.value if annotation.value != words else self._canonical(annotation.entity, words)
                self._values[annotation.entity][value].add(words)
        for slot in self._bot.slots.values():
            entities = [mapping.entity for mapping in slot.mappings if mapping.entity]
            for entity in entities or [slot.name]:
                if entity in self.names:
                    for value in slot.values:
                        self._values[entity][value].add(value)
        for response in self._bot.responses.values():
            for button in (button for variant in response.variants for button in variant.buttons):
                for entity, value in button.entities.items():
                    if entity in self.names and any(character.isalnum() for character in button.title):
                        self._values[entity][value].add(button.title)

    def _by_entity(self, tables: Iterable[Vocabulary], unused: str) -> dict[str, list[Vocabulary]]:
        """A lookup of "products" belongs to the entity "product"; one that belongs to none is only a hint."""
        by_name = {_singular(name): name for name in reversed(self.names)}
        found: dict[str, list[Vocabulary]] = {}
        for table in tables:
            name = table.name if table.name in self.names else by_name.get(_singular(table.name))
            if name is None:
                self._notices.add(table.place, unused, name=table.name)
            else:
                found.setdefault(name, []).append(table)
        return found

    def _add_synonyms(self, name: str) -> set[str]:
        used = set()
        known = self._values[name]
        for synonym in self._bot.synonyms:
            if synonym.name in known:
                known[synonym.name].update(synonym.words)
                used.add(synonym.name)
        return used

    def _definition(self, name: str, *, has_lookup: bool, patterns: list[Vocabulary]) -> dict[str, object] | None:
        built_in = _BUILT_IN.get(identifier(name).lower())
        # "date" is our own name for it; what "time" means elsewhere its examples say better.
        is_built_in = built_in == name or name in self._bot.system_entities
        values = self._gazetteer(name)
        if patterns and not has_lookup:
            words = [word for table in patterns for word in table.words]
            return {"kind": "pattern", "pattern": words[0] if len(words) == 1 else "|".join(f"(?:{w})" for w in words)}
        if patterns:
            self._notices.add(patterns[0].place, "regex_beside_lookup", name=name)
        if built_in and not has_lookup and (built_in in _SHAPES or is_built_in or not values):
            return {"kind": built_in}
        return {"kind": "gazetteer", "values": values} if values else None

    def _gazetteer(self, name: str) -> dict[str, list[str]]:
        """Spellings that differ in nothing but their case are one; recognition does not look at it."""
        merged: dict[str, tuple[str, dict[str, str]]] = {}
        for value, words in self._values[name].items():
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
