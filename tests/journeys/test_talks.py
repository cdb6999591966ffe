"""Whole talks over HTTP, in both languages, with the running product."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from tests.running_demo import RunningDemo

Reply = Mapping[str, Any]


def say(demo: RunningDemo, user: str, message: str, *, path: str = "/chatbot", **fields: str) -> Reply:
    with demo.client(demo.acme) as client:
        response = client.post(path, json={"user_id": user, "message": message, **fields})
    assert response.status_code == 200, response.text
    return cast(Reply, response.json())


@pytest.mark.parametrize("path", ["/chatbot", "/chatbot/"])
def test_the_reference_call_answers_the_weather(demo: RunningDemo, path: str) -> None:
    reply = say(demo, f"U12345{len(path)}", "今天北京天气怎么样?", path=path)
    assert "北京" in reply["reply"]
    assert "22°C" in reply["reply"]
    assert reply["intent"] == "weather"
    assert reply["confidence"] >= 0.8
    assert reply["session_id"] == f"sess_U12345{len(path)}"


@pytest.mark.parametrize(
    ("user", "first", "city", "second", "other_city"),
    [
        ("zh-weather", "今天北京天气怎么样?", "北京", "那上海呢?", "上海"),
        ("en-weather", "What's the weather in Beijing today?", "Beijing", "And what about Shanghai?", "Shanghai"),
    ],
)
def test_a_follow_up_inherits_the_question(
    demo: RunningDemo, user: str, first: str, city: str, second: str, other_city: str
) -> None:
    assert city in say(demo, user, first)["reply"]
    follow_up = say(demo, user, second)
    assert other_city in follow_up["reply"]
    assert city not in follow_up["reply"]
    assert follow_up["intent"] == "weather"


@pytest.mark.parametrize(
    ("user", "question", "unknown", "known", "language"),
    [
        ("zh-order", "我的订单到哪了", "A99999", "A10023", "zh"),
        ("en-order", "Where is my order?", "A99999", "It's A10023", "en"),
    ],
)
def test_an_order_is_asked_for_looked_up_and_asked_for_again(
    demo: RunningDemo, user: str, question: str, unknown: str, known: str, language: str
) -> None:
    asked = say(demo, user, question)
    assert asked["intent"] == "order_status"
    assert asked["metadata"]["action"] == "ask_slot"
    again = say(demo, user, unknown)
    assert "A99999" in again["reply"]
    assert again["metadata"]["action"] == "ask_slot"
    assert "error" not in again["metadata"]
    told = say(demo, user, known)
    assert "A10023" in told["reply"]
    assert told["metadata"]["action"] == "say"
    assert told["metadata"]["language"] == language


@pytest.mark.parametrize(
    ("question", "fact", "language"),
    [
        ("年假有几天?", "15", "zh"),
        ("How many days of annual leave do employees get?", "28", "en"),
        ("退货期限是多久?", "30", "zh"),
        ("How long do refunds take?", "5 working days", "en"),
    ],
)
def test_a_question_is_answered_from_the_documents_with_a_citation(
    demo: RunningDemo, question: str, fact: str, language: str
) -> None:
    reply = say(demo, f"k-{question}", question)
    assert fact in reply["reply"]
    assert reply["intent"] == "knowledge"
    assert reply["metadata"]["language"] == language
    citation = reply["metadata"]["citations"][0]
    assert citation["number"] == 1
    assert citation["document_id"]
    assert fact in citation["snippet"]
    assert citation["locator"]["heading"]


@pytest.mark.parametrize("question", ["What is the capital of France?", "法国的首都是哪里?", "珠穆朗玛峰有多高?"])
def test_a_question_the_documents_do_not_answer_is_refused(demo: RunningDemo, question: str) -> None:
    reply = say(demo, f"r-{question}", question)
    assert reply["metadata"]["action"] == "refuse"
    assert reply["metadata"]["citations"] == []
    assert reply["intent"] == "out_of_scope"


def test_an_answer_says_when_its_source_is_in_another_language(demo: RunningDemo) -> None:
    body = say(demo, "r-abroad", "do you ship to Hong Kong?")
    assert body["reply"].startswith("This is from a document in Chinese: ")
    assert "香港" in body["reply"]
    assert [one["title"] for one in body["metadata"]["citations"]] == ["Acme 客户服务手册"]


def test_one_tenants_documents_never_answer_the_other(demo: RunningDemo) -> None:
    question = {"user_id": "cross", "message": "How much does the Team plan cost?"}
    with demo.client(demo.globex) as globex, demo.client(demo.acme) as acme:
        assert "79 dollars" in globex.post("/chatbot", json=question).json()["reply"]
        assert "79" not in acme.post("/chatbot", json=question).json()["reply"]


def test_a_question_in_the_middle_of_a_flow_is_answered_and_the_flow_goes_on(demo: RunningDemo) -> None:
    say(demo, "midway", "Where is my order?")
    between = say(demo, "midway", "How long do refunds take?")
    assert "5 working days" in between["reply"]
    assert "A10023" in say(demo, "midway", "A10023")["reply"]


@pytest.mark.parametrize(
    ("message", "action", "is_looked_up"),
    [
        ("how long does delivery take?", "answer_from_knowledge", True),
        ("Hello, good morning!", "say", False),
        ("你好呀，早上好！", "say", False),
    ],
)
def test_documents_are_asked_where_an_intent_is_not_certain(
    demo: RunningDemo, message: str, action: str, is_looked_up: bool
) -> None:
    reply = say(demo, f"c-{message}", message)
    assert reply["metadata"]["action"] == action
    assert ("retrieve" in reply["metadata"]["timings_ms"]) is is_looked_up


def test_asking_for_a_human_hands_over(demo: RunningDemo) -> None:
    reply = say(demo, "human", "我要转人工客服")
    assert reply["metadata"]["handoff"] is True
    assert reply["metadata"]["action"] == "hand_over"


def test_the_stream_carries_the_same_talk_and_can_be_resumed(demo: RunningDemo) -> None:
    with demo.client(demo.acme) as client:
        body = {"user_id": "stream", "message": "年假有几天?"}
        events = parse_events(client.post("/chatbot/stream", json=body).text)
        names = [name for _, name, _ in events]
        assert names[0] == "start"
        assert names[-1] == "done"
        assert "citations" in names
        done = events[-1][2]
        assert "".join(data["text"] for _, name, data in events if name == "token") == done["reply"]
        message_id = events[0][2]["message_id"]
        assert done["metadata"]["message_id"] == message_id
        rest = parse_events(client.get(f"/chatbot/stream/{message_id}", headers={"Last-Event-ID": events[2][0]}).text)
        assert rest == events[3:]
        assert parse_events(client.get(f"/chatbot/stream/{message_id}").text) == events


def parse_events(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(id, name, data) of each event."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            events.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return events


def test_fifty_turns_at_once_on_one_session_are_all_answered_in_order(demo: RunningDemo) -> None:
    with demo.client(demo.acme) as client:

        def turn(number: int) -> Reply:
            body = {"user_id": "crowd", "message": f"谢谢你 {number}"}
            response = client.post("/chatbot", json=body)
            assert response.status_code == 200, response.text
            return cast(Reply, response.json())

        with ThreadPoolExecutor(50) as pool:
            replies = list(pool.map(turn, range(50)))
        talk = replies[0]["metadata"]["conversation_id"]
        assert {reply["metadata"]["conversation_id"] for reply in replies} == {talk}
        messages = client.get(f"/v1/conversations/{talk}/messages", params={"limit": 200}).json()["items"]
    assert [message["ordinal"] for message in messages] == list(range(100))
    assert [message["role"] for message in messages] == ["user", "bot"] * 50
    assert {message["text"] for message in messages if message["role"] == "user"} == {
        f"谢谢你 {number}" for number in range(50)
    }
    answers = {message["id"]: message["text"] for message in messages if message["role"] == "bot"}
    assert {reply["metadata"]["message_id"]: reply["reply"] for reply in replies} == answers


def test_a_retried_request_is_answered_once(demo: RunningDemo) -> None:
    with demo.client(demo.acme) as client:
        headers = {"Idempotency-Key": "retry-1"}
        body = {"user_id": "retry", "message": "你好"}
        first = client.post("/chatbot", json=body, headers=headers)
        second = client.post("/chatbot", json=body, headers=headers)
        assert second.json() == first.json()
        other = client.post("/chatbot", json={**body, "message": "再见"}, headers=headers)
        assert other.status_code == 409
        assert other.json()["code"] == "idempotency_key_reused"
        talk = first.json()["metadata"]["conversation_id"]
        assert client.get(f"/v1/conversations/{talk}").json()["message_count"] == 2


def test_an_asynchronous_turn_is_answered_later(demo: RunningDemo) -> None:
    with demo.client(demo.acme) as client:
        accepted = client.post("/chatbot/async", json={"user_id": "later", "message": "今天北京天气怎么样?"})
        assert accepted.status_code == 202
        task = f"/v1/tasks/{accepted.json()['task_id']}"
        for _ in range(200):
            found = client.get(task).json()
            if found["status"] in ("done", "failed"):
                break
        assert found["status"] == "done"
        assert "22°C" in found["result"]["reply"]


def test_a_batch_answers_each_turn_on_its_own(demo: RunningDemo) -> None:
    turns = [
        {"user_id": "b1", "message": "今天北京天气怎么样?"},
        {"user_id": "b1", "message": "那上海呢?"},
        {"user_id": "b2", "message": "你好", "bot_id": "0" * 32},
    ]
    with demo.client(demo.acme) as client:
        results = client.post("/chatbot/batch", json={"turns": turns}).json()["results"]
    assert "北京" in results[0]["response"]["reply"]
    assert "上海" in results[1]["response"]["reply"]
    assert results[2]["problem"]["code"] == "bot_not_found"


def test_the_tenant_in_the_path_must_be_the_credentials_own(demo: RunningDemo) -> None:
    body = {"user_id": "path", "message": "你好"}
    with demo.client(demo.acme) as client:
        assert client.post("/v1/tenants/acme/chatbot", json=body).status_code == 200
        assert client.post("/v1/tenants/globex/chatbot", json=body).status_code == 404


def test_a_reply_explains_itself_and_can_be_rated(demo: RunningDemo) -> None:
    reply = say(demo, "trace", "年假有几天?")
    message = reply["metadata"]["message_id"]
    with demo.client(demo.acme) as client:
        hops = client.get(f"/v1/messages/{message}/trace").json()["trace"]
        assert [hop["hop"] for hop in hops] == ["understand", "decide", "retrieve", "answer"]
        assert all(hop["milliseconds"] >= 0 for hop in hops)
        assert client.post(f"/v1/messages/{message}/feedback", json={"rating": "down"}).status_code == 204
        assert client.post(f"/v1/messages/{message}/feedback", json={"rating": "up"}).status_code == 204
        talk = reply["metadata"]["conversation_id"]
        said = client.get(f"/v1/conversations/{talk}/messages").json()["items"]
        assert said[1]["feedback"]["rating"] == "up"


@pytest.mark.parametrize(
    ("message", "intent", "words"),
    [
        ("你是谁", "who_are_you", "Acme Assistant"),
        ("what can you do", "what_can_you_do", "answer questions"),
        ("谢谢", "thanks", "不客气"),
    ],
)
def test_small_talk_needs_no_teaching(demo: RunningDemo, message: str, intent: str, words: str) -> None:
    reply = say(demo, f"small talk {intent}", message)
    assert (reply["intent"], words in reply["reply"]) == (intent, True)
    if intent != "thanks":
        offered = [quick["title"] for quick in reply["metadata"]["quick_replies"]]
        assert len(offered) == 2, "what the bot can do is a click away"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("查一下订单 A10023 和北京天气", ("A10023", "北京今天晴")),
        ("Where is my order A10023 and what's the weather in Beijing?", ("A10023", "Beijing today: sunny")),
    ],
)
def test_two_wishes_get_one_reply(demo: RunningDemo, message: str, words: tuple[str, str]) -> None:
    reply = say(demo, f"wishes {message}", message)
    assert reply["reply"].index(words[0]) < reply["reply"].index(words[1])
    assert [wish["intent"] for wish in reply["metadata"]["intents"]] == ["order_status", "weather"]


def test_two_wishes_that_both_ask_back_are_served_one_after_the_other(demo: RunningDemo) -> None:
    reply = say(demo, "both ask", "取消订单然后查下天气")
    assert "订单号" in reply["reply"]
    assert "A10023" in say(demo, "both ask", "A10023")["reply"]
    later = reply["metadata"]["quick_replies"][-1]["payload"]
    assert "哪个城市" in say(demo, "both ask", later)["reply"]
