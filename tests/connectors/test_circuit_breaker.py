"""The circuit breaker."""

from __future__ import annotations

from connectors.circuit_breaker import CircuitBreakers


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_origin_is_left_alone_after_failures_in_a_row_and_tried_once_after_the_rest() -> None:
    clock = Clock()
    breakers = CircuitBreakers(failures=2, rest_seconds=30, clock=clock)
    breakers.failed("a")
    assert breakers.allows("a")
    breakers.failed("a")
    assert not breakers.allows("a")
    assert breakers.allows("b")
    clock.now = 30
    assert breakers.allows("a")
    assert not breakers.allows("a")
    breakers.failed("a")
    clock.now = 59
    assert not breakers.allows("a")
    clock.now = 60
    assert breakers.allows("a")
    breakers.succeeded("a")
    assert breakers.allows("a")
    assert breakers.allows("a")


def test_a_success_in_between_starts_the_count_again() -> None:
    breakers = CircuitBreakers(failures=2)
    breakers.failed("a")
    breakers.succeeded("a")
    breakers.failed("a")
    assert breakers.allows("a")


def test_a_probe_that_never_reports_does_not_close_the_door_for_good() -> None:
    clock = Clock()
    breakers = CircuitBreakers(failures=1, rest_seconds=10, clock=clock)
    breakers.failed("a")
    clock.now = 10
    assert breakers.allows("a")
    clock.now = 20
    assert breakers.allows("a")


def test_memory_is_bounded() -> None:
    breakers = CircuitBreakers(failures=1, capacity=3)
    for number in range(10):
        breakers.failed(f"origin{number}")
    assert breakers.allows("origin0")
    assert not breakers.allows("origin9")
