"""A bot's versions, what they are measured with, and the jobs that make and measure them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from chatbot.foundation.database.repository import ChildRepository, TenantRepository
from chatbot.foundation.errors import NotFound
from chatbot.foundation.jobs.job_order import JobOrder
from chatbot.models import Bot, DriftReport, Evaluation, Job, MessageCluster, Version, utc_now


class VersionNotFound(NotFound):
    code = "version_not_found"


class EvaluationNotFound(NotFound):
    code = "evaluation_not_found"


class ClusterNotFound(NotFound):
    code = "cluster_not_found"


class VersionRepository(ChildRepository[Version]):
    """Rows come without their content, which may be megabytes."""

    model = Version
    parent = "bot_id"
    not_found = VersionNotFound
    noun = "version"

    def scoped(self) -> Select[Version]:
        return super().scoped().options(defer(Version.content, raiseload=True))

    async def content(self, version_id: str) -> tuple[int, bytes]:
        """Its number and what was packed. Raises VersionNotFound."""
        query = select(Version.number, Version.content)
        row = (
            await self.session.execute(query.where(Version.tenant_id == self.tenant_id, Version.id == version_id))
        ).first()
        if row is None:
            raise VersionNotFound(self.noun, version_id)
        return row.number, row.content

    async def with_data(self, bot_id: str, data_hash: str) -> Sequence[Version]:
        """The newest first."""
        query = self.of(bot_id).where(Version.data_hash == data_hash)
        return (await self.session.scalars(query.order_by(Version.id.desc()))).all()

    async def drop_old(self, bot_id: str, *, keep: Collection[str], most: int) -> None:
        """Leaves the newest `most` and those to `keep`, whatever their age."""
        newest = (
            select(Version.id)
            .where(Version.tenant_id == self.tenant_id, Version.bot_id == bot_id)
            .order_by(Version.number.desc())
            .limit(most)
        )
        stay = {*keep, *(await self.session.scalars(newest))}
        await self.delete_all(Version.bot_id == bot_id, Version.id.not_in(stay))

    async def next_number(self, bot_id: str) -> int:
        highest = await self.session.scalar(
            select(func.max(Version.number)).where(Version.tenant_id == self.tenant_id, Version.bot_id == bot_id)
        )
        return (highest or 0) + 1


class AllVersionsRepository:
    """For sessions of no single tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def active(self) -> Sequence[Row[str, str, dict[str, object], dict[str, object]]]:
        """(tenant's id, bot's id, settings, metrics) of every bot's active version."""
        query = select(Bot.tenant_id, Bot.id, Version.settings, Version.metrics)
        return (await self._session.execute(query.join(Version, Version.id == Bot.active_version_id))).all()


class EvaluationRepository(ChildRepository[Evaluation]):
    model = Evaluation
    parent = "bot_id"
    not_found = EvaluationNotFound
    noun = "evaluation"


class DriftRepository(ChildRepository[DriftReport]):
    model = DriftReport
    parent = "bot_id"


class ClusterRepository(ChildRepository[MessageCluster]):
    model = MessageCluster
    parent = "bot_id"
    not_found = ClusterNotFound
    noun = "cluster"

    async def decided_messages(self, bot_id: str) -> set[str]:
        """Ids of messages whose cluster a person has already dealt with."""
        lists = await self.session.scalars(
            select(MessageCluster.messages).where(
                MessageCluster.tenant_id == self.tenant_id,
                MessageCluster.bot_id == bot_id,
                MessageCluster.status != "open",
            )
        )
        return {str(message["id"]) for messages in lists for message in messages}

    async def drop_open(self, bot_id: str) -> None:
        await self.delete_all(MessageCluster.bot_id == bot_id, MessageCluster.status == "open")


class BotJobRepository(TenantRepository[Job]):
    """Jobs whose payload names a bot."""

    model = Job

    async def waiting(self, bot_id: str, kind: type[JobOrder], *, is_due: bool) -> Job | None:
        """One that has not begun; `is_due`: that could begin now, else that is put off."""
        due = Job.run_after <= utc_now()
        return await self._latest(bot_id, kind, Job.status == "queued", due if is_due else ~due)

    async def latest(self, bot_id: str, kind: type[JobOrder]) -> Job | None:
        """The one that began last, or is about to."""
        return await self._latest(bot_id, kind, Job.run_after <= utc_now())

    async def _latest(self, bot_id: str, kind: type[JobOrder], *conditions: ColumnElement[bool]) -> Job | None:
        query = self.scoped().where(Job.kind == kind.kind, Job.payload["bot_id"].as_string() == bot_id, *conditions)
        return (await self.session.scalars(query.order_by(Job.id.desc()).limit(1))).one_or_none()
