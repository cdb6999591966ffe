"""What users say: examples to train on, and tests that every version must understand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chatbot.exchange.content import LONGEST_INTENT, LONGEST_TEXT, ContentExample, ContentTest
from chatbot.exchange.conversion.context import OUR_OUTSIDE, OUTSIDE, Conversion
from chatbot.exchange.conversion.texts import language_of
from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.bot import Annotation, Button, ImportedBot

MOST_TESTS = 5000


def make_examples(conversion: Conversion) -> None:
    """Runs after the entities, whose names the annotations take."""
    bot, notices, default = conversion.bot, conversion.notices, conversion.language
    seen: set[tuple[str, str]] = set()
    for example in bot.examples:
        intent = OUR_OUTSIDE if example.intent.split("/")[0] in OUTSIDE else example.intent
        if len(intent) > LONGEST_INTENT or len(example.text) > LONGEST_TEXT:
            notices.add(example.place, "example_too_long", intent=intent)
        elif (intent, example.text) in seen:
            notices.add(example.place, "example_twice", intent=intent, text=example.text)
        else:
            seen.add((intent, example.text))
            language = language_of(example.text, example.language, default=default)
            entities = tuple(
                replace(each, entity=conversion.names[each.entity]) for each in example.annotations if each.entity
            )
            conversion.examples.append(ContentExample(example.text, intent, language, entities))
    known = {intent for intent, _ in seen}
    for response, button in bot.buttons():
        # A button here says its title, so the title has to mean what pressing it meant.
        said = any(character.isalnum() for character in button.title)
        if said and button.intent in known and (button.intent, button.title) not in seen:
            seen.add((button.intent, button.title))
            notices.add(response.place, "button_example", title=button.title, intent=button.intent)
            language, given = language_of(button.title, "", default=default), tuple(_given(button, conversion))
            conversion.examples.append(ContentExample(button.title, button.intent, language, given))


def make_tests(conversion: Conversion) -> None:
    """Runs after the examples: a test's intent is one that they teach, or none."""
    known = {example.intent for example in conversion.examples}
    tests: dict[str, ContentTest] = {}
    for text, intent in _tested(conversion.bot):
        meant = None if intent.split("/")[0] in OUTSIDE else intent
        if text and text not in tests and len(text) <= LONGEST_TEXT and (meant is None or meant in known):
            tests[text] = ContentTest(text, meant, language_of(text, "", default=conversion.language))
        if len(tests) >= MOST_TESTS:
            break
    conversion.tests = list(tests.values())


def _given(button: Button, conversion: Conversion) -> Iterator[Annotation]:
    """The values of a button that its title names, each for the entity, or for the slot with its entity and role."""
    for name, value in button.entities.items():
        start = button.title.casefold().find(value.casefold()) if value else -1
        wanted = conversion.names.get(name) or conversion.of_slot(name)
        if start >= 0 and wanted and len(button.title) == len(button.title.casefold()):
            entity, _, role = wanted.partition(":")
            yield Annotation(entity, start, start + len(value), value, role)


def _tested(bot: ImportedBot) -> Iterator[tuple[str, str]]:
    for example in bot.test_examples:
        yield example.text, example.intent
    for story in bot.test_stories:
        for step in story.steps:
            if step.text and step.intents and not step.text.startswith("/"):
                try:
                    yield read_annotated(step.text)[0], step.intents[0]
                except AnnotationUnreadable:
                    continue
