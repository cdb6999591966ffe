"""Asking a bot's versions what they make of a text: the work is done in threads, with no transaction open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chatbot.bots.repository import BotRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.threads import Threads
from chatbot.turn.hearing import Hearing, hear
from chatbot.turn.runtime import BotRuntime, ServedVersion
from chatbot.understanding.repository import VersionRepository
from chatbot.understanding.serving import BotRuntimes
from chatbot.understanding.versions.content import LoadedVersion
from chatbot.understanding.versions.gate import GateResult, QualityGate
from chatbot.understanding.versions.versions import VersionService, VersionView
from dialogue.state import DialogueState
from nlu.measuring.explanation import Explanation, explain


class RefusedByGate(Conflict):
    code = "quality_gate"
    title = "The version understands the regression set significantly worse"


class NoVersion(Conflict):
    code = "no_version"
    title = "The bot has no trained version"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`version` is the number of the version that heard it."""

    hearing: Hearing
    version: int | None


class UnderstandingDesk:
    def __init__(
        self,
        database: Database,
        bots: BotRuntimes,
        gate: QualityGate,
        jobs: JobQueue,
        threads: Threads,
    ) -> None:
        self._database = database
        self._bots = bots
        self._gate = gate
        self._jobs = jobs
        self._threads = threads

    async def parse(
        self, tenant_id: str, bot_id: str, texts: Sequence[str], *, language: str | None, version_id: str | None
    ) -> list[Parsed]:
        """As a conversation that begins would hear them. Raises BotNotFound, VersionNotFound, VersionUnusable."""
        bot, _ = await self._runtime(tenant_id, bot_id, version_id)
        return await self._threads.run(_parse_all, bot, texts, language)

    async def explain(
        self, tenant_id: str, bot_id: str, text: str, *, language: str | None, version_id: str | None
    ) -> tuple[Parsed, Explanation]:
        """Raises NoVersion besides what `parse` raises."""
        async with self._database.read(tenant_id) as session:
            active = (await BotRepository(session, tenant_id).get(bot_id)).active_version_id
        if version_id is None and active is None:
            raise NoVersion("Train the bot first.")
        bot, version = await self._runtime(tenant_id, bot_id, version_id or active)
        if version is None:
            raise NoVersion("Train the bot first.")

        def work() -> tuple[Parsed, Explanation]:
            parsed = _parse_all(bot, [text], language)[0]
            return parsed, explain(version.model, text, version.encoders, language=language)

        return await self._threads.run(work)

    async def gate(self, tenant_id: str, bot_id: str, version_id: str) -> GateResult:
        """How the version does on the regression set beside the active one."""
        return await self._gate.check(tenant_id, bot_id, version_id)

    async def activate(
        self, tenant_id: str, bot_id: str, version_id: str, *, force: bool, language: str
    ) -> VersionView:
        """Raises RefusedByGate with the reason in `language`; `force` overrules it, but never a damaged version."""
        result = await self._gate.check(tenant_id, bot_id, version_id)
        if not result.passes and not force:
            raise RefusedByGate(result.reason.in_language(language))
        async with self._database.write(tenant_id) as session:
            versions = VersionService(session, tenant_id, self._jobs)
            return await versions.activate(bot_id, version_id, instead_of=result.active_id)

    async def _runtime(
        self, tenant_id: str, bot_id: str, version_id: str | None
    ) -> tuple[BotRuntime, LoadedVersion | None]:
        async with self._database.read(tenant_id) as session:
            row = await BotRepository(session, tenant_id).get(bot_id)
            bot = await self._bots.get(tenant_id, bot_id, row.revision)
            if version_id is None:
                return bot, None
            await VersionRepository(session, tenant_id).get_of(bot_id, version_id)
            entities = await self._bots.entities(session, tenant_id, bot_id)
            version = await self._bots.versions.get(session, tenant_id, version_id)
        return bot.with_version(ServedVersion(version.number, self._bots.interpreter(version, entities))), version


def _parse_all(bot: BotRuntime, texts: Sequence[str], language: str | None) -> list[Parsed]:
    now = datetime.now(ZoneInfo(bot.timezone))
    return [Parsed(hear(bot, DialogueState(), text, now=now, language=language), bot.version) for text in texts]
