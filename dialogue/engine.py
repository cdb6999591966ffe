"""Decides what to do next: fills slots, carries on, switches, corrects, cancels, hands over, or asks the knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogue import cues
from dialogue.actions import (
    Action,
    AnswerFromKnowledge,
    AskSlot,
    CallConnector,
    CallOutcome,
    HandOver,
    QuickReply,
    Say,
)
from dialogue.flow import CONFIRMATION, Flow, FlowInvalid, Slot
from dialogue.language import reply_language
from dialogue.slot_filling import Found, find_values, free_text_value
from dialogue.state import DialogueState, JsonValue
from dialogue.template import fill, placeholders
from dialogue.texts import EngineTexts, Localised, buttons, in_language
from dialogue.understanding import Heard

Step = tuple[DialogueState, Action]

_SURE = 0.8  # from here on a greeting or thanks wins over a free-text slot, and any intent over "ok" and "知道了"
_QUESTION_KEPT = 500  # characters


class DialogueEngine:
    """Immutable and pure: one engine serves every conversation of a bot at once.

    An intent below `min_confidence` counts as none. After `max_attempts` bad answers a human or cancelling is offered.
    """

    def __init__(
        self,
        flows: Sequence[Flow],
        *,
        default_language: str = "zh",
        texts: EngineTexts | None = None,
        min_confidence: float = 0.5,
        max_attempts: int = 3,
    ) -> None:
        self._by_name = {flow.name: flow for flow in flows}
        self._by_start = {start: flow for flow in flows for start in flow.starts}
        self._human = next((flow for flow in flows if flow.hand_over), None)
        self._default = default_language
        self._texts = texts or EngineTexts()
        self._min_confidence = min_confidence
        self._max_attempts = max_attempts
        if len(self._by_name) != len(flows):
            raise FlowInvalid("name", "same_name")
        if len(self._by_start) != sum(len(flow.starts) for flow in flows):
            raise FlowInvalid("intents", "same_intent")

    def start(self, state: DialogueState, understanding: Heard) -> Step:
        """One message of the user."""
        heard = understanding
        spans = [(entity.start, entity.end) for entity in heard.entities]
        language = reply_language(heard.text, heard.language, spans, current=state.language, default=self._default)
        after = state.said or ""
        state = replace(state, language=language, turn=state.turn + 1, intent=None, said=None)
        flow = self._by_name.get(state.flow or "")
        if flow is None or not flow.collects:  # none, or one that has been deleted or changed meanwhile
            flow, state = None, state.without_flow()
        needed = max(self._min_confidence, _SURE if cues.is_small_word(heard.text) else 0.0)
        sure = heard.intent is not None and heard.confidence >= needed
        meant = heard.intent if sure and heard.intent else ""
        intended = self._by_start.get((after, meant)) or self._by_start.get(("", meant))
        if flow is not None and (state.requested_slot == CONFIRMATION or flow.slot(state.requested_slot)):
            return self._while_waiting(state, heard, flow, intended)
        return self._when_free(replace(state, requested_slot=None, attempts=0), heard, flow, intended)

    def resume(self, state: DialogueState, outcome: CallOutcome) -> Step:
        """What came of the `CallConnector` that `start` returned together with `state`."""
        flow = self._by_name.get(state.flow or "")
        if flow is None:
            return state, Say(self._text(self._texts.unavailable, state))
        values = {**state.slots, **{name: value for name, value in outcome.data.items() if value is not None}}
        reply = self._filled(flow.replies.of(outcome.error), state, values)
        if outcome.error is None:
            return replace(state, attempts=0, said=flow.name), Say(reply)
        own = {"not_found": self._texts.not_found, "invalid": self._texts.refused}
        reply = reply or self._text(own.get(outcome.error, self._texts.unavailable), state)
        again = flow.slot(flow.ask_again.get(outcome.error))
        if again is not None:
            kept = {name: value for name, value in state.slots.items() if name != again.name}
            return self._ask(replace(state, slots=kept), again, lead=reply, attempts=state.attempts + 1)
        retry = self._buttons(state, self._texts.retry_button) if outcome.error == "unavailable" else ()
        return replace(state, attempts=0), Say(reply, retry)

    # What a message means while nothing is waited for.

    def _when_free(self, state: DialogueState, heard: Heard, last: Flow | None, intended: Flow | None) -> Step:
        if intended is not None and intended.after:
            return self._begin(state, heard, intended)
        if last is not None:
            if cues.is_retry(heard.text):
                return self._advance(state, last, state.slots)
            carried = self._carried_on(state, heard, last, intended)
            if carried is not None:
                return self._advance(state, last, carried)
        if cues.is_wait(heard.text):
            return state, Say(self._text(self._texts.waiting, state))
        if intended is None or intended.say:  # a value with some filler is no greeting, whatever was guessed
            for flow in self._by_name.values():
                if any(slot.starts_flow for slot in flow.slots) and self._is_bare_value(flow, heard):
                    return self._begin(state, heard, flow)
        if intended is not None:
            return self._begin(state, heard, intended)
        if cues.is_cancel(heard.text):
            return state, Say(self._text(self._texts.nothing_to_cancel, state))
        if cues.is_small_word(heard.text):
            return state, Say(self._text(self._texts.acknowledged, state))
        return self._ask_knowledge(state, heard)

    def _carried_on(
        self, state: DialogueState, heard: Heard, last: Flow, intended: Flow | None
    ) -> dict[str, str] | None:
        """The slots of a follow-up or correction of the last flow, None when the message is neither."""
        found = find_values(last, heard, requested=None, current=state.slots)
        if not found.values or cues.says_more_than(heard.text, found.spans):
            return None
        if state.last_question is not None and intended is not last:  # the talk has moved on to something else
            return None
        correcting = cues.corrects(heard.text)
        kept = {slot.name for slot in last.slots if slot.inherit or correcting}
        return {name: value for name, value in state.slots.items() if name in kept} | dict(found.values)

    def _is_bare_value(self, flow: Flow, heard: Heard) -> bool:
        found = find_values(flow, heard, requested=None, current={})
        starting = {slot.name for slot in flow.slots if slot.starts_flow}
        return bool(starting & found.values.keys()) and not cues.says_more_than(heard.text, found.spans)

    def _begin(self, state: DialogueState, heard: Heard, flow: Flow) -> Step:
        if flow.hand_over:
            return self._hand_over(state, "requested", flow)
        if flow.say:
            state = replace(state.without_flow() if flow.closes else state, intent=_intent(flow, heard), said=flow.name)
            return state, Say(self._text(flow.said(state.turn), state), buttons(flow.quick_replies, state.language))
        # A whole new question takes over only what would have to be asked for otherwise.
        kept = {slot.name for slot in flow.slots if slot.inherit and slot.required and slot.default is None}
        same = state.slots if state.flow == flow.name else {}
        found = find_values(flow, heard, requested=None, current={})
        values = {name: value for name, value in same.items() if name in kept} | dict(found.values)
        state = replace(state, requested_slot=None, attempts=0)
        return self._advance(state, flow, values, intent=_intent(flow, heard))

    # What a message means while a flow waits for a value or a yes.

    def _while_waiting(self, state: DialogueState, heard: Heard, flow: Flow, intended: Flow | None) -> Step:
        text = heard.text
        slot = flow.slot(state.requested_slot)
        state = replace(state, intent=_intent(flow, heard))
        if state.attempts >= self._max_attempts and self._human and self._wants_human(state, text):
            return self._hand_over(state, "attempts", self._human)
        declined = cues.is_no(text) and (slot is None or state.attempts >= self._max_attempts)
        if cues.is_cancel(text) or declined:
            return state.without_flow(), Say(self._text(self._texts.cancelled, state))
        if intended is not None and intended.hand_over:
            return self._begin(state, heard, intended)
        if cues.is_wait(text):
            return state, Say(self._text(self._texts.waiting, state), self._choices(state, slot))
        if slot is None and cues.is_yes(text):
            return self._advance(state, flow, state.slots, confirmed=True)
        found = find_values(flow, heard, requested=slot, current=state.slots)
        if found.values and not self._belongs_to(intended, flow, heard, found):
            return self._advance(state, flow, {**state.slots, **found.values})
        if intended is not None and intended is not flow:
            if intended.collects or intended.closes:
                return self._begin(state, heard, intended)
            if slot is None or not slot.free_text or heard.confidence >= _SURE:
                return self._say_and_ask_on(state, heard, flow, intended)
        value = free_text_value(slot, text) if slot is not None else None
        if slot is not None and value is not None:
            return self._advance(state, flow, {**state.slots, slot.name: value})
        if slot is not None and cues.is_ignorance(text):
            return self._ask(state, slot, attempts=self._max_attempts, unknown=True)
        if intended is flow or found.misfit or cues.is_ignorance(text) or cues.is_small_word(text):
            return self._ask_better(state, flow, slot, misfit=found.misfit)
        return self._ask_knowledge(state, heard, then=self._question(state, flow, slot))

    def _wants_human(self, state: DialogueState, text: str) -> bool:
        return cues.is_yes(text) or cues.plain(text) == cues.plain(self._text(self._texts.human_button, state))

    @staticmethod
    def _belongs_to(intended: Flow | None, flow: Flow, heard: Heard, found: Found) -> bool:
        """Whether the values are part of a question to another flow, such as a date in a question about the weather."""
        if (
            intended is None
            or intended is flow
            or not intended.collects
            or not cues.says_more_than(heard.text, found.spans)
        ):
            return False
        return bool(find_values(intended, heard, requested=None, current={}).values)

    def _say_and_ask_on(self, state: DialogueState, heard: Heard, flow: Flow, aside: Flow) -> Step:
        slot = flow.slot(state.requested_slot)
        text = f"{self._text(aside.said(state.turn), state)}\n\n{self._question(state, flow, slot)}"
        return replace(state, intent=_intent(aside, heard)), Say(text, self._choices(state, slot))

    def _ask_better(self, state: DialogueState, flow: Flow, slot: Slot | None, *, misfit: bool) -> Step:
        if slot is None:
            asked = AskSlot(CONFIRMATION, self._question(state, flow, None), self._choices(state, None))
            return replace(state, attempts=state.attempts + 1), asked
        lead = self._text(slot.invalid or self._texts.invalid_value, state) if misfit else ""
        return self._ask(state, slot, lead=lead, attempts=state.attempts + 1)

    # What is done then.

    def _advance(
        self,
        state: DialogueState,
        flow: Flow,
        values: Mapping[str, str],
        *,
        intent: str | None = None,
        confirmed: bool = False,
    ) -> Step:
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
            intent=intent or state.intent or _intent(flow, None),
            last_question=None,
            requested_slot=None,
        )
        if missing is not None:
            return self._ask(state, missing, attempts=attempts if missing.name == waited_for else 0)
        if flow.confirm and not confirmed:
            state = replace(state, requested_slot=CONFIRMATION, attempts=0)
            return state, AskSlot(CONFIRMATION, self._question(state, flow, None), self._choices(state, None))
        if flow.call is None:
            return replace(state, attempts=0, said=flow.name), Say(self._filled(flow.replies.success, state, slots))
        arguments = {
            name: fill(template, slots, language=state.language)
            for name, template in flow.call.arguments.items()
            if all(used in slots for used in placeholders(template))
        }
        return state, CallConnector(flow.call.connection, flow.call.operation, arguments)

    def _ask(
        self, state: DialogueState, slot: Slot, *, lead: str = "", attempts: int = 0, unknown: bool = False
    ) -> Step:
        state = replace(state, requested_slot=slot.name, attempts=attempts)
        question, choices = self._text(slot.prompt, state), self._choices(state, slot)
        if attempts >= self._max_attempts:
            question = self._text(self._texts.offer(human=self._human is not None, unknown=unknown), state)
            titles = [self._texts.human_button] if self._human else []
            choices = self._buttons(state, *titles, self._texts.cancel_button)
        gap = "" if state.language == "zh" or not lead else " "
        return state, AskSlot(slot.name, f"{lead}{gap}{question}", choices)

    def _ask_knowledge(self, state: DialogueState, heard: Heard, *, then: str | None = None) -> Step:
        state = replace(state, intent=None, last_question=heard.text[:_QUESTION_KEPT], last_answer=None)
        return state, AnswerFromKnowledge(heard.text, then=then)

    def _hand_over(self, state: DialogueState, reason: str, flow: Flow) -> Step:
        state = replace(state.without_flow(), handed_over=True, intent=_intent(flow, None))
        return state, HandOver(self._text(flow.hand_over, state), reason)

    def _question(self, state: DialogueState, flow: Flow, slot: Slot | None) -> str:
        if slot is None:
            return self._filled(flow.confirm, state, state.slots)
        return self._text(slot.prompt, state)

    def _choices(self, state: DialogueState, slot: Slot | None) -> tuple[QuickReply, ...]:
        if slot is None:
            return self._buttons(state, self._texts.yes_button, self._texts.no_button)
        return buttons(slot.quick_replies, state.language)

    def _buttons(self, state: DialogueState, *titles: Localised) -> tuple[QuickReply, ...]:
        return tuple(QuickReply(title, title) for title in (self._text(each, state) for each in titles))

    def _text(self, texts: Localised, state: DialogueState) -> str:
        return in_language(texts, state.language, self._default)

    def _filled(self, texts: Localised, state: DialogueState, values: Mapping[str, JsonValue]) -> str:
        return fill(self._text(texts, state), values, language=state.language)


def _intent(flow: Flow, heard: Heard | None) -> str:
    """What the turn is counted as: the intent that was heard when it is the flow's, else the flow's first."""
    if heard is not None and heard.intent in flow.intents:
        return str(heard.intent)
    return flow.intents[0] if flow.intents else flow.name
