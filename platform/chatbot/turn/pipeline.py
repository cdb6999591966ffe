"""One turn: understand, decide, look up or call, reply. Holds no transaction and no state of its own."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import cast

from chatbot.foundation.errors import AppError
from chatbot.foundation.threads import Threads
from chatbot.turn import replies
from chatbot.turn.contracts import Answerer, ConnectorCalls, KnowledgeSource
from chatbot.turn.hearing import describe, hear
from chatbot.turn.hops import Trace
from chatbot.turn.result import TurnResult
from chatbot.turn.runtime import BotRuntime
from chatbot.turn.several_wishes import answer_wishes
from connectors.json_value import JsonValue
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
from dialogue.bilingual import in_language
from dialogue.state import DialogueState
from knowledge.answering import answer_threshold
from knowledge.errors import EmbeddingError
from knowledge.faqs.index import answer_from, suggestions
from knowledge.followups import Topic, leans_back
from knowledge.retrieval import Answer, Passage
from nlu.understanding import Understanding

logger = logging.getLogger(__name__)

KNOWLEDGE_INTENT = "knowledge"
OUT_OF_SCOPE_INTENT = "out_of_scope"
CERTAIN = 0.985  # an intent this sure is not weighed against knowledge
CERTAIN_TALK = 0.95  # nor one this sure that asks for nothing, such as a greeting
CONVINCING = 0.45  # an answer this probable is worth more than an intent that is not certain
LONGEST_TRACED_TEXT = 300
MOST_CALLS = 3  # connector calls in one turn; a flow that asks for more is broken

_ACTION_NAMES = {Say: "say", AskSlot: "ask_slot", HandOver: "hand_over", AnswerFromKnowledge: "answer_from_knowledge"}


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question put to the knowledge bases; `refusal` is what to say when they have no answer.

    `suggested` are approved questions that may have been meant; `topic` is what the talk is about from here on.
    """

    question: str
    answer: Answer
    refusal: dict[str, str]
    topic: Topic
    error: str | None = None
    suggested: tuple[str, ...] = ()


