"""Versions in memory. Whoever serves one keeps it; here it is only shared while it is kept."""

from __future__ import annotations

import asyncio
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.errors import Conflict
from chatbot.foundation.threads import Threads
from chatbot.turn import small_talk
from chatbot.understanding.repository import VersionNotFound, VersionRepository
from chatbot.understanding.versions.content import LoadedVersion, unpack_version
from nlu.errors import ModelCorrupt, SpaceMismatch
from nlu.intents.model import IntentModel
from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.vectors import Encoders

_SURE = 0.75  # a bot that was taught nothing leaves what is not plainly small talk to its documents


class VersionUnusable(Conflict):
    code = "version_unusable"
    title = "The version can't be used"


class VersionDamaged(VersionUnusable):
    def __init__(self) -> None:
        super().__init__("What is stored of this version is damaged; train again.")


class OfAnotherEncoder(VersionUnusable):
    def __init__(self) -> None:
        super().__init__("It was trained with another sentence encoder; train again.")


class LoadedVersions:
    """A version never changes, so one that is in memory is never stale."""

    def __init__(self, threads: Threads, encoders: Encoders) -> None:
        self._threads = threads
        self._encoders = encoders
        self._unpack = partial(unpack_version, encoders=encoders)
        self._small_talk: asyncio.Task[IntentModel] | None = None
        self._shared: WeakValueDictionary[tuple[str, str], LoadedVersion] = WeakValueDictionary()

    async def get(self, session: AsyncSession, tenant_id: str, version_id: str) -> LoadedVersion:
        """No statement when it is in memory. Raises VersionNotFound, VersionDamaged, OfAnotherEncoder."""
        shared = self._shared.get((tenant_id, version_id))
        if shared is not None:
            return shared
        number, content = await VersionRepository(session, tenant_id).content(version_id)
        try:
            version = await self._threads.run(self._unpack, version_id, number, content)
            version.model.check_spaces(version.encoders)
        except ModelCorrupt as error:
            raise VersionDamaged from error
        except SpaceMismatch as error:
            raise OfAnotherEncoder from error
        self._shared[tenant_id, version_id] = version
        return version

    async def usable(self, session: AsyncSession, tenant_id: str, version_id: str | None) -> LoadedVersion | None:
        """None where there is none, or it is gone, damaged or of another sentence encoder."""
        try:
            return await self.get(session, tenant_id, version_id) if version_id is not None else None
        except (VersionUnusable, VersionNotFound):
            return None

    async def small_talk(self) -> IntentModel:
        """What every bot understands before its first training. Made when it is first asked for: a second."""
        if self._small_talk is None or (self._small_talk.done() and self._small_talk.exception() is not None):
            self._small_talk = asyncio.create_task(self._learn_small_talk())
        return await asyncio.shield(self._small_talk)

    async def _learn_small_talk(self) -> IntentModel:
        examples = [example for talk in small_talk.pack() for example in talk.examples]
        learn = partial(train_model, examples, self._encoders, TrainingSettings(threshold=_SURE))
        return await self._threads.run(learn)

    def forget(self) -> None:
        """Read from the database again, also what somebody still serves."""
        self._shared.clear()
