"""One turn: understand, decide, look up or call, reply. Holds no transaction and no state of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chatbot.foundation.errors import AppError
from chatbot.foundation.threads import Threads
from chatbot.turn import replies
from chatbot.turn.contracts import Answerer, ConnectorCalls, Found, KnowledgeSource, Look
from chatbot.turn.hearing import Hearing, describe, hear
from chatbot.turn.hops import Trace
from chatbot.turn.looking_up import LookingUp, LookUp, asked, is_contested, weighed
from chatbot.turn.result import TurnResult
from chatbot.turn.runtime import BotRuntime
from chatbot.turn.several_wishes import answer_wishes
from dialogue.actions import (
    Action,
    AnswerFromKnowledge,
    AskSlot,
    CallConnector,
    HandOver,
    QuickReply,
    Say,
    buttons,
)
from dialogue.bilingual import in_language
from dialogue.state import DialogueState
from nlu.understanding import Understanding

KNOWLEDGE_INTENT = "knowledge"
OUT_OF_SCOPE_INTENT = "out_of_scope"
MOST_CALLS = 3  # connector calls in one turn; a flow that asks for more is broken

Step = tuple[DialogueState, Action]

_ACTION_NAMES = {Say: "say", AskSlot: "ask_slot", HandOver: "hand_over", AnswerFromKnowledge: "answer_from_knowledge"}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is there before a wish is answered: the step decided, what is at hand for what it asks of knowledge, or what
    knowledge said already.
    """

    step: Step | None = None
    found: Found | None = None
    looked_up: LookUp | None = None


class ChatbotPipeline:
    """Orchestrates nlu, dialogue, knowledge and connectors; knows none of their internals.

    A turn goes to a thread once to understand, and to look in memory for what it then asks of knowledge; once more to
    judge the passages and answer from them. In between the database says whether anything has changed and gives the
    texts, so it can't be fewer. What is not in memory, has changed or is filtered takes a trip or two of its own.
    """

    def __init__(
        self, knowledge: KnowledgeSource, answerer: Answerer, connectors: ConnectorCalls, threads: Threads
    ) -> None:
        """`threads` runs what would block the event loop: understanding, searching and answering."""
        self._looking_up = LookingUp(knowledge, answerer, threads)
        self._connectors = connectors
        self._threads = threads

    async def run(
        self, bot: BotRuntime, state: DialogueState, text: str, *, now: datetime, language: str | None = None
    ) -> TurnResult:
        """`now` is aware, in the bot's time zone; `language` overrides detection. Never raises for what users write."""
        trace, look = Trace(), self._looking_up.at_hand(bot)
        heard, ahead = await self._threads.run(_open, bot, state, text, look, trace, now=now, language=language)
        if heard.wishes:
            return await answer_wishes(heard, state, trace, partial(self._respond, bot, trace))
        understanding = heard.understanding
        if ahead.step is None:
            question = asked(bot, state, understanding.text, understanding.language)
            looked_up = await self._looking_up.look_up(bot, question, trace, ahead.found)
            understanding, ahead = weighed(understanding, looked_up.answer, trace), Ahead(looked_up=looked_up)
        return await self._respond(bot, trace, state, understanding, ahead)

    async def _respond(
        self, bot: BotRuntime, trace: Trace, before: DialogueState, heard: Understanding, ahead: Ahead = Ahead()
    ) -> TurnResult:
        """What one wish comes to."""
        state, action = ahead.step or _decided(trace, partial(bot.engine.start, before, heard))
        error: str | None = None
        for _ in range(MOST_CALLS):
            if not isinstance(action, CallConnector):
                break
            with trace.hop("call") as detail:
                outcome = await self._connectors.call(
                    bot.tenant_id, action.connection, action.operation, action.arguments, language=state.language
                )
                detail.update(connection=action.connection, operation=action.operation, error=outcome.error)
            error = f"connector_{outcome.error}" if outcome.error not in (None, "not_found") else None
            state, action = _decided(trace, partial(bot.engine.resume, state, outcome))
        if isinstance(action, AnswerFromKnowledge):
            looked_up = ahead.looked_up
            if looked_up is None or looked_up.question != action.question:
                question = asked(bot, before, action.question, state.language)
                looked_up = await self._looking_up.look_up(bot, question, trace, ahead.found)
            return _answer(bot, state, action, heard, trace, looked_up)
        return _conclude(state, action, heard, trace, error)


