"""The process-wide parts, found by their types: what a request needs that outlives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

Part = TypeVar("Part")
Step = Callable[[], Awaitable[object]]


class Parts:
    """Each room's `wire` puts its own. They start in the order in which they came, and stop in the reverse."""

    def __init__(self) -> None:
        self._parts: dict[type[object], object] = {}
        self._starts: list[Step] = []
        self._stops: list[Step] = []

    def put(
        self, part: Part, *, kind: type[Part] | None = None, on_start: Step | None = None, on_stop: Step | None = None
    ) -> Part:
        """`kind` is what it is asked for as, where that is not its own type. Raises ValueError for a second one."""
        key = kind or type(part)
        if key in self._parts:
            raise ValueError(f"There is a {key.__name__} already.")
        self._parts[key] = part
        self.at_start_and_stop(on_start, on_stop)
        return part

    def at_start_and_stop(self, on_start: Step | None = None, on_stop: Step | None = None) -> None:
        self._starts += [on_start] if on_start else []
        self._stops += [on_stop] if on_stop else []

    def get(self, kind: type[Part]) -> Part:
        """Raises LookupError for what no room has put yet."""
        try:
            return cast(Part, self._parts[kind])
        except KeyError:
            raise LookupError(f"No room has put a {kind.__name__}.") from None

    async def start(self) -> None:
        for step in self._starts:
            await step()

    async def stop(self) -> None:
        for step in reversed(self._stops):
            await step()
