"""What the dialogue can do next: each step gives the new state and the action that shows it to the user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dialogue import texts
from dialogue.actions import (
    Action,
    AnswerFromKnowledge,
    AskSlot,
    CallConnector,
    CallOutcome,
    HandOver,
    QuickReply,
    Say,
    buttons,
)
from dialogue.bilingual import Localised, Text, in_language
from dialogue.flow import CONFIRMATION, Flow, Slot
from dialogue.heard import Heard
from dialogue.slot_filling import find_values
from dialogue.state import DialogueState, JsonValue
from dialogue.template import fill, placeholders

Step = tuple[DialogueState, Action]

MAX_ATTEMPTS = 3  # bad answers, before a human or cancelling is offered
_QUESTION_KEPT = 500  # characters


class Steps:
    """`human` is the flow that hands over, where the bot has one."""

    def __init__(self, human: Flow | None, default_language: str) -> None:
        self.human = human
        self._default = default_language

    def begin(self, state: DialogueState, heard: Heard, flow: Flow) -> Step:
        """The first step of a flow, with the values that the message holds."""
        if flow.hand_over:
            return self.hand_over(state, "requested", flow)
        if flow.say:
            state = replace(
                state.without_flow() if flow.closes else state, intent=intent_of(flow, heard), said=flow.name
            )
            return state, Say(self.said(flow, state), buttons(flow.quick_replies, state.language))
        # A whole new question takes over only what would have to be asked for otherwise.
        kept = {slot.name for slot in flow.slots if slot.inherit and slot.required and slot.default is None}
        same = state.slots if state.flow == flow.name else {}
        found = find_values(flow, heard, requested=None, current={})
        values = {name: value for name, value in same.items() if name in kept} | dict(found.values)
        state = replace(state, requested_slot=None, attempts=0, intent=intent_of(flow, heard))
        return self.advance(state, flow, values)

    def advance(self, state: DialogueState, flow: Flow, values: Mapping[str, str], *, confirmed: bool = False) -> Step:
        """Asks for the next slot, or for a yes, or makes the call."""
        slots = dict(values)
        missing: Slot | None = None
        for slot in flow.slots:
            if slot.name not in slots and slot.default is not None:
                slots[slot.name] = slot.default
            elif slot.name not in slots and slot.required:
                missing = missing or slot
        waited_for, attempts = state.requested_slot, state.attempts
        state = replace(
            state,
            flow=flow.name,
            slots=slots,
            intent=state.intent or intent_of(flow, None),
            last_question=None,
            requested_slot=None,
        )
        if missing is not None:
            return self.ask(state, missing, attempts=attempts if missing.name == waited_for else 0)
        if flow.confirm and not confirmed:
            return self.ask_for_yes(state, flow, attempts=0)
        if flow.call is None:
            return replace(state, attempts=0, said=flow.name), Say(self._filled(flow.replies.success, state, slots))
        arguments = {
            name: fill(template, slots, language=state.language)
            for name, template in flow.call.arguments.items()
            if all(used in slots for used in placeholders(template))
        }
        return state, CallConnector(flow.call.connection, flow.call.operation, arguments)

    def conclude(self, state: DialogueState, flow: Flow | None, outcome: CallOutcome) -> Step:
        """What came of a call."""
        if flow is None:
            return self.say(state, texts.UNAVAILABLE)
        values = {**state.slots, **{name: value for name, value in outcome.data.items() if value is not None}}
        reply = self._filled(flow.replies.of(outcome.error), state, values)
        if outcome.error is None:
            return replace(state, attempts=0, said=flow.name), Say(reply)
        own = {"not_found": texts.NOT_FOUND, "invalid": texts.REFUSED}
        reply = reply or self._own(own.get(outcome.error, texts.UNAVAILABLE), state)
        again = flow.slot(flow.ask_again.get(outcome.error))
        if again is not None:
            kept = {name: value for name, value in state.slots.items() if name != again.name}
            return self.ask(replace(state, slots=kept), again, lead=reply, attempts=state.attempts + 1)
        retry = self._buttons(state, texts.RETRY_BUTTON) if outcome.error == "unavailable" else ()
        return replace(state, attempts=0), Say(reply, retry)

    def ask(
        self, state: DialogueState, slot: Slot, *, lead: str = "", attempts: int = 0, unknown: bool = False
    ) -> Step:
        """For a slot's value; instead of the question too many `attempts` bring a way out. `lead` is said before."""
        state = replace(state, requested_slot=slot.name, attempts=attempts)
        question, choices = self._text(slot.prompt, state), self.choices(state, slot)
        if attempts >= MAX_ATTEMPTS:
            with_human, without = (
                (texts.UNKNOWN_HUMAN, texts.UNKNOWN_CANCEL) if unknown else (texts.OFFER_HUMAN, texts.OFFER_CANCEL)
            )
            question = self._own(with_human if self.human else without, state)
            titles = [texts.HUMAN_BUTTON] if self.human else []
            choices = self._buttons(state, *titles, texts.CANCEL_BUTTON)
        gap = "" if state.language == "zh" or not lead else " "
        return state, AskSlot(slot.name, f"{lead}{gap}{question}", choices)

    def ask_better(self, state: DialogueState, flow: Flow, slot: Slot | None, *, misfit: bool) -> Step:
        """Once more for what is waited for; `misfit`: the answer was a value, but no good one."""
        attempts = state.attempts + 1
        if slot is None:
            return self.ask_for_yes(state, flow, attempts=attempts)
        lead = ""
        if misfit:
            lead = self._text(slot.invalid, state) if slot.invalid else self._own(texts.INVALID_VALUE, state)
        return self.ask(state, slot, lead=lead, attempts=attempts)

    def ask_for_yes(self, state: DialogueState, flow: Flow, *, attempts: int) -> Step:
        state = replace(state, requested_slot=CONFIRMATION, attempts=attempts)
        return state, AskSlot(CONFIRMATION, self.question(state, flow, None), self.choices(state, None))

    def ask_knowledge(self, state: DialogueState, heard: Heard, *, then: str | None = None) -> Step:
        state = replace(state, intent=None, last_question=heard.text[:_QUESTION_KEPT], last_answer=None)
        return state, AnswerFromKnowledge(heard.text, then=then)

    def hand_over(self, state: DialogueState, reason: str, flow: Flow) -> Step:
        state = replace(state.without_flow(), handed_over=True, intent=intent_of(flow, None))
        return state, HandOver(self._text(flow.hand_over, state), reason)

    def say(self, state: DialogueState, text: Text, quick_replies: tuple[QuickReply, ...] = ()) -> Step:
        return state, Say(self._own(text, state), quick_replies)

    def question(self, state: DialogueState, flow: Flow, slot: Slot | None) -> str:
        """What the flow waits for: a slot's value, or a yes where there is no slot."""
        return self._filled(flow.confirm, state, state.slots) if slot is None else self._text(slot.prompt, state)

    def choices(self, state: DialogueState, slot: Slot | None) -> tuple[QuickReply, ...]:
        """The buttons under `question`."""
        if slot is None:
            return self._buttons(state, texts.YES_BUTTON, texts.NO_BUTTON)
        return buttons(slot.quick_replies, state.language)

    def said(self, flow: Flow, state: DialogueState) -> str:
        return self._text(flow.said(state.turn), state)

    def _buttons(self, state: DialogueState, *titles: Text) -> tuple[QuickReply, ...]:
        return tuple(QuickReply(title, title) for title in (self._own(each, state) for each in titles))

    def _own(self, text: Text, state: DialogueState) -> str:
        return text.in_language(state.language or self._default)

    def _text(self, localised: Localised, state: DialogueState) -> str:
        return in_language(localised, state.language, self._default)

    def _filled(self, localised: Localised, state: DialogueState, values: Mapping[str, JsonValue]) -> str:
        return fill(self._text(localised, state), values, language=state.language)


def intent_of(flow: Flow, heard: Heard | None) -> str:
    """What the turn is counted as: the intent that was heard when it is the flow's, else the flow's first."""
    if heard is not None and heard.intent in flow.intents:
        return str(heard.intent)
    return flow.intents[0] if flow.intents else flow.name
