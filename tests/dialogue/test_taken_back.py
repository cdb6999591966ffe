"""A value that the same message takes back gives way to the one that follows it."""

from __future__ import annotations

import time

import pytest

from dialogue.cues import is_taken_back
from tests.dialogue.talking import Talk


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("订单A10023，不对，A10024", "order_status", "A10024"),
        ("查订单A10023，哦不，是A10024", "order_status", "A10024"),
        ("where's order A10023? Actually no, A10024", "order_status", "A10024"),
        ("order A10023 - sorry, I meant A10024", "order_status", "A10024"),
        ("北京，哦不，上海的天气", "weather", "Shanghai"),
        ("weather in Beijing, sorry, Shanghai", "weather", "Shanghai"),
        ("weather in Beijing, no, Shanghai, wait, London", "weather", "London"),
        ("北京不是上海的天气", "weather", "Beijing"),
        ("深圳，不，北京和上海的天气", "weather", "Beijing"),
        ("Beijing and Shanghai weather", "weather", "Beijing"),
        ("Beijing, I have no idea about Shanghai", "weather", "Beijing"),
    ],
)
def test_the_value_that_was_not_taken_back_counts(text: str, intent: str, expected: str) -> None:
    talk = Talk()
    talk.say(text, intent)
    assert expected in talk.calls[-1].arguments.values()


def test_while_waiting_too() -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    talk.say("A10023，说错了，A10024")
    assert talk.calls[-1].arguments == {"order_id": "A10024"}


@pytest.mark.parametrize("between", ["不是" * 2000, "no " * 2000, ", " * 2000 + "x", "sorry" * 800])
def test_a_long_message_costs_no_time(between: str) -> None:
    started = time.perf_counter()
    is_taken_back(f"a{between}b", 1, 1 + len(between))
    assert time.perf_counter() - started < 0.1
