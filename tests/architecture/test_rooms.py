"""Rooms of the application: small enough to look into, and the same words in each."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from pathlib import PurePosixPath

from tests.architecture.tree import ROOT, files

APPLICATION = "platform/chatbot/"
MOST_FILES = 16
FRAMEWORKS = {"fastapi", "starlette", "pydantic"}
# Whole rooms, and files, whose subject is HTTP.
OF_HTTP = ("edge/", "demo/", "main.py", "wiring.py", "foundation/server.py")
SPEAKS_HTTP = ("routes", "schemas", "uploads", "cors")
# From the top down: a file may import its own kind in its room, and those below.
KINDS = ("wire", "routes", "schemas", "topic", "repository")


def _modules() -> list[PurePosixPath]:
    return [PurePosixPath(name) for name in files() if name.startswith(APPLICATION) and name.endswith(".py")]


def test_a_room_can_be_taken_in_at_a_glance() -> None:
    rooms: dict[str, list[str]] = defaultdict(list)
    for module in _modules():
        rooms[str(module.parent)].append(module.stem)
    crowded = {room: len(names) for room, names in rooms.items() if len(names) > MOST_FILES}
    assert not crowded, "give its parts rooms of their own"
    prefixes = {
        room: [prefix for prefix, count in Counter(map(_two_words, names)).items() if prefix and count > 1]
        for room, names in rooms.items()
    }
    assert not {room: found for room, found in prefixes.items() if found}, "a prefix of two words is a folder"


def test_only_the_edge_of_a_room_speaks_http() -> None:
    offenders = {
        f"{module}: {name}"
        for module in _modules()
        if not str(module).removeprefix(APPLICATION).startswith(OF_HTTP) and not module.stem.endswith(SPEAKS_HTTP)
        for name in _imports(module)
        if name.split(".")[0] in FRAMEWORKS and not (module.stem == "settings" and name.startswith("pydantic"))
    }
    assert not offenders


def test_inside_a_room_imports_go_from_routes_to_topics_to_the_repository() -> None:
    offenders = {
        f"{module} -> {name}"
        for module in _modules()
        for name in _imports(module)
        if _exists(name) and name.split(".")[1] == module.parts[2] and module.parts[2] not in ("edge", "foundation")
        if KINDS.index(_kind(name.rsplit(".", 1)[-1])) < KINDS.index(_kind(module.stem))
    }
    assert not offenders


def _two_words(stem: str) -> str:
    words = stem.split("_")
    return "_".join(words[:2]) if len(words) > 1 and stem != "__init__" else ""


def _kind(stem: str) -> str:
    if stem in SPEAKS_HTTP:
        return "routes" if stem != "schemas" else stem
    return next((kind for kind in KINDS if stem == kind or stem.endswith(f"_{kind}")), "topic")


def _exists(module: str) -> bool:
    return module.startswith("chatbot.") and (ROOT / "platform" / (module.replace(".", "/") + ".py")).exists()


def _imports(module: PurePosixPath) -> set[str]:
    """Modules, and what might be modules among the imported names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found
