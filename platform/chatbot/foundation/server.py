"""Running an application under uvicorn, the same way for `serve` and for the demo."""

from __future__ import annotations

import asyncio

import uvicorn
import uvloop
from fastapi import FastAPI

from chatbot.foundation.settings import Settings

SHUTDOWN_S = 20  # for requests at work when the process is told to stop


def configure(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """No access log: the application writes its own, with the ids that operators search for."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=SHUTDOWN_S,
        lifespan="on",
    )


def run(app: FastAPI, settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(configure(app, settings)).serve())
