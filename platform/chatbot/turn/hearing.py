"""The first hop of a turn: what the bot's versions hear in a message. Blocking: called in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chatbot.turn.runtime import BotRuntime
from connectors.json_value import JsonValue
from dialogue.state import DialogueState
from nlu.rereading.several_intents import Part, split_intents
from nlu.rereading.several_values import split_values
from nlu.understanding import Entity, Understanding


@dataclass(frozen=True, slots=True)
class Hearing:
    """`wishes` are two or more, or none; `shadow` is what a version that decides nothing made of the message."""

    understanding: Understanding
    wishes: tuple[Part, ...] = ()
    shadow: Understanding | None = None


def hear(bot: BotRuntime, state: DialogueState, text: str, *, now: datetime, language: str | None) -> Hearing:
    """While a flow waits for a value, the whole message is its answer, whatever it joins with "and"."""
    parse = partial(bot.interpreter.parse, now=now, language=language)
    whole = parse(text)
    wishes: tuple[Part, ...] = ()
    if not state.requested_slot:
        wishes = split_intents(text, whole, parse, wishes=bot.separable)
        wishes = wishes or split_values(whole, entities=bot.single_entities.get(whole.intent or "", frozenset()))
    shadow = bot.shadow.interpreter.parse(text, now=now, language=language) if bot.shadow is not None else None
    return Hearing(whole, wishes, shadow)


def describe(hearing: Hearing, bot: BotRuntime, detail: dict[str, JsonValue]) -> None:
    """Into the trace."""
    whole = hearing.understanding
    detail.update(
        version=bot.version,
        language=whole.language,
        intent=whole.intent,
        confidence=round(whole.confidence, 4),
        ranking=[{"name": line.name, "confidence": round(line.confidence, 4)} for line in whole.ranking[:5]],
        entities=[_entity(entity) for entity in whole.entities],
    )
    if hearing.wishes:
        detail["wishes"] = [
            {
                "text": part.text,
                "intent": part.understanding.intent,
                "confidence": round(part.understanding.confidence, 4),
            }
            for part in hearing.wishes
        ]
    if hearing.shadow is not None and bot.shadow is not None:
        detail["shadow"] = {
            "version": bot.shadow.number,
            "intent": hearing.shadow.intent,
            "confidence": round(hearing.shadow.confidence, 4),
            "agrees": hearing.shadow.intent == whole.intent,
        }


def _entity(entity: Entity) -> dict[str, JsonValue]:
    """What is known of it; a role, a group and other readings only where there are any."""
    shown: dict[str, JsonValue] = {
        "name": entity.name,
        "value": entity.value,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "source": entity.source,
        "confidence": round(entity.confidence, 4),
    }
    if entity.role:
        shown["role"] = entity.role
    if entity.group:
        shown["group"] = entity.group
    if entity.also:
        shown["also"] = [{"name": name, "value": value} for name, value in entity.also]
    return shown
