"""Forms, with what begins them and what they say at their end."""

from __future__ import annotations

from collections import defaultdict

from chatbot.exchange.conversion.context import Conversion
from chatbot.exchange.conversion.form_flows import FormFlows


def make_forms(conversion: Conversion) -> None:
    """Runs after the entities, which fill slots, and before all answers, so that an intent that begins a form is not
    taken by what is said to it elsewhere.

    A form begins with what begins it in the first place, or always; a yes that does so needs its question.
    """
    begun: dict[str, set[str]] = defaultdict(set)
    for turn in conversion.turns:
        for intent in turn.intents if not turn.loop else ():
            begun[intent].add(turn.starts)
    for form in conversion.bot.forms.values():
        intents = dict.fromkeys(
            intent
            for turn in conversion.turns
            if turn.starts == form.name and not turn.ends and turn.loop != form.name
            for intent in turn.intents
            if (turn.is_first or begun[intent] <= {form.name}) and conversion.is_free(intent)
        )
        ends = (turn.says for turn in conversion.turns if turn.ends and turn.loop == form.name)
        says = next(filter(None, ends), ())
        ending = conversion.endings[form.name] = conversion.texts.spoken(says) if says else None
        for flow in FormFlows(conversion, form).begun_by(list(intents), ending) if form.slots and intents else ():
            conversion.add(flow, form.place, says=says, form=form.name)
