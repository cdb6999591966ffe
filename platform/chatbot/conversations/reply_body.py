"""The body of a chat reply, the shape that integrators know."""

from __future__ import annotations

from chatbot.turn.result import TurnResult
from knowledge.retrieval import Citation


def build_reply(
    result: TurnResult, session_id: str, message_id: str, conversation_id: str, seconds: float
) -> dict[str, object]:
    """`{reply, intent, confidence, session_id, metadata}`; `metadata.error` only when a part failed,
    `metadata.intents` only when the message held several.
    """
    understanding = result.understanding
    metadata: dict[str, object] = {
        "message_id": message_id,
        "conversation_id": conversation_id,
        "language": result.language,
        "action": result.action,
        "slots": dict(result.slots),
        "entities": [
            {
                "name": e.name,
                "value": e.value,
                "text": e.text,
                "start": e.start,
                "end": e.end,
                "role": e.role,
                "group": e.group,
            }
            for e in (understanding.entities if understanding else ())
        ],
        "citations": [citation_body(citation) for citation in result.citations],
        "quick_replies": [{"title": quick.title, "payload": quick.payload} for quick in result.quick_replies],
        "handoff": result.handoff,
        "timings_ms": {**result.trace.timings(), "total": round(seconds * 1000, 3)},
        "trace_id": message_id,
    }
    if result.wishes:
        metadata["intents"] = [
            {
                "intent": wish.intent,
                "confidence": round(wish.confidence, 4),
                "action": wish.action,
                "text": wish.text,
            }
            for wish in result.wishes
        ]
    if result.error:
        metadata["error"] = result.error
    return {
        "reply": result.reply,
        "intent": result.intent,
        "confidence": round(result.confidence, 4),
        "session_id": session_id,
        "metadata": metadata,
    }


def citation_body(citation: Citation) -> dict[str, object]:
    """A citation as the API shows it."""
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": citation.title,
        "locator": dict(citation.locator),
        "url": citation.url,
        "snippet": citation.snippet,
        "score": round(citation.score, 4),
    }
