"""The jobs of a bot's understanding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chatbot.foundation.jobs.job_order import JobOrder

DAY_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Train(JobOrder):
    """`activate`: put the version into use if the quality gate lets it pass."""

    kind: ClassVar[str] = "train"

    bot_id: str
    activate: bool = False
    created_by: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluate(JobOrder):
    kind: ClassVar[str] = "evaluate"
    max_attempts: ClassVar[int] = 3

    bot_id: str
    evaluation_id: str


@dataclass(frozen=True, slots=True)
class LookForDrift(JobOrder):
    """`is_daily`: when it is over, the next one is a day away."""

    kind: ClassVar[str] = "drift"

    bot_id: str
    days: int = 7
    is_daily: bool = False


@dataclass(frozen=True, slots=True)
class PutTogether(JobOrder):
    """Clusters of what was not understood in the last `days`."""

    kind: ClassVar[str] = "cluster"

    bot_id: str
    days: int
