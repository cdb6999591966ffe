"""What the two Dialogflow exports share: entity types, texts with parameters, and intents that ask for parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlu.bilingual import Text
from nlu.exchange.bot import (
    Annotation,
    Button,
    ImportedExample,
    ImportedForm,
    ImportedSlot,
    Mapped,
    Place,
    Response,
    Step,
    Story,
    Variant,
    Vocabulary,
    unique,
)
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.found import Found
from nlu.exchange.json_tree import mapping, mappings, text, texts

_PARAMETER = re.compile(
    r"(?:\$(?:session\.params\.|page\.params\.|intent\.params\.|request\.)?|#[\w-]+\.)([A-Za-z_][\w-]*)(?:\.(?:original|resolved))?"
)
OUTSIDE = "out_of_scope"  # the intent of what matches none
_ANYTHING = frozenset({"sys.any", ""})


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an intent asks for. `entity` is empty for free text; `prompts` by language."""

    name: str
    entity: str
    prompts: tuple[Variant, ...]


def entity_name(found: Found, type_: str) -> str:
    """ "@sys.date" is date, "@size" is size, "@sys.any" is "" (any text)."""
    name = type_.lstrip("@").split(":")[0]
    if name in _ANYTHING:
        return ""
    if name.startswith("sys."):
        name = name.removeprefix("sys.")
        found.system_entities.add(name)
    return name


def slot_name(parameter: str) -> str:
    return re.sub(r"\W", "_", parameter)


def with_braces(written: str) -> str:
    """`$date`, `#order.date` and `$session.params.date` become `{date}`."""
    return _PARAMETER.sub(lambda match: "{" + slot_name(match[1]) + "}", written)


def language_of(code: str) -> str:
    return code.lower()[:2]


def chips(payload: object) -> tuple[Button, ...]:
    """Buttons in a custom payload (`richContent` with `chips`)."""
    rows = mapping(payload).get("richContent")
    return tuple(
        Button(text(option.get("text")))
        for row in (rows if isinstance(rows, list) else [])
        for card in mappings(row)
        for option in mappings(card.get("options"))
        if text(option.get("text"))
    )


def variants(
    messages: Iterable[Mapping[str, object]],
    default: str,
    *,
    key: str,
    words: Callable[[Mapping[str, object]], tuple[str, ...]],
    buttons: Callable[[Mapping[str, object]], Iterable[Button]],
) -> Iterator[Variant]:
    """All messages of a language, which stands under `key`, are said together; the `words` of each are variants."""
    by_language: dict[str, list[Mapping[str, object]]] = {}
    for message in messages:
        by_language.setdefault(text(message.get(key)) or default, []).append(message)
    for language, own in by_language.items():
        said = [given for message in own if (given := words(message))]
        titled = tuple(button for message in own for button in buttons(message))
        for index in range(max(map(len, said), default=0)):
            whole = "\n\n".join(each[index % len(each)] for each in said)
            yield Variant(with_braces(whole), buttons=titled, language=language_of(language))


def add_example(found: Found, place: Place, intent: str, language: str, parts: Iterable[tuple[str, str, str]]) -> None:
    """`parts` are (text, entity, parameter), the latter two empty for plain text."""
    sentence, annotations = "", list[Annotation]()
    for words, entity, parameter in parts:
        start, sentence = len(sentence), sentence + words
        if entity and words.strip():
            role = parameter if parameter != entity else ""
            annotations.append(Annotation(entity, start, len(sentence), words, role))
    if not sentence.strip():
        found.notices.add(place, "example_empty", intent=intent)
        return
    found.examples.append(ImportedExample(sentence, intent, place, tuple(annotations), language_of(language)))


def add_entity(
    found: Found, name: str, place: Place, entries: Iterable[Mapping[str, object]], *, is_pattern: bool
) -> None:
    """Entries of several languages may have the same value: their spellings add up."""
    found.declare("entity", name, place)
    values: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if value := text(entry.get("value")):
            values[value] = unique([*values.get(value, ()), *texts(entry.get("synonyms"))])
    if not values:
        found.notices.add(place, "vocabulary_empty", name=name)
    elif is_pattern:
        patterns = unique(pattern for value, given in values.items() for pattern in given or (value,))
        found.vocabulary("regex", name, patterns, place)
    else:
        found.lookups[name] = Vocabulary(name, tuple(values), place, values)


def add_answer(
    found: Found,
    place: Place,
    intent: str,
    variants: Sequence[Variant],
    parameters: Sequence[Parameter],
    *,
    program: str = "",
    in_context: bool = False,
) -> None:
    """An intent with what it says in the end, and what it asks for before."""
    steps = [Step("checkpoint", place, name="context")] if in_context else []
    steps.append(Step("user", place, intents=(intent,)))
    if parameters:
        form = f"{intent} form"
        mappings_of: dict[str, tuple[Mapped, ...]] = {}
        for parameter in parameters:
            name = slot_name(parameter.name)
            kind = Mapped("entity", entity=parameter.entity) if parameter.entity else Mapped("text")
            mappings_of[name] = (kind,)
            found.slots.setdefault(name, ImportedSlot(name, "text", place, mappings=(kind,)))
            if parameter.prompts:
                found.response(Response(f"utter_ask_{form}_{name}", parameter.prompts, place))
        found.forms[form] = ImportedForm(form, tuple(mappings_of), place, mappings_of)
        steps += [Step("action", place, name=form), Step("loop", place, name=form), Step("loop", place)]
    if variants:
        found.response(Response(f"utter_{intent}", tuple(variants), place))
        steps.append(Step("action", place, name=f"utter_{intent}"))
    if program:
        steps.append(Step("action", place, name=program))
    (found.stories if in_context else found.rules).append(Story(intent, tuple(steps), place))


def agent(found: Found) -> Mapping[str, object]:
    """agent.json. Raises ExchangeInvalid when it is not there."""
    if "agent.json" not in found.files:
        raise ExchangeInvalid(Place("agent.json"), Text("this file is missing", "缺少该文件"))
    return mapping(found.json("agent.json"))
