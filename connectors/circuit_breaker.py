"""Stops calling a system that keeps failing, one circuit per origin."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    closed_again_at: float = 0.0


class CircuitBreakers:
    """After `failures` failures in a row an origin is left alone for `rest_seconds`, then one call tries it.

    Keeps the `capacity` most recently failing origins. For one event loop; it is not locked.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        rest_seconds: float = 10.0,
        capacity: int = 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._capacity = capacity
        self._clock = clock
        self._circuits: OrderedDict[str, _Circuit] = OrderedDict()

    def allows(self, origin: str) -> bool:
        """Whether a call may be made now. While a circuit is open, True goes to one caller per rest."""
        circuit = self._circuits.get(origin)
        if circuit is None or circuit.failures < self._limit:
            return True
        now = self._clock()
        if now < circuit.closed_again_at:
            return False
        circuit.closed_again_at = now + self._rest  # the next caller waits for what this one finds
        return True

    def succeeded(self, origin: str) -> None:
        self._circuits.pop(origin, None)

    def failed(self, origin: str) -> None:
        circuit = self._circuits.setdefault(origin, _Circuit())
        self._circuits.move_to_end(origin)
        circuit.failures += 1
        if circuit.failures >= self._limit:
            circuit.closed_again_at = self._clock() + self._rest
        while len(self._circuits) > self._capacity:
            self._circuits.popitem(last=False)
