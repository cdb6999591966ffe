"""What a message means while nothing is waited for."""

from __future__ import annotations

from collections.abc import Iterable

from dialogue import cues, texts
from dialogue.flow import Flow
from dialogue.heard import Heard
from dialogue.slot_filling import find_values
from dialogue.state import DialogueState
from dialogue.steps import Step, Steps


def when_free(
    steps: Steps, flows: Iterable[Flow], state: DialogueState, heard: Heard, last: Flow | None, intended: Flow | None
) -> Step:
    """`last` is the flow that was talked about last, `intended` the one that the message's intent starts."""
    if intended is not None and intended.after:
        return steps.begin(state, heard, intended)
    if last is not None:
        if cues.is_retry(heard.text):
            return steps.advance(state, last, state.slots)
        carried = _carried_on(state, heard, last, intended)
        if carried is not None:
            return steps.advance(state, last, carried)
    if cues.is_wait(heard.text):
        return steps.say(state, texts.WAITING)
    if intended is None or intended.say:  # a value with some filler is no greeting, whatever was guessed
        for flow in flows:
            if any(slot.starts_flow for slot in flow.slots) and _is_bare_value(flow, heard):
                return steps.begin(state, heard, flow)
    if intended is not None:
        return steps.begin(state, heard, intended)
    if cues.is_cancel(heard.text):
        return steps.say(state, texts.NOTHING_TO_CANCEL)
    if cues.is_small_word(heard.text):
        return steps.say(state, texts.ACKNOWLEDGED)
    return steps.ask_knowledge(state, heard)


def _carried_on(state: DialogueState, heard: Heard, last: Flow, intended: Flow | None) -> dict[str, str] | None:
    """The slots of a follow-up or correction of the last flow, None when the message is neither."""
    found = find_values(last, heard, requested=None, current=state.slots)
    if not found.values or cues.says_more_than(heard.text, found.spans):
        return None
    if state.last_question is not None and intended is not last:  # the talk has moved on to something else
        return None
    correcting = cues.corrects(heard.text)
    kept = {slot.name for slot in last.slots if slot.inherit or correcting}
    return {name: value for name, value in state.slots.items() if name in kept} | dict(found.values)


def _is_bare_value(flow: Flow, heard: Heard) -> bool:
    found = find_values(flow, heard, requested=None, current={})
    starting = {slot.name for slot in flow.slots if slot.starts_flow}
    return bool(starting & found.values.keys()) and not cues.says_more_than(heard.text, found.spans)
