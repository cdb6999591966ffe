"""Several wishes of one message, answered in one reply: in their order, with the one that asks back at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from chatbot.turn import replies
from chatbot.turn.hearing import Hearing
from chatbot.turn.hops import Trace
from chatbot.turn.result import TurnResult, WishServed
from dialogue.actions import QuickReply
from dialogue.state import DialogueState
from nlu.rereading.several_intents import Part
from nlu.understanding import Understanding

Respond = Callable[[DialogueState, Understanding], Awaitable[TurnResult]]


async def answer_wishes(hearing: Hearing, state: DialogueState, trace: Trace, respond: Respond) -> TurnResult:
    """A conversation waits for one thing at a time: of two wishes that ask back, the second gets a button for later."""
    done: list[TurnResult] = []
    waiting: TurnResult | None = None
    later: Part | None = None
    served: list[WishServed] = []
    for part in hearing.wishes:
        if later is not None:
            served.append(_wish(part, "later"))
            continue
        result = await respond(state, part.understanding)
        if not result.state.requested_slot:
            done.append(result)
            state = result.state
        elif waiting is None:
            waiting = result
        else:
            later = part
            served.append(_wish(part, "later"))
            continue
        served.append(_wish(part, result.action))
        if result.handoff:
            break
    spoken = [*done, *([waiting] if waiting is not None else [])]
    last = spoken[-1]
    quick_replies = last.quick_replies
    texts = [result.reply for result in spoken]
    if later is not None:
        texts.append(replies.LATER.in_language(last.language).format(wish=later.text))
        quick_replies = (*quick_replies, QuickReply(later.text, later.text))
    entities = tuple(dict.fromkeys(entity for part in hearing.wishes for entity in part.understanding.entities))
    return replace(
        last,
        reply="\n\n".join(texts),
        intent=served[0].intent,
        confidence=served[0].confidence,
        trace=trace,
        quick_replies=quick_replies,
        understanding=replace(hearing.understanding, entities=entities),
        error=next((result.error for result in spoken if result.error), None),
        wishes=tuple(served),
    )


def _wish(part: Part, action: str) -> WishServed:
    return WishServed(part.text, part.understanding.intent or "", part.understanding.confidence, action)
