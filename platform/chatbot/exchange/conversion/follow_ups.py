"""What an imported bot answers only because of what it said before: flows that come after others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from chatbot.exchange.conversion.turns import Turn
from dialogue.flow import Flow
from nlu.exchange.bot import Place

MOST_FOLLOW_UPS = 1000  # every flow is read when a bot is loaded

# Makes the flow of these intents after these flows, or has one that is there follow them too; its name, or "" where
# nothing can be made of the turn.
Add = Callable[[Turn, tuple[str, ...], tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class MadeFlow:
    """A flow that was made, and the responses that it says in their order; those of a form at its end."""

    flow: Flow
    says: tuple[str, ...]
    form: str = ""


class FollowUps:
    """Walks through stories along the flows that would answer them, and adds those that are missing on the way.

    `made` grows while it does. A turn whose place in the talk is unknown, or held by another answer, is left.
    """

    def __init__(
        self, made: Sequence[MadeFlow], is_known: Callable[[str], bool], add: Add, *, held: AbstractSet[Place]
    ) -> None:
        """`held` are turns that are steps of a flow already."""
        self._made = made
        self._steps = held
        self._is_known = is_known
        self._add = add
        self._added = 0
        self.held: set[Place] = set()

    def follow(self, turns: Sequence[Turn]) -> None:
        """One story, or one rule that begins with what the bot said."""
        before: tuple[str, ...] = ()
        for turn in turns:
            if turn.ends:
                before = tuple(spoken.flow.name for spoken in self._made if spoken.form == turn.loop)
            elif not turn.intents:
                before = self._ending_with(turn.says)
                self.held |= {turn.place} if before else set()
            elif turn.loop or turn.place in self._steps or not (turn.says or turn.starts):
                before = ()
            else:
                before = self._answered(turn, before)

    def _ending_with(self, says: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each.flow.name for each in self._made if says and _ends_with(each, says))

    def _answered(self, turn: Turn, before: tuple[str, ...]) -> tuple[str, ...]:
        """The flows that say what this turn does, after those `before`; made if need be."""
        missing: list[str] = []
        names: list[str] = []
        held = 0
        for intent in turn.intents:
            answers = self._answers(intent, before)
            right = [each.flow.name for each in answers if _does(each, turn)]
            if right and len(right) == len(answers):
                names += right
                held += 1
            elif before and self._is_known(intent) and not any(each.flow.after or each.form for each in answers):
                missing.append(intent)
        if missing and self._added < MOST_FOLLOW_UPS and (name := self._add(turn, tuple(missing), before)):
            self._added += 1
            names.append(name)
            held += len(missing)
        if held == len(turn.intents):
            self.held.add(turn.place)
        # Where other words came first, what matters to the next turn is still what the bot said here.
        return tuple(dict.fromkeys(names)) or self._ending_with(turn.says)

    def _answers(self, intent: str, before: tuple[str, ...]) -> list[MadeFlow]:
        """What answers the intent after these flows; of a group of retrieval intents, every flow of the group."""
        within = [each for each in self._made if any(i.startswith(f"{intent}/") for i in each.flow.intents)]
        after = [each for each in self._made if any((name, intent) in each.flow.starts for name in before)]
        return after or [each for each in self._made if ("", intent) in each.flow.starts] or within


def _does(spoken: MadeFlow, turn: Turn) -> bool:
    if turn.starts:
        return spoken.form == turn.starts
    return not spoken.form and (spoken.says == turn.says or turn.says[:1] == _of_group(spoken))


def _ends_with(spoken: MadeFlow, says: tuple[str, ...]) -> bool:
    return spoken.says[-len(says) :] == says or says == _of_group(spoken)


def _of_group(spoken: MadeFlow) -> tuple[str, ...]:
    """The response of the group that a retrieval intent's flow belongs to: ("utter_faq",)."""
    group, slash, _ = spoken.flow.intents[0].partition("/") if spoken.flow.intents else ("", "", "")
    return (f"utter_{group}",) if slash else ()
