"""The routes that bring bots and take them along, as one of a tenant's people calls them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import httpx


class BotExchangeClient:
    """`headers` carry the credential."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    async def bring(
        self,
        content: bytes,
        file_name: str,
        *,
        into: str = "",
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        path = f"/v1/bots/{into}/import" if into else "/v1/bots/import"
        files = {"file": (file_name, content)}
        return await self.client.post(path, headers={**self.headers, **(headers or {})}, files=files, data=fields)

    async def brought(self, content: bytes, file_name: str, **fields: str) -> dict[str, object]:
        response = await self.bring(content, file_name, fields=fields)
        assert response.status_code == 201, response.text
        body: dict[str, object] = response.json()
        return body

    async def take(self, bot_id: str, format_: str = "json") -> httpx.Response:
        return await self.client.get(f"/v1/bots/{bot_id}/export", headers=self.headers, params={"format": format_})

    async def bots(self) -> list[dict[str, object]]:
        response = await self.client.get("/v1/bots", headers=self.headers)
        items: list[dict[str, object]] = response.json()["items"]
        return items


def packed(files: Mapping[str, str | bytes], *, folder: str = "") -> bytes:
    """A zip of the files, inside a folder when one is named."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}{name}", content)
    return data.getvalue()
