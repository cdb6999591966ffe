"""A process that trains slowly, to be killed while it does; its arguments are a database URL and a folder."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chatbot import wiring
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Vectors
from tests.conftest import IsolatedSettings
from tests.platform.edge.application import LetterPairs


class SlowPairs(LetterPairs):
    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        time.sleep(3600)
        return super().encode_queries(texts)


async def main(url: str, folder: str) -> None:
    model = SlowPairs()
    settings = IsolatedSettings(data_dir=Path(folder), database_url=url)
    parts = wiring.build(settings, embedder=RoutedEmbedder({"zh": model, "en": model}))
    await parts.start()
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