def _open(
    bot: BotRuntime,
    state: DialogueState,
    text: str,
    look: Look,
    trace: Trace,
    *,
    now: datetime,
    language: str | None,
) -> tuple[Hearing, Ahead]:
    """Blocking. No step is decided where there are several wishes, nor where an intent is to be weighed first."""
    with trace.hop("understand", before=trace.milliseconds) as detail:  # with the wait for a thread
        heard = hear(bot, state, text, now=now, language=language)
        describe(heard, bot, detail)
    if heard.wishes:
        return heard, Ahead()
    understanding = heard.understanding
    if is_contested(bot, state, understanding):
        return heard, Ahead(found=look(asked(bot, state, understanding.text, understanding.language)))
    after, action = step = _decided(trace, partial(bot.engine.start, state, understanding))
    if not isinstance(action, AnswerFromKnowledge):
        return heard, Ahead(step)
    return heard, Ahead(step, look(asked(bot, state, action.question, after.language)))


def _decided(trace: Trace, step: Callable[[], Step]) -> Step:
    with trace.hop("decide") as detail:
        state, action = step()
        detail.update(action=type(action).__name__, flow=state.flow, slots=dict(state.slots))
    return state, action


def _answer(
    bot: BotRuntime,
    state: DialogueState,
    action: AnswerFromKnowledge,
    heard: Understanding,
    trace: Trace,
    looked_up: LookUp,
) -> TurnResult:
    answer = looked_up.answer
    answered = answer.text is not None
    quick_replies = () if answered else tuple(QuickReply(one, one) for one in looked_up.suggested)
    if (
        answer.text is None
        and bot.refusal is not None
        and looked_up.refusal in (replies.NO_ANSWER, replies.NO_KNOWLEDGE)
    ):
        reply = in_language(bot.refusal.said(state.turn), state.language, bot.default_language)
        quick_replies = buttons(bot.refusal.quick_replies, state.language)
        state = state if action.then else replace(state, said=bot.refusal.name)
    elif answer.text is None:
        reply = looked_up.refusal.in_language(state.language)
    else:
        reply = replies.quoted(answer.text, answer.citations[0].language if answer.citations else "", state.language)
    topic = looked_up.topic
    return TurnResult(
        reply=f"{reply}\n\n{action.then}" if action.then else reply,
        state=replace(state, last_question=topic.question, last_answer=topic.answer or None),
        # An intent that no flow answers is still what the user means, and somebody else may act on it.
        intent=KNOWLEDGE_INTENT if answered else heard.intent or OUT_OF_SCOPE_INTENT,
        confidence=answer.confidence if answered else heard.confidence if heard.intent else 1 - answer.confidence,
        language=state.language,
        action="answer_from_knowledge" if answered else "refuse",
        trace=trace,
        citations=answer.citations,
        quick_replies=quick_replies,
        slots=dict(state.slots),
        understanding=heard,
        error=looked_up.error,
    )


def _conclude(
    state: DialogueState, action: Action, heard: Understanding, trace: Trace, error: str | None
) -> TurnResult:
    if isinstance(action, CallConnector | AnswerFromKnowledge):
        raise AppError("The bot's flow calls connectors without end.")
    intent, confidence = _intent_of(state, heard)
    return TurnResult(
        reply=action.text,
        state=state,
        intent=intent,
        confidence=confidence,
        language=state.language,
        action=_ACTION_NAMES[type(action)],
        trace=trace,
        quick_replies=() if isinstance(action, HandOver) else action.quick_replies,
        slots=dict(state.slots),
        understanding=heard,
        handoff=isinstance(action, HandOver),
        error=error,
    )


def _intent_of(state: DialogueState, heard: Understanding) -> tuple[str, float]:
    """The intent that this turn served; the dialogue is certain of what it decided from the talk itself."""
    if state.intent is None:
        return heard.intent or OUT_OF_SCOPE_INTENT, heard.confidence
    return state.intent, heard.confidence if heard.intent == state.intent else 1.0
