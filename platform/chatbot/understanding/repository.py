"""What a bot is taught, its trained versions, and what they are measured with."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import defer

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import NotFound
from chatbot.foundation.jobs.order import JobOrder
from chatbot.models import (
    DriftReport,
    Job,
    MessageCluster,
    NluEvaluation,
    NluModel,
    utc_now,
)


class VersionNotFound(NotFound):
    code = "version_not_found"


class EvaluationNotFound(NotFound):
    code = "evaluation_not_found"


class ClusterNotFound(NotFound):
    code = "cluster_not_found"


class VersionRepository(TenantRepository[NluModel]):
    """Rows come without their content, which may be megabytes; `LoadedVersions` reads it."""

    model = NluModel
    not_found = VersionNotFound
    noun = "version"

    def scoped(self) -> Select[NluModel]:
        return super().scoped().options(defer(NluModel.content, raiseload=True))

    async def of_bot(self, bot_id: str, version_id: str) -> NluModel:
        """Raises VersionNotFound also for another bot's."""
        version = await self.get(version_id)
        if version.bot_id != bot_id:
            raise VersionNotFound("version", version_id)
        return version

    async def with_data(self, bot_id: str, data_hash: str) -> Sequence[NluModel]:
        """The newest first."""
        query = self.scoped().where(NluModel.bot_id == bot_id, NluModel.data_hash == data_hash)
        return (await self.session.scalars(query.order_by(NluModel.id.desc()))).all()

    async def drop_old(self, bot_id: str, *, keep: Collection[str], most: int) -> None:
        """Leaves the newest `most` and those to `keep`, whatever their age."""
        newest = (
            select(NluModel.id)
            .where(NluModel.tenant_id == self.tenant_id, NluModel.bot_id == bot_id)
            .order_by(NluModel.number.desc())
            .limit(most)
        )
        stay = {*keep, *(await self.session.scalars(newest))}
        await self.session.execute(
            delete(NluModel)
            .where(NluModel.tenant_id == self.tenant_id, NluModel.bot_id == bot_id, NluModel.id.not_in(stay))
            .execution_options(synchronize_session=False)
        )

    async def next_number(self, bot_id: str) -> int:
        highest = await self.session.scalar(
            select(func.max(NluModel.number)).where(NluModel.tenant_id == self.tenant_id, NluModel.bot_id == bot_id)
        )
        return (highest or 0) + 1


class EvaluationRepository(TenantRepository[NluEvaluation]):
    model = NluEvaluation
    not_found = EvaluationNotFound
    noun = "evaluation"


class DriftRepository(TenantRepository[DriftReport]):
    model = DriftReport


class ClusterRepository(TenantRepository[MessageCluster]):
    model = MessageCluster
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
        await self.session.execute(
            delete(MessageCluster)
            .where(
                MessageCluster.tenant_id == self.tenant_id,
                MessageCluster.bot_id == bot_id,
                MessageCluster.status == "open",
            )
            .execution_options(synchronize_session=False)
        )


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
