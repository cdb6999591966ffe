"""What a message means while a flow waits for a value or a yes."""

from __future__ import annotations

from dataclasses import replace

from dialogue import cues, texts
from dialogue.actions import Say
from dialogue.flow import Flow
from dialogue.heard import Heard
from dialogue.slot_filling import Found, find_values, free_text_value
from dialogue.state import DialogueState
from dialogue.steps import MAX_ATTEMPTS, Step, Steps, intent_of

SURE = 0.8  # from here on a greeting or thanks wins over a free-text slot, and any intent over "ok" and "知道了"


def while_waiting(steps: Steps, state: DialogueState, heard: Heard, flow: Flow, intended: Flow | None) -> Step:
    """`flow` is the one that waits, `intended` the one that the message's intent starts."""
    text = heard.text
    slot = flow.slot(state.requested_slot)
    state = replace(state, intent=intent_of(flow, heard))
    if state.attempts >= MAX_ATTEMPTS and steps.human and _wants_human(text, state):
        return steps.hand_over(state, "attempts", steps.human)
    declined = cues.is_no(text) and (slot is None or state.attempts >= MAX_ATTEMPTS)
    if cues.is_cancel(text) or declined:
        return steps.say(state.without_flow(), texts.CANCELLED)
    if intended is not None and intended.hand_over:
        return steps.begin(state, heard, intended)
    if cues.is_wait(text):
        return steps.say(state, texts.WAITING, steps.choices(state, slot))
    if slot is None and cues.is_yes(text):
        return steps.advance(state, flow, state.slots, confirmed=True)
    found = find_values(flow, heard, requested=slot, current=state.slots)
    if found.values and not _belongs_to(intended, flow, heard, found):
        return steps.advance(state, flow, {**state.slots, **found.values})
    if intended is not None and intended is not flow:
        if intended.collects or intended.closes:
            return steps.begin(state, heard, intended)
        if slot is None or not slot.free_text or heard.confidence >= SURE:
            reply = f"{steps.said(intended, state)}\n\n{steps.question(state, flow, slot)}"
            return replace(state, intent=intent_of(intended, heard)), Say(reply, steps.choices(state, slot))
    value = free_text_value(slot, text) if slot is not None else None
    if slot is not None and value is not None:
        return steps.advance(state, flow, {**state.slots, slot.name: value})
    if slot is not None and cues.is_ignorance(text):
        return steps.ask(state, slot, attempts=MAX_ATTEMPTS, unknown=True)
    if intended is flow or found.misfit or cues.is_ignorance(text) or cues.is_small_word(text):
        return steps.ask_better(state, flow, slot, misfit=found.misfit)
    return steps.ask_knowledge(state, heard, then=steps.question(state, flow, slot))


def _wants_human(text: str, state: DialogueState) -> bool:
    return cues.is_yes(text) or cues.plain(text) == cues.plain(texts.HUMAN_BUTTON.in_language(state.language))


def _belongs_to(intended: Flow | None, flow: Flow, heard: Heard, found: Found) -> bool:
    """Whether the values are part of a question to another flow, such as a date in a question about the weather."""
    if intended is None or intended is flow or not intended.collects:
        return False
    if not cues.says_more_than(heard.text, found.spans):
        return False
    return bool(find_values(intended, heard, requested=None, current={}).values)
