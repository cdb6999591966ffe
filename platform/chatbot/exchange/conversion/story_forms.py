"""Slots that stories ask for one by one, as bots did before there were forms: also flows that collect slots."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatbot.exchange.conversion.context import Conversion
from chatbot.exchange.conversion.form_flows import AFFIRMING, FormFlows
from chatbot.exchange.conversion.names import identifier
from chatbot.exchange.conversion.texts import with_names
from chatbot.exchange.conversion.turns import Turn
from nlu.exchange.bot import ImportedBot, ImportedForm

_ASKS = "utter_ask_"


def make_story_forms(conversion: Conversion) -> None:
    """An intent needs a story in which a slot is asked for and then given.

    Runs after the rules, for an intent that a rule answers asks for nothing, and before the answers of stories, which
    would take the first question for the whole answer.
    """
    bot, stories = conversion.bot, conversion.stories
    asking = [
        (turn, following)
        for turns in stories
        for turn, following in pairwise(turns)
        if (slot := _asked(turn, bot)) and slot in following.slots
    ]
    answers = {intent for _, following in asking for intent in following.intents}
    starting = dict.fromkeys(
        intent for turn, _ in asking for intent in turn.intents if intent not in answers and conversion.is_free(intent)
    )
    courses = {
        intent: [
            _course(turns[index:], starting, bot)
            for turns in stories
            for index, turn in enumerate(turns)
            if intent in turn.intents
        ]
        for intent in starting
    }
    flows = [(intent, _flow(conversion, intent, courses[intent])) for intent in starting]
    for intent, flow in flows:
        if flow:
            conversion.add(flow, courses[intent][0].turns[0].place, form=intent)
            conversion.steps |= {turn.place for course in courses[intent] for turn in course.turns}


@dataclass(frozen=True, slots=True)
class _Course:
    """How one story goes on from an intent: `asked` in order, confirmed by `confirm`, then `end` if it gets there."""

    turns: Sequence[Turn]
    asked: Sequence[str]
    confirm: tuple[str, ...] = ()
    end: Turn | None = None


def _course(turns: Sequence[Turn], starting: Collection[str], bot: ImportedBot) -> _Course:
    asked: list[str] = []
    for turn, following in pairwise(turns):
        slot = _asked(turn, bot)
        if not slot or any(intent in starting for intent in following.intents):
            break  # the user turns to something else
        asked.append(slot)
    so_far, later = turns[: len(asked) + 1], turns[len(asked) + 1 :]
    if _asked(so_far[-1], bot):
        return _Course(so_far, asked)
    confirm = so_far[-1].says[-1:]
    if confirm and "confirm" in confirm[0] and later and any(map(AFFIRMING.search, later[0].intents)):
        return _Course([*so_far, later[0]], asked, confirm, later[0])
    return _Course(so_far, asked, (), so_far[-1])


def _flow(conversion: Conversion, intent: str, courses: Sequence[_Course]) -> dict[str, object]:
    """Empty where fewer than half of the courses ask for anything."""
    whole = [course for course in courses if course.end]
    if not whole or 2 * sum(bool(course.asked or course.confirm) for course in courses) < len(courses):
        return {}
    asked = tuple(dict.fromkeys(slot for course in courses for slot in course.asked))
    says = next((course.end.says for course in whole if course.end and course.end.says), ())
    ending = conversion.texts.spoken(says) if says else None
    given = dict.fromkeys(slot for course in courses for slot in course.turns[0].slots if slot not in asked)
    more = [
        {"name": identifier(slot), "entity": entity}
        for slot in given
        if (entity := conversion.names.get(slot, "")) in conversion.definitions
    ]
    form = ImportedForm(intent, asked, courses[0].turns[0].place)
    (flow,) = FormFlows(conversion, form).begun_by([intent], ending, more=more)
    confirm = next((course.confirm for course in whole if course.confirm), ())
    known = {slot: identifier(slot) for slot in asked}
    said = conversion.texts.spoken(confirm).changed(lambda text: with_names(text, known)).first()
    return {**flow, "confirm": said} if said else flow


def _asked(turn: Turn, bot: ImportedBot) -> str:
    """The slot that the turn's last words ask for."""
    name = turn.says[-1].removeprefix(_ASKS) if turn.says and turn.says[-1].startswith(_ASKS) else ""
    return name if name in bot.slots or name in bot.entities else ""
