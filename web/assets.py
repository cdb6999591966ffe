"""The files browsers load: styles, scripts and the widget, read once and served from memory under their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str


@dataclass(frozen=True)
class AssetBundle:
    """`digest` covers every file: it is part of each address, so browsers may keep what they have for ever."""

    digest: str
    assets: Mapping[str, Asset]

    def url(self, path: str) -> str:
        """Raises KeyError for a file that does not exist, so that a misspelt name fails in tests."""
        if path not in self.assets:
            raise KeyError(path)
        return f"/admin/static/{self.digest}/{path}"


@cache
def load_assets() -> AssetBundle:
    """Every file of `web/static`, by its path there: nothing outside that list can be asked for."""
    assets = dict(_walk(files("web") / "static", ""))
    digest = hashlib.sha256()
    for path in sorted(assets):
        digest.update(path.encode() + b"\0" + assets[path].content)
    return AssetBundle(digest.hexdigest()[:16], assets)


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in folder.iterdir():
        path = prefix + entry.name
        if entry.is_dir():
            found += _walk(entry, path + "/")
            continue
        media_type = _MEDIA_TYPES.get(path[path.rfind(".") :])
        if media_type is not None:
            found.append((path, Asset(entry.read_bytes(), media_type)))
    return found
