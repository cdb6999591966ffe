"""No two files need each other: each can be read, tested and taken out without the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from tests.architecture.tree import ROOT, files

PACKAGES = ("chatbot", "nlu", "dialogue", "knowledge", "connectors", "web")


def test_no_import_leads_back_to_where_it_began() -> None:
    """Also through what is imported for types alone, or inside a function: both only hide a circle from Python."""
    modules = _modules()
    imports = {module: set(_imports(name, modules)) & modules.keys() - {module} for module, name in modules.items()}
    assert {module.split(".")[0] for module in modules} == set(PACKAGES)
    assert not [sorted(modules[one] for one in circle) for circle in _circles(imports)]


def test_a_circle_of_three_is_seen() -> None:
    imports = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": set[str]()}
    assert [sorted(circle) for circle in _circles(imports)] == [["a", "b", "c"]]


def _modules() -> dict[str, str]:
    """Dotted name to file."""
    found: dict[str, str] = {}
    for name in files():
        parts = PurePosixPath(name.removeprefix("platform/")).with_suffix("").parts
        if name.endswith(".py") and parts[0] in PACKAGES:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = name
    return found


def _imports(name: str, modules: Mapping[str, str]) -> Iterator[str]:
    """What a file names: a package's `__init__` counts where something is taken from it, not on the way below it."""
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{name} imports relatively"
            below = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (each if each in modules else node.module for each in below)


def _circles(imports: Mapping[str, set[str]]) -> list[set[str]]:
    """Groups of more than one in which each leads to each."""
    reached = {module: _reached(module, imports) for module in imports}
    circles: list[set[str]] = []
    for module in imports:
        circle = {other for other in reached[module] if module in reached[other]}
        if len(circle) > 1 and circle not in circles:
            circles.append(circle)
    return circles


def _reached(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        for module in imports[waiting.pop()] - found:
            found.add(module)
            waiting.append(module)
    return found
