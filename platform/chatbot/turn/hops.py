"""The steps of a turn: what decided, with its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from connectors.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a turn: what decided, with its figures."""

    name: str
    milliseconds: float
    detail: Mapping[str, JsonValue]


class Trace:
    """Collects hops while a turn runs."""

    def __init__(self) -> None:
        self.hops: list[Hop] = []

    @contextmanager
    def hop(self, name: str) -> Iterator[dict[str, JsonValue]]:
        """Times the block; the block fills the dictionary with what it decided."""
        detail: dict[str, JsonValue] = {}
        started = perf_counter()
        try:
            yield detail
        finally:
            self.hops.append(Hop(name, round((perf_counter() - started) * 1000, 3), detail))

    def to_json(self) -> list[dict[str, JsonValue]]:
        return [{"hop": hop.name, "milliseconds": hop.milliseconds, **hop.detail} for hop in self.hops]

    def timings(self) -> dict[str, float]:
        """Milliseconds by hop; hops of one name add up."""
        totals: dict[str, float] = {}
        for hop in self.hops:
            totals[hop.name] = round(totals.get(hop.name, 0.0) + hop.milliseconds, 3)
        return totals