class ChatbotPipeline:
    """Orchestrates nlu, dialogue, knowledge and connectors; knows none of their internals."""

    def __init__(
        self, knowledge: KnowledgeSource, answerer: Answerer, connectors: ConnectorCalls, threads: Threads
    ) -> None:
        """`threads` runs what would block the event loop: understanding and answering."""
        self._knowledge = knowledge
        self._answerer = answerer
        self._connectors = connectors
        self._threads = threads

    async def run(
        self, bot: BotRuntime, state: DialogueState, text: str, *, now: datetime, language: str | None = None
    ) -> TurnResult:
        """`now` is aware, in the bot's time zone; `language` overrides detection. Never raises for what users write."""
        trace = Trace()
        with trace.hop("understand") as detail:
            hearing = await self._threads.run(hear, bot, state, text, now=now, language=language)
            describe(hearing, bot, detail)
        if hearing.wishes:
            return await answer_wishes(hearing, state, trace, partial(self._respond, bot, trace=trace, contest=False))
        return await self._respond(bot, state, hearing.understanding, trace=trace)

    async def _respond(
        self, bot: BotRuntime, state: DialogueState, understanding: Understanding, *, trace: Trace, contest: bool = True
    ) -> TurnResult:
        """What one wish comes to. `contest`: knowledge may answer better than the intent."""
        topic = Topic(state.last_question, state.last_answer or "") if state.last_question else Topic()
        looked_up: LookUp | None = None
        if contest and _contested(bot, state, understanding):
            looked_up = await self._look_up(bot, understanding.text, understanding.language, trace, topic)
            if looked_up.answer.text is not None and looked_up.answer.confidence >= CONVINCING:
                understanding = replace(understanding, intent=None)
        with trace.hop("decide") as detail:
            state, action = bot.engine.start(state, understanding)
            detail.update(action=type(action).__name__, flow=state.flow, slots=dict(state.slots))
        error: str | None = None
        for _ in range(MOST_CALLS):
            if not isinstance(action, CallConnector):
                break
            with trace.hop("call") as detail:
                outcome = await self._call(bot, action, state.language)
                detail.update(connection=action.connection, operation=action.operation, error=outcome.error)
            error = f"connector_{outcome.error}" if outcome.error not in (None, "not_found") else None
            with trace.hop("decide") as detail:
                state, action = bot.engine.resume(state, outcome)
                detail.update(action=type(action).__name__, flow=state.flow, slots=dict(state.slots))
        if isinstance(action, AnswerFromKnowledge):
            if looked_up is None or looked_up.question != action.question:
                looked_up = await self._look_up(bot, action.question, state.language, trace, topic)
            return _answer(bot, state, action, understanding, trace, looked_up)
        return _conclude(state, action, understanding, trace, error)

    async def _call(self, bot: BotRuntime, action: CallConnector, language: str) -> CallOutcome:
        return await self._connectors.call(
            bot.tenant_id, action.connection, action.operation, action.arguments, language=language
        )

    async def _look_up(self, bot: BotRuntime, question: str, language: str, trace: Trace, topic: Topic) -> LookUp:
        """What the bot's knowledge bases say; a part that fails becomes an honest refusal."""
        unanswered = topic.asked(question, in_context=leans_back(question))
        if not bot.knowledge_base_ids:
            return LookUp(question, Answer(text=None, confidence=0.0), replies.NO_KNOWLEDGE, unanswered)
        try:
            with trace.hop("retrieve") as detail:
                found = await self._knowledge.consult(
                    bot.tenant_id, bot.knowledge_base_ids, question, language=language, only=bot.only, topic=topic
                )
                detail["question"] = found.searched
                detail["passages"] = [_passage(p) for p in found.passages]
                if found.reranked is not None:
                    detail["reranker"] = {**asdict(found.reranked)}
                if found.faqs:
                    detail["faqs"] = [{"question": faq.question, "score": round(faq.score, 4)} for faq in found.faqs]
            topic = topic.asked(question, in_context=found.searched != question)
            approved = answer_from(found.faqs)
            if approved is not None:
                return LookUp(question, approved, replies.NO_ANSWER, _answered(topic, approved))
            threshold = answer_threshold(bot.answer_threshold, found.passages)
            with trace.hop("answer") as detail:
                answer = await self._threads.run(
                    self._answerer.answer, question, found.passages, language=language, threshold=threshold
                )
                detail.update(confidence=round(answer.confidence, 4), answered=answer.text is not None)
        except (EmbeddingError, AppError) as failure:
            logger.warning("knowledge could not be searched", exc_info=failure)
            nothing = Answer(text=None, confidence=0.0)
            return LookUp(question, nothing, replies.KNOWLEDGE_UNAVAILABLE, unanswered, "knowledge_unavailable")
        suggested = suggestions(found.faqs)
        if suggested and answer.text is None:
            answer, refusal = replace(answer, citations=()), replies.DID_YOU_MEAN
        else:
            refusal = replies.MAY_BE_RELATED if answer.citations else replies.NO_ANSWER
        return LookUp(question, answer, refusal, _answered(topic, answer), suggested=suggested)


def _answered(topic: Topic, answer: Answer) -> Topic:
    title = answer.citations[0].title if answer.citations else ""
    return topic if answer.text is None else topic.answered(answer.text, title)


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
        reply = replies.say(looked_up.refusal, state.language)
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


def _contested(bot: BotRuntime, state: DialogueState, heard: Understanding) -> bool:
    """Whether knowledge may answer better than the intent.

    Intents learn from a handful of sentences, so a question that shares their words ("how much is express delivery"
    beside order_status) is often a question to the documents, and what is really meant as an intent finds no passage:
    of 35 such messages to the demo none scored above 0.3 there, of 9 such questions none below 0.45.
    """
    certain = CERTAIN if heard.intent in bot.wishes else CERTAIN_TALK
    if not bot.knowledge_base_ids or heard.intent is None or heard.confidence >= certain:
        return False
    return not (state.requested_slot and heard.entities)


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


def _passage(passage: Passage) -> JsonValue:
    return {
        "document": passage.document_title,
        "locator": cast(dict[str, JsonValue], passage.locator),
        "score": round(passage.score, 4),
        **({} if passage.relevance is None else {"relevance": round(passage.relevance, 4)}),
        "text": passage.text[:LONGEST_TRACED_TEXT],
    }
