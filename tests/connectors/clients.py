"""Clients whose other side is an application in this process or a server on loopback."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from connectors.address_guard import AddressGuard
from connectors.http_client import GuardedHttpClient, HttpLimits

OPENED: list[GuardedHttpClient] = []  # closed after each test by the fixture in conftest.py
DEMO_BACKEND = "http://127.0.0.1:8900"


async def no_pause(_seconds: float) -> None:
    """Instead of waiting between tries."""


def client_for(*allowed: str) -> GuardedHttpClient:
    """A client on real sockets that may reach `allowed`."""
    OPENED.append(GuardedHttpClient(AddressGuard(allowed), limits=HttpLimits(total_seconds=5), sleep=no_pause))
    return OPENED[-1]


def client_into(application: FastAPI) -> GuardedHttpClient:
    """A client that reaches nothing but `application`."""
    guard = AddressGuard(["127.0.0.1:8900"])
    return GuardedHttpClient(guard, transport=httpx.ASGITransport(app=application), sleep=no_pause)
