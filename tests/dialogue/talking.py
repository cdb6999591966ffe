"""A talk with the demo's flows, and systems that answer from a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

import chatbot.demo
from dialogue.actions import Action, CallConnector, CallOutcome
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, parse_flow
from dialogue.state import DialogueState
from tests.dialogue.hearing import hear

ORDERS = {"A10023": "shipped", "A10024": "delivered"}


@cache
def demo_flows() -> tuple[Flow, ...]:
    """The flows that the demo ships."""
    folder = Path(chatbot.demo.__file__).parent / "flows"
    return tuple(parse_flow(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yaml")))


class Talk:
    """One conversation; the state goes through its JSON form before every turn, as it does in the platform."""

    def __init__(self, flows: Sequence[Flow] | None = None, *, dead: bool = False) -> None:
        self.engine = DialogueEngine(demo_flows() if flows is None else flows)
        self.state = DialogueState()
        self.calls: list[CallConnector] = []
        self.dead = dead

    def say(self, text: str, intent: str | None = None, confidence: float = 0.9) -> Action:
        """What the engine does in the end, calls having been made."""
        self.state, action = self.engine.start(self._stored(), hear(text, intent, confidence))
        if isinstance(action, CallConnector):
            self.calls.append(action)
            self.state, action = self.engine.resume(self._stored(), self._outcome(action))
        return action

    def _stored(self) -> DialogueState:
        return DialogueState.from_json(self.state.to_json())

    def _outcome(self, call: CallConnector) -> CallOutcome:
        if self.dead:
            return CallOutcome(error="unavailable")
        if call.connection == "orders":
            number = call.arguments["order_id"]
            if number not in ORDERS:
                return CallOutcome(error="not_found")
            return CallOutcome({"order_id": number, "status": ORDERS[number], "item": "pen", "carrier": None})
        if call.arguments["city"] in ("火星", "Mars"):
            return CallOutcome(error="not_found")
        if call.arguments["date"] == "2027-01-01":
            return CallOutcome(error="invalid")
        return CallOutcome({"city": call.arguments["city"], "day": call.arguments["date"], "temperature_now": 22})
