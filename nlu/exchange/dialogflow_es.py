"""The zip that Dialogflow ES exports: agent.json, intents/*.json with *_usersays_*.json, entities/*.json."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlu.exchange.bot import Button, ImportedBot, Place, Variant
from nlu.exchange.dialogflow_parts import (
    OUTSIDE,
    Parameter,
    add_answer,
    add_entity,
    add_example,
    agent,
    chips,
    entity_name,
    language_of,
    variants,
    with_braces,
)
from nlu.exchange.found import Found
from nlu.exchange.json_tree import mapping, mappings, text, texts
from nlu.exchange.report import Notices

_SAYS = re.compile(r"^intents/(?P<name>.+)_usersays_(?P<language>[\w-]+)\.json$")
_ENTRIES = re.compile(r"^entities/(?P<name>.+)_entries_(?P<language>[\w-]+)\.json$")


def read_dialogflow_es(files: Mapping[str, bytes], notices: Notices) -> ImportedBot:
    """Raises ExchangeInvalid for a file that is no JSON, or without agent.json."""
    found = Found(files, notices)
    about = agent(found)
    default = text(about.get("language")) or "en"
    found.name = text(about.get("displayName"))
    found.languages += [language_of(code) for code in (default, *texts(about.get("supportedLanguages")))]
    for file in sorted(files):
        if file.startswith("entities/") and file.endswith(".json") and not _ENTRIES.match(file):
            _read_entity(file, found)
    for file in sorted(files):
        if file.startswith("intents/") and file.endswith(".json") and not _SAYS.match(file):
            _read_intent(file, found, default)
    return found.bot("dialogflow_es")


def _read_entity(file: str, found: Found) -> None:
    entity = mapping(found.json(file))
    stem = file.removeprefix("entities/").removesuffix(".json")
    name = text(entity.get("name")) or stem
    entries = list(mappings(entity.get("entries")))
    for other in sorted(found.files):
        match = _ENTRIES.match(other)
        if match and match["name"] == stem:
            entries += mappings(found.json(other))
    add_entity(found, name, Place(file), entries, is_pattern=entity.get("isRegexp") is True)


def _read_intent(file: str, found: Found, default: str) -> None:
    intent = mapping(found.json(file))
    stem = file.removeprefix("intents/").removesuffix(".json")
    place = Place(file)
    is_fallback = intent.get("fallbackIntent") is True
    name = OUTSIDE if is_fallback else text(intent.get("name")) or stem
    if not is_fallback:
        found.declare("intent", name, place)
    _read_sentences(place, name, default, intent.get("userSays"), found)
    for other in sorted(found.files):
        match = _SAYS.match(other)
        if match and match["name"] == stem:
            _read_sentences(Place(other), name, match["language"], found.json(other), found)
    if is_fallback:
        said = [variant for each in mappings(intent.get("responses")) for variant in _variants(each, default)]
        if said and f"utter_{OUTSIDE}" not in found.responses:
            add_answer(found, place, OUTSIDE, said, [])
        else:
            found.notices.add(place, "outside_ours", intent=text(intent.get("name")) or stem)
        return
    contexts = texts(intent.get("contexts"))
    if contexts:
        found.notices.add(place, "context_left", intent=name, contexts=", ".join(contexts))
    for response in list(mappings(intent.get("responses")))[:1]:
        uses_program = intent.get("webhookUsed") is True
        add_answer(
            found,
            place,
            name,
            list(_variants(response, default)),
            list(_parameters(response, found, default)),
            program=(text(response.get("action")) or f"webhook of {name}") if uses_program else "",
            in_context=bool(contexts),
        )


def _read_sentences(place: Place, intent: str, language: str, said: object, found: Found) -> None:
    for sentence in mappings(said):
        parts = (
            (text(part.get("text")), entity_name(found, text(part.get("meta"))), text(part.get("alias")))
            for part in mappings(sentence.get("data"))
        )
        add_example(found, place, intent, text(sentence.get("lang")) or language, parts)


def _parameters(response: Mapping[str, object], found: Found, default: str) -> Iterator[Parameter]:
    for parameter in mappings(response.get("parameters")):
        if parameter.get("required") is True and text(parameter.get("name")):
            prompts = tuple(
                Variant(
                    with_braces(text(prompt.get("value"))), language=language_of(text(prompt.get("lang")) or default)
                )
                for prompt in mappings(parameter.get("prompts"))
                if text(prompt.get("value"))
            )
            yield Parameter(text(parameter["name"]), entity_name(found, text(parameter.get("dataType"))), prompts)


def _variants(response: Mapping[str, object], default: str) -> Iterator[Variant]:
    messages = [message for message in mappings(response.get("messages")) if not text(message.get("platform"))]
    yield from variants(messages, default, key="lang", words=_words, buttons=_buttons)
    if not messages:
        yield from (
            Variant(with_braces(words), language=language_of(default)) for words in texts(response.get("speech"))
        )


def _words(message: Mapping[str, object]) -> tuple[str, ...]:
    return texts(message.get("speech"))


def _buttons(message: Mapping[str, object]) -> Iterator[Button]:
    yield from (Button(title) for title in texts(message.get("replies")))
    yield from chips(message.get("payload"))
