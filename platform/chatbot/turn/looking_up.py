"""What a turn asks of knowledge: a question, its answer or why there is none, and whether that outweighs an intent."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from typing import cast

from chatbot.foundation.bilingual import Text
from chatbot.foundation.errors import AppError
from chatbot.foundation.threads import Threads
from chatbot.turn import replies
from chatbot.turn.contracts import Answerer, Consulted, Found, KnowledgeSource, Look
from chatbot.turn.hops import Trace
from chatbot.turn.runtime import BotRuntime
from dialogue.state import DialogueState, JsonValue
from knowledge.answering import answer_threshold
from knowledge.errors import EmbeddingError
from knowledge.faqs.index import answer_from, suggestions
from knowledge.followups import Topic, leans_back
from knowledge.question import Question
from knowledge.retrieval import Answer, Passage
from nlu.understanding import Understanding

logger = logging.getLogger(__name__)

CERTAIN = 0.985  # an intent this sure is not weighed against knowledge
CERTAIN_TALK = 0.95  # nor one this sure that asks for nothing, such as a greeting
CONVINCING = 0.45  # an answer this probable is worth more than an intent that is not certain
LONGEST_TRACED_TEXT = 300
_NOTHING = Answer(text=None, confidence=0.0)


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question put to the knowledge bases; `refusal` is what to say when they have no answer.

    `suggested` are approved questions that may have been meant; `topic` is what the talk is about from here on.
    """

    question: str
    answer: Answer
    refusal: Text
    topic: Topic
    error: str | None = None
    suggested: tuple[str, ...] = ()


class LookingUp:
    """In a bot's knowledge bases."""

    def __init__(self, knowledge: KnowledgeSource, answerer: Answerer, threads: Threads) -> None:
        self._knowledge = knowledge
        self._answerer = answerer
        self._threads = threads

    def at_hand(self, bot: BotRuntime) -> Look:
        """What is in memory, to be looked at in the thread where a message is understood."""
        return self._knowledge.at_hand(bot.tenant_id, bot.knowledge_base_ids)

    async def look_up(self, bot: BotRuntime, question: Question, trace: Trace, at_hand: Found | None = None) -> LookUp:
        """What the bot's knowledge bases say; a part that fails becomes an honest refusal."""
        topic = question.topic.asked(question.text, in_context=leans_back(question.text))
        if not bot.knowledge_base_ids:
            return LookUp(question.text, _NOTHING, replies.NO_KNOWLEDGE, topic)
        try:
            with trace.hop("retrieve", before=at_hand.milliseconds if at_hand else 0.0) as retrieved:
                consulted = await self._knowledge.consult(bot.tenant_id, bot.knowledge_base_ids, question, at_hand)
            approved = answer_from(consulted.faqs)
            if approved is not None:
                answer = approved
            else:
                with trace.hop("answer") as detail:
                    consulted, answer = await self._threads.run(self._answered, bot, question, consulted)
                    detail.update(confidence=round(answer.confidence, 4), answered=answer.text is not None)
            retrieved.update(_described(consulted))
        except (EmbeddingError, AppError) as failure:
            logger.warning("knowledge could not be searched", exc_info=failure)
            return LookUp(question.text, _NOTHING, replies.KNOWLEDGE_UNAVAILABLE, topic, "knowledge_unavailable")
        topic = question.topic.asked(question.text, in_context=consulted.searched != question.text)
        if answer.text is not None:
            topic = topic.answered(answer.text, answer.citations[0].title if answer.citations else "")
        suggested = suggestions(consulted.faqs)
        if suggested and answer.text is None:
            answer, refusal = replace(answer, citations=()), replies.DID_YOU_MEAN
        else:
            refusal = replies.MAY_BE_RELATED if answer.citations else replies.NO_ANSWER
        return LookUp(question.text, answer, refusal, topic, suggested=suggested)

    def _answered(self, bot: BotRuntime, question: Question, consulted: Consulted) -> tuple[Consulted, Answer]:
        """Blocking: judges the passages and answers from them."""
        judged = self._knowledge.judged(question, consulted)
        threshold = answer_threshold(bot.answer_threshold, judged.passages)
        answer = self._answerer.answer(question.text, judged.passages, language=question.language, threshold=threshold)
        return judged, answer


def asked(bot: BotRuntime, state: DialogueState, text: str, language: str) -> Question:
    """What a bot is asked in a talk that was in this state."""
    topic = Topic(state.last_question, state.last_answer or "") if state.last_question else Topic()
    return Question(text, language, only=bot.only, topic=topic)


def is_contested(bot: BotRuntime, state: DialogueState, heard: Understanding) -> bool:
    """Whether knowledge may answer better than the intent.

    Intents learn from a handful of sentences, so a question that shares their words ("how much is express delivery"
    beside order_status) is often a question to the documents, and what is really meant as an intent finds no passage:
    of 35 such messages to the demo none scored above 0.3 there, of 9 such questions none below 0.45.
    """
    certain = CERTAIN if heard.intent in bot.wishes else CERTAIN_TALK
    if not bot.knowledge_base_ids or heard.intent is None or heard.confidence >= certain:
        return False
    return not (state.requested_slot and heard.entities)


def weighed(heard: Understanding, answer: Answer, trace: Trace) -> Understanding:
    """Without the intent, where the answer is worth more."""
    wins = answer.text is not None and answer.confidence >= CONVINCING
    with trace.hop("weigh") as detail:
        detail.update(
            intent=heard.intent,
            confidence=round(heard.confidence, 4),
            answer=round(answer.confidence, 4),
            won="knowledge" if wins else "intent",
        )
    return replace(heard, intent=None) if wins else heard


def _described(consulted: Consulted) -> dict[str, JsonValue]:
    """Into the trace."""
    detail: dict[str, JsonValue] = {
        "question": consulted.searched,
        "passages": [_passage(passage) for passage in consulted.passages],
    }
    if consulted.reranked is not None:
        detail["reranker"] = {**asdict(consulted.reranked)}
    if consulted.faqs:
        detail["faqs"] = [{"question": faq.question, "score": round(faq.score, 4)} for faq in consulted.faqs]
    return detail


def _passage(passage: Passage) -> JsonValue:
    return {
        "document": passage.document_title,
        "locator": cast(dict[str, JsonValue], passage.locator),
        "score": round(passage.score, 4),
        **({} if passage.relevance is None else {"relevance": round(passage.relevance, 4)}),
        "text": passage.text[:LONGEST_TRACED_TEXT],
    }
