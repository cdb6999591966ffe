"""From a bot as another program described it to what it becomes here."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.exchange.content import BotContent
from chatbot.exchange.conversion import answers, entities, examples, follow_ups, forms, reports, story_forms
from chatbot.exchange.conversion.context import Conversion
from nlu.exchange.bot import ImportedBot
from nlu.exchange.report import Notices

# The order is the logic: an intent belongs to the first flow that takes it. Each pass says what it needs before it.
PASSES: tuple[Callable[[Conversion], None], ...] = (
    entities.make_entities,
    forms.make_forms,
    answers.answer_rules,
    story_forms.make_story_forms,
    answers.answer_stories,
    answers.answer_retrieval,
    answers.answer_outside,
    answers.answer_later,
    follow_ups.make_follow_ups,
    reports.report_flows,
    examples.make_examples,
    examples.make_tests,
    reports.report_declarations,
)


def convert(bot: ImportedBot, notices: Notices) -> BotContent:
    """Whatever finds no place here is in the notices."""
    conversion = Conversion(bot, notices)
    for run in PASSES:
        run(conversion)
    return BotContent(
        settings={"default_language": conversion.language, **({"name": bot.name} if bot.name.strip() else {})},
        examples=tuple(conversion.examples),
        entities=conversion.definitions,
        flows=tuple(made.definition for made in conversion.flows),
        tests=tuple(conversion.tests),
    )
