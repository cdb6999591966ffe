"""From a bot as another program described it to what it becomes here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chatbot.exchange.content import LONGEST_INTENT, LONGEST_TEXT, BotContent, ContentExample, ContentTest
from chatbot.exchange.conversion.entities import EntityConversion
from chatbot.exchange.conversion.flows import OUR_OUTSIDE, OUTSIDE, FlowConversion, program_code
from chatbot.exchange.conversion.texts import ResponseTexts
from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.bot import Annotation, Button, ImportedBot, ImportedExample, Place
from nlu.exchange.report import Notices
from nlu.language import LANGUAGES, detect_language

MOST_TESTS = 5000
_VALIDATES = ("validate_", "action_validate_")


def convert(bot: ImportedBot, notices: Notices) -> BotContent:
    """Whatever finds no place here is in the notices."""
    default = _default_language(bot)
    texts = ResponseTexts(bot, default, notices)
    entities = EntityConversion(bot, notices)
    entities.convert()
    flows = FlowConversion(bot, entities, texts, [default], notices)
    flows.convert()
    examples = tuple(_examples(bot, entities, texts, default, notices))
    _report_declarations(bot, texts, examples, notices)
    return BotContent(
        settings={"default_language": default, **({"name": bot.name} if bot.name.strip() else {})},
        examples=examples,
        entities=entities.definitions,
        flows=tuple(flows.flows),
        tests=tuple(_tests(bot, {example.intent for example in examples}, default)),
    )


def _default_language(bot: ImportedBot) -> str:
    """What most of its sentences are written in."""
    stated = [language for language in bot.languages if language in LANGUAGES]
    said = [variant.text for response in bot.responses.values() for variant in response.variants]
    texts = [example.text for example in bot.examples[:2000]] + said
    counted = Counter(detect_language(text, default=stated[0] if stated else "en") for text in texts)
    return counted.most_common(1)[0][0] if counted else (stated[0] if stated else "zh")


def _examples(
    bot: ImportedBot, entities: EntityConversion, texts: ResponseTexts, default: str, notices: Notices
) -> Iterator[ContentExample]:
    seen: set[tuple[str, str]] = set()
    for example in bot.examples:
        intent = OUR_OUTSIDE if example.intent.split("/")[0] in OUTSIDE else example.intent
        if len(intent) > LONGEST_INTENT or len(example.text) > LONGEST_TEXT:
            notices.add(example.place, "example_too_long", intent=intent)
        elif (intent, example.text) in seen:
            notices.add(example.place, "example_twice", intent=intent, text=example.text)
        else:
            seen.add((intent, example.text))
            language = example.language if example.language in LANGUAGES else ""
            language = language or detect_language(example.text, default=default)
            yield ContentExample(example.text, intent, language, tuple(_renamed(example, entities)))
    known = {intent for intent, _ in seen}
    for response, button in texts.buttons():
        # A button here says its title, so the title has to mean what pressing it meant.
        said = any(character.isalnum() for character in button.title)
        if said and button.intent in known and (button.intent, button.title) not in seen:
            seen.add((button.intent, button.title))
            notices.add(response.place, "button_example", title=button.title, intent=button.intent)
            given = tuple(_given(button, entities))
            yield ContentExample(button.title, button.intent, detect_language(button.title, default=default), given)


def _given(button: Button, entities: EntityConversion) -> Iterator[Annotation]:
    """The values of a button that its title names, each for the entity, or for the slot with its entity and role."""
    for name, value in button.entities.items():
        start = button.title.casefold().find(value.casefold()) if value else -1
        wanted = entities.names.get(name) or entities.of_slot(name)
        if start >= 0 and wanted and len(button.title) == len(button.title.casefold()):
            entity, _, role = wanted.partition(":")
            yield Annotation(entity, start, start + len(value), value, role)


def _renamed(example: ImportedExample, entities: EntityConversion) -> Iterator[Annotation]:
    for each in example.annotations:
        if each.entity:
            yield Annotation(entities.names[each.entity], each.start, each.end, each.value, each.role, each.group)


def _tests(bot: ImportedBot, known: set[str], default: str) -> Iterator[ContentTest]:
    """Sentences with an intent that the bot is trained on, or none."""
    seen: set[str] = set()
    for text, intent in _tested(bot):
        meant = None if intent.split("/")[0] in OUTSIDE else intent
        if text and text not in seen and len(text) <= LONGEST_TEXT and (meant is None or meant in known):
            seen.add(text)
            yield ContentTest(text, meant, detect_language(text, default=default))
        if len(seen) >= MOST_TESTS:
            return


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


def _report_declarations(
    bot: ImportedBot, texts: ResponseTexts, examples: Iterable[ContentExample], notices: Notices
) -> None:
    taught = {example.intent for example in examples}
    taught |= {intent.split("/")[0] for intent in taught}
    for intent in bot.intents:
        if intent not in taught and intent not in OUTSIDE:
            notices.add(bot.places.get(f"intent:{intent}", Place("-")), "intent_untaught", intent=intent)
    for action in bot.actions:
        place = bot.places.get(f"action:{action}", Place("-"))
        if action.startswith(_VALIDATES):
            notices.add(place, "needs_pattern", action=action)
        elif not action.startswith(("utter_", "respond_")) and action not in bot.forms and action not in bot.responses:
            notices.add(place, program_code(action), action=action)
    for name, response in bot.responses.items():
        if name not in texts.used:
            notices.add(response.place, "response_unused", name=name)
