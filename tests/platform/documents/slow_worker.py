"""A process that ingests slowly, to be killed while it does; its arguments are a database URL and a folder."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chatbot.foundation.database import Database
from tests.platform.documents.knowledge_stack import knowledge_stack


def think(_texts: Sequence[str]) -> None:
    time.sleep(0.1)


async def main(url: str, folder: str) -> None:
    async with knowledge_stack(Database(url), Path(folder), before_embedding=think):
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
