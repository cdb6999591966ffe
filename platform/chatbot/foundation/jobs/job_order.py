"""What a job is asked to do: a kind, and typed fields that its row keeps as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class JobOrder:
    """A dataclass for each kind of job. Its fields are JSON values; new ones need a default, for rows of before."""

    kind: ClassVar[str]
    max_attempts: ClassVar[int] = 5

    def payload(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def of(cls, payload: Mapping[str, object]) -> Self:
        """What a row holds beside the fields is of another version, and ignored."""
        return cls(**{field.name: payload[field.name] for field in fields(cls) if field.name in payload})
