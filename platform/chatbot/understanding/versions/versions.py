"""Trained versions of a bot's understanding: which there are, which one answers, and how to go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import ExampleRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.errors import Conflict, InvalidInput
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Bot, Job, Version
from chatbot.understanding.job_orders import DAY_S, LookForDrift, Train
from chatbot.understanding.repository import BotJobRepository, VersionRepository
from chatbot.understanding.settings import SplitSettings, UnderstandingSettings
from chatbot.understanding.training.data import training_data


class NothingBefore(Conflict):
    code = "nothing_to_roll_back_to"
    title = "No earlier version"


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version and its part in the bot: `share` is that of a split."""

    row: Version
    is_active: bool
    is_shadow: bool
    share: float | None


@dataclass(frozen=True, slots=True)
class UnderstandingState:
    """What an admin sees first."""

    active: VersionView | None
    needs_training: bool
    example_count: int
    intent_count: int
    training: Job | None
    settings: UnderstandingSettings
    small_talk_intents: tuple[str, ...]


class VersionService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotRepository(session, tenant_id)
        self._versions = VersionRepository(session, tenant_id)
        self._bot_jobs = BotJobRepository(session, tenant_id)

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[VersionView], str | None]:
        """Newest first."""
        bot = await self._bots.get(bot_id)
        rows, following = await self._versions.page_of(bot_id, limit=limit, cursor=cursor)
        return [_view(bot, row) for row in rows], following

    async def get(self, bot_id: str, version_id: str) -> VersionView:
        bot = await self._bots.get(bot_id)
        return _view(bot, await self._versions.get_of(bot_id, version_id))

    async def state(self, bot_id: str) -> UnderstandingState:
        """`needs_training` compares the examples with those of the active version, so undoing a change undoes it."""
        bot = await self._bots.get(bot_id)
        settings = UnderstandingSettings.of(bot.understanding)
        rows = await ExampleRepository(self._session, self._tenant_id).all(bot_id)
        data = training_data(rows, with_small_talk=settings.small_talk)
        active = await self._versions.find(bot.active_version_id) if bot.active_version_id else None
        return UnderstandingState(
            active=_view(bot, active) if active is not None else None,
            needs_training=active.data_hash != data.data_hash if active is not None else len(data.intents) > 1,
            example_count=len(rows),
            intent_count=len(data.own),
            training=await self._bot_jobs.latest(bot_id, Train),
            settings=settings,
            small_talk_intents=tuple(sorted(data.intents - data.own)),
        )

    async def train(self, bot_id: str, *, activate: bool, created_by: str) -> Job:
        """One that already waits to begin is taken instead of a second one."""
        bot = await self._bots.get(bot_id)
        waiting = await self._bot_jobs.waiting(bot.id, Train, is_due=True)
        if waiting is not None and Train.of(waiting.payload).activate == activate:
            return waiting
        job = self._jobs.enqueue(self._session, self._tenant_id, Train(bot.id, activate, created_by))
        await self._session.flush()
        return job

    async def activate(self, bot_id: str, version_id: str, *, instead_of: str | None) -> VersionView:
        """Takes effect with the next message. Raises Conflict when another version than `instead_of` is active."""
        bot = await self._bots.locked(bot_id)
        version = await self._versions.get_of(bot_id, version_id)
        if bot.active_version_id == version_id:
            return _view(bot, version)
        if bot.active_version_id != instead_of:
            raise Conflict("Another version was activated meanwhile; look at it first.")
        settings = UnderstandingSettings.of(bot.understanding)
        if bot.active_version_id is not None:
            settings = replace(settings, previous=(*settings.previous, bot.active_version_id))
        await self._make_active(bot, version_id, settings)
        return _view(bot, version)

    async def roll_back(self, bot_id: str) -> VersionView:
        """To the version that was active before. Raises NothingBefore."""
        bot = await self._bots.locked(bot_id)
        settings = UnderstandingSettings.of(bot.understanding)
        for place in range(len(settings.previous) - 1, -1, -1):
            version = await self._versions.find(settings.previous[place])
            if version is not None and version.bot_id == bot_id:
                await self._make_active(bot, version.id, replace(settings, previous=settings.previous[:place]))
                return _view(bot, version)
        raise NothingBefore("No version was active before this one.")

    async def configure(
        self,
        bot_id: str,
        *,
        small_talk: bool | None,
        split: SplitSettings | None,
        shadow: str | None,
    ) -> UnderstandingState:
        """`split` and `shadow` replace what was set. Raises VersionNotFound, InvalidInput."""
        bot = await self._bots.locked(bot_id)
        settings = UnderstandingSettings.of(bot.understanding)
        for name, version_id in (
            ("split.version_id", split.version_id if split else None),
            ("shadow_version_id", shadow),
        ):
            if version_id is not None:
                await self._versions.get_of(bot_id, version_id)
                if version_id == bot.active_version_id:
                    raise InvalidInput("This version answers everybody already.", field=f"body.{name}")
        changed = replace(settings, split=split, shadow=shadow)
        if small_talk is not None:
            changed = replace(changed, small_talk=small_talk)
        bot.understanding = changed.to_json()
        bot.revision += 1
        await self._session.flush()
        return await self.state(bot_id)

    async def _make_active(self, bot: Bot, version_id: str, settings: UnderstandingSettings) -> None:
        """Experiments end with the version that they were about."""
        if settings.split is not None and settings.split.version_id == version_id:
            settings = replace(settings, split=None)
        if settings.shadow == version_id:
            settings = replace(settings, shadow=None)
        bot.active_version_id = version_id
        bot.understanding = settings.to_json()
        bot.revision += 1
        if await self._bot_jobs.waiting(bot.id, LookForDrift, is_due=False) is None:
            self._jobs.enqueue(self._session, self._tenant_id, LookForDrift(bot.id, is_daily=True), delay_s=DAY_S)
        await self._session.flush()


def _view(bot: Bot, row: Version) -> VersionView:
    settings = UnderstandingSettings.of(bot.understanding)
    split = settings.split
    return VersionView(
        row=row,
        is_active=bot.active_version_id == row.id,
        is_shadow=settings.shadow == row.id,
        share=split.share if split is not None and split.version_id == row.id else None,
    )
