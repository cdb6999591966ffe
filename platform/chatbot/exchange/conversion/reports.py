"""What the flows do otherwise than the bot did, and what of it has no use here."""

from __future__ import annotations

from chatbot.exchange.conversion.answers import program_code
from chatbot.exchange.conversion.context import OUR_OUTSIDE, OUTSIDE, Conversion
from chatbot.exchange.conversion.turns import Turn
from nlu.exchange.bot import Place

_VALIDATES = ("validate_", "action_validate_")
_SAYS = ("utter_", "respond_")


def report_flows(conversion: Conversion) -> None:
    """Runs after the last flow is made: what a flow does is not reported."""
    begun = {made.form for made in conversion.flows}
    for form in conversion.bot.forms.values():
        if form.name not in begun:
            code = "form_never_started" if form.slots else "form_empty"
            conversion.notices.add(form.place, code, name=form.name)
    for turn in dict.fromkeys(conversion.turns):
        _report(conversion, turn)


def report_declarations(conversion: Conversion) -> None:
    """Runs last: intents are taught by buttons too, and responses are used by flows of every kind."""
    bot, notices = conversion.bot, conversion.notices
    taught = {name for each in conversion.examples for name in (each.intent, each.intent.split("/")[0])}
    for intent in bot.intents:
        if intent not in taught and intent not in OUTSIDE:
            notices.add(bot.places.get(f"intent:{intent}", Place("-")), "intent_untaught", intent=intent)
    for action in bot.actions:
        place = bot.places.get(f"action:{action}", Place("-"))
        if action.startswith(_VALIDATES):
            notices.add(place, "needs_pattern", action=action)
        elif not action.startswith(_SAYS) and action not in bot.forms and action not in bot.responses:
            notices.add(place, program_code(action), action=action)
    for name, response in bot.responses.items():
        if name not in conversion.texts.used:
            notices.add(response.place, "response_unused", name=name)


def _report(conversion: Conversion, turn: Turn) -> None:
    place, notices = turn.place, conversion.notices
    says = ", ".join(turn.says)
    is_held = place in conversion.steps or place in conversion.followed
    for program in turn.programs:
        if program not in conversion.bot.actions:  # else it is said once, where the action is declared
            notices.add(place, program_code(program), action=program)
    for intent in turn.intents:
        if intent in OUTSIDE:
            if not says or conversion.answered.get(OUR_OUTSIDE) != turn.says:
                notices.add(place, "outside_ours", intent=intent)
        elif is_held:
            continue
        elif turn.starts and turn.starts != turn.loop:
            if conversion.started.get(intent) != turn.starts:
                notices.add(place, "turn_differs", intent=intent, actions=turn.starts)
            elif says:
                notices.add(place, "lead_left", form=turn.starts, actions=says)
        elif says and not _is_answered(conversion, intent, turn):
            notices.add(place, "turn_differs", intent=intent, actions=says)
    if not turn.intents and not turn.ends and says and not is_held:
        notices.add(place, "unasked", actions=says)


def _is_answered(conversion: Conversion, intent: str, turn: Turn) -> bool:
    """Whether the intent's flow says what this turn does. While a form runs, that asks on by itself afterwards."""
    said = conversion.answered.get(intent, ())
    return said == turn.says or bool(turn.loop and said and turn.says[: len(said)] == said)
