"""From a bot as another program described it to what it becomes here."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.exchange.content import BotContent
from chatbot.exchange.conversion.answers import (
    answer_later,
    answer_outside,
    answer_retrieval,
    answer_rules,
    answer_stories,
)
from chatbot.exchange.conversion.context import Conversion
from chatbot.exchange.conversion.entities import make_entities
from chatbot.exchange.conversion.examples import make_examples, make_tests
from chatbot.exchange.conversion.follow_ups import make_follow_ups
from chatbot.exchange.conversion.forms import make_forms
from chatbot.exchange.conversion.reports import report_declarations, report_flows
from chatbot.exchange.conversion.story_forms import make_story_forms
from nlu.exchange.bot import ImportedBot
from nlu.exchange.report import Notices

# The order is the logic: an intent belongs to the first flow that takes it. Each pass says what it needs before it.
PASSES: tuple[Callable[[Conversion], None], ...] = (
    make_entities,
    make_forms,
    answer_rules,
    make_story_forms,
    answer_stories,
    answer_retrieval,
    answer_outside,
    answer_later,
    make_follow_ups,
    report_flows,
    make_examples,
    make_tests,
    report_declarations,
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
