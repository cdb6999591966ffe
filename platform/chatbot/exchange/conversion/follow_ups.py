"""What an imported bot answers only because of what it said before: flows that come after others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.exchange.conversion.answers import answer
from chatbot.exchange.conversion.context import Conversion, MadeFlow
from chatbot.exchange.conversion.form_flows import FormFlows
from chatbot.exchange.conversion.turns import Turn
from dialogue.flow import parse_flow

MOST_FOLLOW_UPS = 1000  # every flow is read when a bot is loaded


def make_follow_ups(conversion: Conversion) -> None:
    """Runs after all flows that begin by an intent alone, because it walks through the stories along those."""
    follow_ups = _FollowUps(conversion)
    for turns in [*conversion.stories, *conversion.rules]:
        follow_ups.follow(turns)


class _FollowUps:
    """Walks along the flows that would answer a story, and adds those that are missing on the way.

    A turn whose place in the talk is unknown, or held by another answer, is left.
    """

    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion
        self._flows = conversion.flows  # grows on the way
        self._added = 0

    def follow(self, turns: Sequence[Turn]) -> None:
        """One story, or one rule that begins with what the bot said."""
        before: tuple[str, ...] = ()
        for turn in turns:
            if turn.ends:
                before = tuple(made.flow.name for made in self._flows if made.form == turn.loop)
            elif not turn.intents:
                before = self._ending_with(turn.says)
                self._conversion.followed |= {turn.place} if before else set()
            elif turn.loop or turn.place in self._conversion.steps or not (turn.says or turn.starts):
                before = ()
            else:
                before = self._answered(turn, before)

    def _ending_with(self, says: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(made.flow.name for made in self._flows if says and _ends_with(made, says))

    def _answered(self, turn: Turn, before: tuple[str, ...]) -> tuple[str, ...]:
        """The flows that do what this turn does, after those `before`; made if need be."""
        missing: list[str] = []
        names: list[str] = []
        held = 0
        for intent in turn.intents:
            answers = self._answers(intent, before)
            right = [made.flow.name for made in answers if _does(made, turn)]
            if right and len(right) == len(answers):
                names += right
                held += 1
            elif before and self._conversion.is_known(intent) and not any(m.flow.after or m.form for m in answers):
                missing.append(intent)
        if missing and self._added < MOST_FOLLOW_UPS and (name := self._made(turn, tuple(missing), before)):
            self._added += 1
            names.append(name)
            held += len(missing)
        if held == len(turn.intents):
            self._conversion.followed.add(turn.place)
        # Where other words came first, what matters to the next turn is still what the bot said here.
        return tuple(dict.fromkeys(names)) or self._ending_with(turn.says)

    def _answers(self, intent: str, before: tuple[str, ...]) -> list[MadeFlow]:
        """What answers the intent after these flows; of a group of retrieval intents, every flow of the group."""
        after = [made for made in self._flows if any((name, intent) in made.flow.starts for name in before)]
        alone = [made for made in self._flows if ("", intent) in made.flow.starts]
        within = [made for made in self._flows if any(each.startswith(f"{intent}/") for each in made.flow.intents)]
        return after or alone or within

    def _made(self, turn: Turn, intents: tuple[str, ...], after: tuple[str, ...]) -> str:
        """The name of a flow of these intents after these flows, or of one that is there and now follows them too; ""
        where nothing can be made of the turn."""
        for index, made in enumerate(self._flows):
            same = made.form == turn.starts and (made.form or made.says == turn.says)
            if made.flow.after and made.flow.intents == intents and same:
                longer = {**made.definition, "after": [*dict.fromkeys((*made.flow.after, *after))]}
                self._flows[index] = replace(made, definition=longer, flow=parse_flow(longer))
                return made.flow.name
        form = self._conversion.bot.forms.get(turn.starts)
        if form is not None and form.slots:
            ending = self._conversion.endings.get(form.name)
            flow = FormFlows(self._conversion, form).begun_by(intents, ending)[0]
            named = {**flow, "name": self._conversion.flow_name(form.name), "after": list(after)}
            return self._conversion.add(named, form.place, form=form.name)
        return answer(self._conversion, intents, turn, after=after) if turn.says else ""


def _does(made: MadeFlow, turn: Turn) -> bool:
    if turn.starts:
        return made.form == turn.starts
    return not made.form and (made.says == turn.says or turn.says[:1] == _of_group(made))


def _ends_with(made: MadeFlow, says: tuple[str, ...]) -> bool:
    return made.says[-len(says) :] == says or says == _of_group(made)


def _of_group(made: MadeFlow) -> tuple[str, ...]:
    """The response of the group that a retrieval intent's flow belongs to: ("utter_faq",)."""
    group, slash, _ = made.flow.intents[0].partition("/") if made.flow.intents else ("", "", "")
    return (f"utter_{group}",) if slash else ()
