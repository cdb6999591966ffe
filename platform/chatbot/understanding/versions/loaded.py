"""Versions in memory. Whoever serves one keeps it; here it is only shared while it is kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from functools import partial
from typing import cast
from weakref import WeakValueDictionary

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.models import NluModel
from chatbot.turn import small_talk
from chatbot.understanding.repository import VersionNotFound
from chatbot.understanding.versions.content import TrainedVersion, unpack_version
from nlu.errors import ModelCorrupt, SpaceMismatch
from nlu.intents.model import IntentModel
from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.vectors import Encoders

_SURE = 0.75  # a bot that was taught nothing leaves what is not plainly small talk to its documents
_versions = cast(Table, NluModel.__table__)
_CONTENT = select(_versions.c.number, _versions.c.content).where(
    _versions.c.tenant_id == bindparam("of_tenant"), _versions.c.id == bindparam("of_version")
)


class LoadedVersions:
    """Process-wide. A version never changes, so one that is in memory is never stale."""

    def __init__(self, executor: Executor, encoders: Encoders) -> None:
        self._executor = executor
        self._encoders = encoders
        self._unpack = partial(unpack_version, encoders=encoders)
        self._small_talk: asyncio.Task[IntentModel] | None = None
        self._shared: WeakValueDictionary[tuple[str, str], TrainedVersion] = WeakValueDictionary()

    async def get(self, session: AsyncSession, tenant_id: str, version_id: str) -> TrainedVersion:
        """No statement when it is in memory. Raises VersionNotFound, ModelCorrupt."""
        shared = self._shared.get((tenant_id, version_id))
        if shared is not None:
            return shared
        row = (await session.execute(_CONTENT, {"of_tenant": tenant_id, "of_version": version_id})).first()
        if row is None:
            raise VersionNotFound("version", version_id)
        version = await asyncio.get_running_loop().run_in_executor(
            self._executor, self._unpack, version_id, row.number, row.content
        )
        self._shared[tenant_id, version_id] = version
        return version

    async def usable(self, session: AsyncSession, tenant_id: str, version_id: str | None) -> TrainedVersion | None:
        """None where there is none, or it is gone, damaged or of another sentence encoder."""
        if version_id is None:
            return None
        try:
            version = await self.get(session, tenant_id, version_id)
            version.model.check_spaces(version.encoders)
        except (ModelCorrupt, SpaceMismatch, VersionNotFound):
            return None
        return version

    async def small_talk(self) -> IntentModel:
        """What every bot understands before its first training. Made when it is first asked for: a second."""
        if self._small_talk is None or (self._small_talk.done() and self._small_talk.exception() is not None):
            self._small_talk = asyncio.create_task(self._learn_small_talk())
        return await asyncio.shield(self._small_talk)

    async def _learn_small_talk(self) -> IntentModel:
        examples = [example for talk in small_talk.pack() for example in talk.examples]
        learn = partial(train_model, examples, self._encoders, TrainingSettings(threshold=_SURE))
        return await asyncio.get_running_loop().run_in_executor(self._executor, learn)

    def forget(self) -> None:
        """Read from the database again, also what somebody still serves."""
        self._shared.clear()
