"""The background process: takes jobs that the API processes wrote, and serves nothing."""

from __future__ import annotations

import asyncio
import logging
import signal

from chatbot.foundation.logs import configure_logging
from chatbot.foundation.settings import Settings
from chatbot.wiring import build

logger = logging.getLogger(__name__)


async def work(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; running jobs give their lease back."""
    configure_logging(settings.log_level, settings.log_format)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for received in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(received, stop.set)
    parts = build(settings.model_copy(update={"run_jobs": True}))
    await parts.start()
    logger.info("worker started")
    await stop.wait()
    logger.info("worker stops")
    await parts.stop()
