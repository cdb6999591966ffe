"""Decides what to do next: fills slots, carries on, switches, corrects, cancels, hands over, or asks the knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue import cues
from dialogue.actions import CallOutcome
from dialogue.flow import CONFIRMATION, Flow
from dialogue.flow_faults import FlowInvalid
from dialogue.heard import Heard
from dialogue.language import reply_language
from dialogue.state import DialogueState
from dialogue.steps import Step, Steps
from dialogue.when_free import when_free
from dialogue.while_waiting import SURE, while_waiting

_LEAST_CONFIDENCE = 0.5  # an intent below it counts as none


class DialogueEngine:
    """Immutable and pure: one engine serves every conversation of a bot at once."""

    def __init__(self, flows: Sequence[Flow], *, default_language: str = "zh") -> None:
        self._by_name = {flow.name: flow for flow in flows}
        self._by_start = {start: flow for flow in flows for start in flow.starts}
        self._default = default_language
        self._steps = Steps(next((flow for flow in flows if flow.hand_over), None), default_language)
        if len(self._by_name) != len(flows):
            raise FlowInvalid("name", "same_name")
        if len(self._by_start) != sum(len(flow.starts) for flow in flows):
            raise FlowInvalid("intents", "same_intent")

    def start(self, state: DialogueState, heard: Heard) -> Step:
        """One message of the user."""
        spans = [(entity.start, entity.end) for entity in heard.entities]
        language = reply_language(heard.text, heard.language, spans, current=state.language, default=self._default)
        after = state.said or ""
        state = replace(state, language=language, turn=state.turn + 1, intent=None, said=None)
        flow = self._by_name.get(state.flow or "")
        if flow is None or not flow.collects:  # none, or one that has been deleted or changed meanwhile
            flow, state = None, state.without_flow()
        needed = max(_LEAST_CONFIDENCE, SURE if cues.is_small_word(heard.text) else 0.0)
        meant = heard.intent if heard.intent and heard.confidence >= needed else ""
        intended = self._by_start.get((after, meant)) or self._by_start.get(("", meant))
        if flow is not None and (state.requested_slot == CONFIRMATION or flow.slot(state.requested_slot)):
            return while_waiting(self._steps, state, heard, flow, intended)
        state = replace(state, requested_slot=None, attempts=0)
        return when_free(self._steps, self._by_name.values(), state, heard, flow, intended)

    def resume(self, state: DialogueState, outcome: CallOutcome) -> Step:
        """What came of the `CallConnector` that `start` returned together with `state`."""
        return self._steps.conclude(state, self._by_name.get(state.flow or ""), outcome)
