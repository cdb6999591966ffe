"""`demo.json` in the data folder: how to get into the demo, for people's scripts. Readable by its owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chatbot.demo.load import DemoAccess


@dataclass(frozen=True, slots=True)
class DemoCredentials:
    """Everything that `chatbot demo` prints."""

    base_url: str
    demo_url: str
    admin_url: str
    tenants: Sequence[DemoAccess]


def read_known(path: Path) -> dict[str, DemoAccess]:
    """What an earlier start wrote, by slug; empty when there is nothing readable."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {entry["slug"]: DemoAccess(**entry) for entry in data["tenants"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(path: Path, credentials: DemoCredentials) -> None:
    """Atomic, mode 600 from the first byte."""
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(credentials), file, ensure_ascii=False, indent=2)
    temporary.replace(path)
