"""The quality gate: a version that understands a bot's regression set significantly worse does not take over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chatbot.bots.content_repository import RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.threads import Threads
from chatbot.understanding.repository import VersionRepository
from chatbot.understanding.versions.content import LoadedVersion
from chatbot.understanding.versions.loaded import LoadedVersions
from nlu.measuring.evaluation import Comparison, compare
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example

MOST_EXAMPLES = 2000
_CHANGES_SHOWN = 50

FIRST = Text(
    "No version is active that it could be compared with.",
    "还没有启用中的版本可以比较。",
)
SAME = Text(
    "This version is active already.",
    "这个版本已经启用。",
)
NOTHING_TO_ASK = Text(
    "The regression set is empty, so nothing was compared; add sentences that must stay understood.",
    "回归集为空，无法比较；建议先添加一些必须答对的句子。",
)
ACTIVE_DAMAGED = Text(
    "The active version can't be loaded, so nothing was compared.",
    "启用中的版本无法加载，因此没有比较。",
)
PASSED = Text(
    "Regression accuracy {old:.1%} → {new:.1%}: {gained} gained, {lost} lost, not significantly worse (p = {p:.3f}).",
    "回归集准确率 {old:.1%} → {new:.1%}：改对 {gained} 句，改错 {lost} 句，没有显著变差（p = {p:.3f}）。",
)
REFUSED = Text(
    "Regression accuracy {old:.1%} → {new:.1%}: {gained} gained, {lost} lost, significantly worse (p = {p:.3f}).",
    "回归集准确率 {old:.1%} → {new:.1%}：改对 {gained} 句，改错 {lost} 句，显著变差（p = {p:.3f}）。",
)


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A regression example on which the two versions differ; None stands for out of scope."""

    text: str
    expected: str | None
    active: str | None
    candidate: str | None


@dataclass(frozen=True, slots=True)
class GateResult:
    """`active_id` is the version that the candidate was held against. Figures are None where nothing was compared."""

    passes: bool
    reason: Text
    active_id: str | None
    examples: int = 0
    comparison: Comparison | None = None
    changed: tuple[ChangedAnswer, ...] = ()

    def to_json(self) -> dict[str, object]:
        found = self.comparison
        return {
            "passes": self.passes,
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
            "examples": self.examples,
            "candidate_accuracy": round(found.candidate_accuracy, 4) if found else None,
            "active_accuracy": round(found.active_accuracy, 4) if found else None,
            "gained": found.gained if found else 0,
            "lost": found.lost if found else 0,
            "p_value": round(found.p_value, 5) if found else None,
            "changed": [asdict(each) for each in self.changed],
        }


class QualityGate:
    """Judges in a thread, with no transaction open."""

    def __init__(self, database: Database, versions: LoadedVersions, threads: Threads) -> None:
        self._database = database
        self._versions = versions
        self._threads = threads

    async def check(self, tenant_id: str, bot_id: str, version_id: str) -> GateResult:
        """Raises BotNotFound, VersionNotFound, and VersionUnusable for one that is damaged or of another encoder."""
        async with self._database.read(tenant_id) as session:
            bot = await BotRepository(session, tenant_id).get(bot_id)
            await VersionRepository(session, tenant_id).get_of(bot_id, version_id)
            candidate = await self._versions.get(session, tenant_id, version_id)
            active_id = bot.active_version_id
            active = await self._versions.usable(session, tenant_id, active_id)
            rows = await RegressionRepository(session, tenant_id).all(bot_id, limit=MOST_EXAMPLES)
            examples = [Example(row.text, row.intent or "", row.language) for row in rows]
        if active_id is None:
            return GateResult(True, FIRST, None, len(examples))
        if active_id == version_id:
            return GateResult(True, SAME, active_id, len(examples))
        if active is None:
            return GateResult(True, ACTIVE_DAMAGED, active_id, len(examples))
        if not examples:
            return GateResult(True, NOTHING_TO_ASK, active_id)
        new, old = await self._threads.run(self._judge_both, candidate, active, examples)
        return _held_against(new, old, active_id)

    def _judge_both(
        self, candidate: LoadedVersion, active: LoadedVersion, examples: Sequence[Example]
    ) -> tuple[list[Judged], list[Judged]]:
        return judge(candidate.model, examples, candidate.encoders), judge(active.model, examples, active.encoders)


def _held_against(new: Sequence[Judged], old: Sequence[Judged], active_id: str) -> GateResult:
    found = compare(new, old)
    words = {
        "old": found.active_accuracy,
        "new": found.candidate_accuracy,
        "gained": found.gained,
        "lost": found.lost,
        "p": found.p_value,
    }
    texts = REFUSED if found.is_worse else PASSED
    changed = [
        ChangedAnswer(after.text, after.expected, before.predicted, after.predicted)
        for after, before in zip(new, old, strict=True)
        if after.predicted != before.predicted
    ]
    changed.sort(key=lambda each: each.active != each.expected)  # losses first
    return GateResult(
        passes=not found.is_worse,
        reason=texts.format(**words),
        active_id=active_id,
        examples=found.total,
        comparison=found,
        changed=tuple(changed[:_CHANGES_SHOWN]),
    )
