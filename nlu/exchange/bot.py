"""A bot as another program described it: nothing of ours, and nothing of that program's file format either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; `line` counts from 1, 0 stands for the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Annotation:
    """text[start:end] is an entity; `value` is what it stands for."""

    entity: str
    start: int
    end: int
    value: str
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class ImportedExample:
    """A sentence without its markup; `language` is empty where the file does not say."""

    text: str
    intent: str
    place: Place
    annotations: tuple[Annotation, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words under a name: spellings of one value (a synonym), values of an entity (a lookup), patterns (a regex).

    `spellings` of a lookup's values, where the file gives them.
    """

    name: str
    words: tuple[str, ...]
    place: Place
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """`intent` is what pressing it means, `entities` the values it gives."""

    title: str
    intent: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of saying a response. `channel` and `condition`: it is meant for that alone. `extra` names what else it
    carries (an image is an URL of its own)."""

    text: str
    image: str = ""
    buttons: tuple[Button, ...] = ()
    channel: str = ""
    condition: bool = False
    extra: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    name: str
    variants: tuple[Variant, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapped:
    """One way a slot gets its value. `kind`: entity, text, intent, trigger_intent, custom. `forms`: only in those."""

    kind: str
    entity: str = ""
    role: str = ""
    intents: tuple[str, ...] = ()
    value: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedSlot:
    """`type`: text, bool, categorical (with `values`), float, list, any."""

    name: str
    type: str
    place: Place
    values: tuple[str, ...] = ()
    mappings: tuple[Mapped, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedForm:
    """Slots in the order they are asked; `mappings` are those that the form itself states."""

    name: str
    slots: tuple[str, ...]
    place: Place
    mappings: Mapping[str, tuple[Mapped, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: user (any of `intents`, maybe with `text`), action, loop (a form starts; without a name it ends), slot,
    checkpoint."""

    kind: str
    place: Place
    name: str = ""
    intents: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A rule, a story, or a story that is a test. `loop`: it holds only while that form runs."""

    name: str
    steps: tuple[Step, ...]
    place: Place
    loop: str = ""
    has_condition: bool = False


@dataclass(frozen=True, slots=True)
class ImportedBot:
    """`intents`, `entities` and `actions` are what the bot declares, whether or not anything else mentions it.

    `places` says where, by "intent:greet", "entity:city", "action:action_order". `system_entities` were built into the
    other platform: their examples don't say what they are.
    """

    format: str
    name: str = ""
    languages: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    examples: tuple[ImportedExample, ...] = ()
    synonyms: tuple[Vocabulary, ...] = ()
    lookups: tuple[Vocabulary, ...] = ()
    regexes: tuple[Vocabulary, ...] = ()
    responses: Mapping[str, Response] = field(default_factory=dict)
    slots: Mapping[str, ImportedSlot] = field(default_factory=dict)
    forms: Mapping[str, ImportedForm] = field(default_factory=dict)
    rules: tuple[Story, ...] = ()
    stories: tuple[Story, ...] = ()
    test_stories: tuple[Story, ...] = ()
    test_examples: tuple[ImportedExample, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    system_entities: frozenset[str] = frozenset()

    def counts(self) -> dict[str, int]:
        """How much of everything was found."""
        named = {example.intent for example in self.examples}
        return {
            "intents_in_domain": len(self.intents),
            "entities_in_domain": len(self.entities),
            "slots": len(self.slots),
            "forms": len(self.forms),
            "responses": len(self.responses),
            "actions": len(self.actions),
            "nlu_examples": len(self.examples),
            "nlu_intents": len(named),
            "nlu_entity_annotations": sum(len(example.annotations) for example in self.examples),
            "lookups": len(self.lookups),
            "regexes": len(self.regexes),
            "synonyms": len(self.synonyms),
            "stories": len(self.stories),
            "rules": len(self.rules),
            "test_stories": len(self.test_stories),
            "retrieval_intents": sum("/" in intent for intent in named),
        }

    def buttons(self) -> Iterator[tuple[Response, Button]]:
        """Each with its response."""
        for response in self.responses.values():
            for variant in response.variants:
                yield from ((response, button) for button in variant.buttons)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """In order of first appearance."""
    return tuple(dict.fromkeys(names))
