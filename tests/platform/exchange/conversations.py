"""Converts small projects, and talks with the flows that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from chatbot.exchange.content import BotContent
from chatbot.exchange.conversion import convert
from dialogue.actions import Action
from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from dialogue.state import DialogueState
from nlu.entities.definitions import parse_entity_definition
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices
from nlu.interpreter import Interpreter
from tests.nlu.encoders import HashingEncoder
from tests.nlu.exchange.projects import RASA_3, as_bytes

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def converted(files: Mapping[str, str]) -> tuple[BotContent, set[str]]:
    """The content, and its notices as "file:line code"."""
    notices = Notices()
    content = convert(read_rasa(as_bytes(files), notices), notices)
    return content, {f"{notice.place} {notice.code}" for notice in notices.sorted()}


def flows_of(content: BotContent) -> dict[str, Mapping[str, object]]:
    return {str(flow["name"]): flow for flow in content.flows}


class Speaking:
    """A talk with the flows, its entities found by the definitions as they are in a running bot."""

    def __init__(self, content: BotContent) -> None:
        definitions = [parse_entity_definition(name, each) for name, each in content.entities.items()]
        self._interpreter = Interpreter(None, definitions, HashingEncoder())
        self._engine = DialogueEngine([parse_flow(flow) for flow in content.flows])
        self._state = DialogueState()

    def say(self, text: str, intent: str | None = None) -> Action:
        understood = self._interpreter.parse(text, now=NOW)
        heard = replace(understood, intent=intent, confidence=0.9)
        self._state, action = self._engine.start(self._state, heard)
        return action


def talk(content: BotContent) -> Speaking:
    return Speaking(content)


def at(file: str, words: str, code: str, *, after: int = 0) -> str:
    """The notice `code` of the line of `file` that holds the words, or of one after it."""
    lines = RASA_3[file].split("\n")
    line = next(number for number, line in enumerate(lines, 1) if words in line)
    return f"{file}:{line + after} {code}"


def small(domain: str = "", rules: str = "", stories: str = "", nlu: str = "") -> dict[str, str]:
    files = {"domain.yml": domain, "rules.yml": rules, "stories.yml": stories, "nlu.yml": nlu}
    return {name: text for name, text in files.items() if text}
