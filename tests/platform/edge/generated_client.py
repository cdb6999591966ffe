"""A Python client that openapi-python-client makes of the application's own document."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from tests.platform.edge.routes import openapi

PACKAGE = "chatbot_client"


def generate(folder: Path) -> str:
    """Writes the package into `folder` and returns what the generator said. A warning fails, such as for an operation
    or a schema that it leaves out."""
    (folder / "openapi.json").write_text(json.dumps(openapi()))
    (folder / "config.json").write_text(json.dumps({"post_hooks": []}))
    command = "generate --meta none --fail-on-warning --path openapi.json --config config.json --output-path"
    generator = [sys.executable, "-m", "openapi_python_client", *command.split(), PACKAGE]
    ran = subprocess.run(generator, cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@dataclass(frozen=True)
class GeneratedClient:
    """The package over a connection; `models` are its classes."""

    connection: httpx.AsyncClient

    @property
    def models(self) -> ModuleType:
        return import_module(f"{PACKAGE}.models")

    async def call(self, operation: str, *path: str, **arguments: Any) -> Any:
        """What "bots.create_bot" answers, as the package reads it. An error fails."""
        client = import_module(PACKAGE).Client(base_url=str(self.connection.base_url))
        client.set_async_httpx_client(self.connection)
        answer = await import_module(f"{PACKAGE}.api.{operation}").asyncio_detailed(*path, client=client, **arguments)
        assert answer.status_code < 300, answer.content
        return answer.parsed

    def file(self, content: bytes, name: str) -> Any:
        """For an upload."""
        return import_module(f"{PACKAGE}.types").File(payload=BytesIO(content), file_name=name)
