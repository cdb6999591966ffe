"""Parts and rooms: a new room is one more line, and jobs may be carried out by another runner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, ClassVar, cast

import httpx
import pytest
from fastapi import APIRouter

from chatbot.edge.dependencies import AnyCaller, part
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobOrder, JobQueue, RunningJob
from chatbot.foundation.parts import Parts
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.main import create_app
from chatbot.models import Tenant
from chatbot.wiring import ROOMS, Room, build
from knowledge.embedders.routed import RoutedEmbedder
from tests import factories
from tests.platform.edge.application import BASE_URL, LetterPairs, bearer


@dataclass(frozen=True, slots=True)
class Count(JobOrder):
    kind: ClassVar[str] = "count"

    by: int


class Counter:
    """The part of the toy room."""

    def __init__(self) -> None:
        self.value = 0
        self.heard: list[str] = []

    async def __call__(self, job: RunningJob) -> None:
        self.value += job.order(Count).by

    async def begin(self) -> None:
        self.heard.append("begin")

    async def end(self) -> None:
        self.heard.append("end")


def toy_room() -> Room:
    """A module `wire` as any room has one."""
    router = APIRouter()

    @router.get("/v1/counter")
    async def get_counter(_caller: AnyCaller, counter: Annotated[Counter, part(Counter)]) -> int:
        return counter.value

    def wire(parts: Parts, settings: Settings) -> None:
        counter = Counter()
        parts.put(counter, on_start=counter.begin, on_stop=counter.end)
        parts.get(JobQueue).register(Count, counter)

    return cast(Room, SimpleNamespace(ROUTERS=(router,), wire=wire))


class AtOnce:
    """A runner of another kind: it carries out whatever it is told of, in tasks."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.submitted: list[tuple[str, str]] = []
        self._run: Callable[[str], Awaitable[None]] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def open_lane(self, kind: str, width: int) -> None:
        self.kinds.append(kind)

    def submit(self, job_id: str, kind: str) -> None:
        self.submitted.append((job_id, kind))
        if self._run is not None:
            self._tasks.add(asyncio.ensure_future(self._run(job_id)))

    async def start(self, run: Callable[[str], Awaitable[None]]) -> None:
        self._run = run

    async def stop(self) -> None:
        await asyncio.gather(*self._tasks)


def embedder() -> RoutedEmbedder:
    return RoutedEmbedder({"zh": LetterPairs(), "en": LetterPairs()})


async def test_adding_a_room_is_one_line_outside_of_it(settings: Settings, database: Database, tenant: Tenant) -> None:
    rooms, runner = (*ROOMS, toy_room()), AtOnce()
    owner = await factories.make_user(database, tenant.id)
    parts = build(settings, embedder=embedder(), runner=runner, rooms=rooms)
    app = create_app(settings, parts=parts, rooms=rooms)
    counter = parts.get(Counter)
    async with app.router.lifespan_context(app):
        assert counter.heard == ["begin"]
        async with parts.get(Database).write(tenant.id) as session:
            parts.get(JobQueue).enqueue(session, tenant.id, Count(by=3))
        async with asyncio.timeout(10):
            while counter.value < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            headers = bearer(parts.get(Tokens).access(owner.id, tenant.id))
            assert (await client.get("/v1/counter")).status_code == 401
            assert (await client.get("/v1/counter", headers=headers)).json() == 3
    assert counter.heard == ["begin", "end"]
    assert "count" in runner.kinds
    assert {"ingest", "train", "turn"} <= set(runner.kinds)
    assert "count" in {kind for _, kind in runner.submitted}


async def test_parts_stop_in_the_reverse_of_their_order() -> None:
    heard: list[str] = []

    async def note(word: str) -> None:
        heard.append(word)

    parts = Parts()
    parts.put("first", on_start=lambda: note("+first"), on_stop=lambda: note("-first"))
    parts.put(2, on_start=lambda: note("+second"), on_stop=lambda: note("-second"))
    await parts.start()
    await parts.stop()
    assert heard == ["+first", "+second", "-second", "-first"]
    assert (parts.get(str), parts.get(int)) == ("first", 2)


def test_a_part_is_put_once_and_asked_for_by_its_kind() -> None:
    parts = Parts()
    with pytest.raises(LookupError, match="Counter"):
        parts.get(Counter)
    counter = parts.put(Counter())
    assert parts.get(Counter) is counter
    with pytest.raises(ValueError, match="Counter"):
        parts.put(Counter())
