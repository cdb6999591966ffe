"""Questions that lean on the one before, over HTTP, with the real models: found, cited, and never by another's talk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from tests.running_demo import RunningDemo

Reply = Mapping[str, Any]

TEXTS = {
    "Premium card": "The premium card is a membership for frequent guests. It opens every lounge of the house.\n\n"
    "The premium card costs 120 euros a year. It is paid at the front desk.",
    "Car park": "The car park has 80 places. Guests who stay overnight park at a price of 9 euros a night.",
    "Swimming pool": "The swimming pool opens at six in the morning. Towels are lent for a deposit of 5 euros.",
    "会员卡": "会员卡可以用来积分，并在所有门店享受九折优惠。\n\n会员卡每年收费两百元，可在前台付款。",
    "停车场": "停车场共有八十个车位，住店客人停车每晚三十元。",
    "游泳池": "游泳池早上六点开放，租用毛巾需要押金五十元。",
}


class House:
    """A bot of its own beside those of the demo."""

    def __init__(self, demo: RunningDemo, bot_id: str) -> None:
        self._demo = demo
        self._bot_id = bot_id

    def say(self, session: str, message: str) -> Reply:
        body = {"user_id": "guest", "session_id": session, "message": message, "bot_id": self._bot_id}
        with self._demo.client(self._demo.acme) as client:
            response = client.post("/chatbot", json=body)
        assert response.status_code == 200, response.text
        return cast(Reply, response.json())

    def searched(self, reply: Reply) -> str:
        """The question that the turn searched for, from its trace."""
        with self._demo.client(self._demo.acme) as client:
            trace = client.get(f"/v1/messages/{reply['metadata']['message_id']}/trace").json()["trace"]
        return str(next(hop["question"] for hop in trace if hop["hop"] == "retrieve"))


@pytest.fixture(scope="module")
def house(demo: RunningDemo) -> Iterator[House]:
    with demo.client(demo.acme) as client:
        base = client.post("/v1/knowledge-bases", json={"name": "House"}).json()["id"]
        for title, text in TEXTS.items():
            added = client.post(f"/v1/knowledge-bases/{base}/documents", json={"title": title, "text": text})
            assert added.status_code == 202, added.text
        made = client.post("/v1/bots", json={"name": "House", "default_language": "en", "knowledge_base_ids": [base]})
        assert made.status_code == 201, made.text
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            documents = client.get(f"/v1/knowledge-bases/{base}/documents").json()["items"]
            if len(documents) == len(TEXTS) and all(one["status"] == "ready" for one in documents):
                break
            time.sleep(0.2)
        yield House(demo, made.json()["id"])
        client.delete(f"/v1/bots/{made.json()['id']}")
        client.delete(f"/v1/knowledge-bases/{base}")


def titles(reply: Reply) -> list[str]:
    return [citation["title"] for citation in reply["metadata"]["citations"]]


@pytest.mark.parametrize(
    ("first", "message", "title", "fact"),
    [
        ("What is the premium card?", "And how much does it cost?", "Premium card", "120"),
        ("会员卡有什么用？", "那要多少钱？", "会员卡", "两百元"),
    ],
)
def test_a_follow_up_is_answered_about_what_was_asked_before(
    house: House, first: str, message: str, title: str, fact: str
) -> None:
    assert title in titles(house.say(f"leans {title}", first))
    reply = house.say(f"leans {title}", message)
    assert titles(reply) == [title]
    assert fact in reply["reply"]
    searched = house.searched(reply)
    assert searched.endswith(message) and searched != message and title.lower() in searched.lower()


@pytest.mark.parametrize(
    ("first", "message", "title"),
    [
        ("What is the premium card?", "When does the swimming pool open?", "Swimming pool"),
        ("会员卡有什么用？", "游泳池几点开放？", "游泳池"),
    ],
)
def test_a_new_topic_is_answered_as_if_nothing_had_been_said(
    house: House, first: str, message: str, title: str
) -> None:
    house.say(f"changes {title}", first)
    reply = house.say(f"changes {title}", message)
    fresh = house.say(f"fresh {title}", message)
    assert titles(reply) == [title]
    assert (reply["reply"], reply["confidence"]) == (fresh["reply"], fresh["confidence"])
    assert house.searched(reply) == message


def test_what_is_not_in_the_documents_is_refused_whatever_was_said(house: House) -> None:
    house.say("off topic", "What is the premium card?")
    assert house.say("off topic", "Who won the football match yesterday?")["metadata"]["action"] == "refuse"


def test_the_topic_goes_on_over_several_follow_ups(house: House) -> None:
    house.say("chain", "What is the premium card?")
    house.say("chain", "And how much does it cost?")
    assert "Premium card" in titles(house.say("chain", "And where is it paid?"))


def test_another_session_is_never_what_a_message_leans_on(house: House) -> None:
    house.say("mine", "What is the premium card?")
    message = "And how much does it cost?"
    assert house.searched(house.say("not mine", message)) == message
