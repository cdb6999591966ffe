"""Rules about the source that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, files, text_files

MODULES = ("nlu/", "dialogue/", "knowledge/", "connectors/")
PRODUCT = ("platform/chatbot/", "web/", *MODULES)
UNFINISHED = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|raise Not" + r"ImplementedError|pragma: no " + r"cover"
)
# Built in pieces, so that this file does not find itself.
SLASH = "/"
OF_A_MACHINE = re.compile(
    "|".join(
        (
            rf"(?<![\w.$}}~:/-]){SLASH}(work|home|root|Users|opt){SLASH}[\w.]",
            rf"{SLASH}tmp{SLASH}(brief|ops|pip)\b",
            r"--(extra-)?index-url",
            r"--find-links",
            r"--trusted-host",
            r"\b(10|192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}:\d+/(simple|pypi|npm)",
        )
    )
)
MAY_NAME_PATHS = {
    "Dockerfile": "the image's own folders",
    "docker-compose.yml": "the containers' own folders",
}


QUERIES = {"select", "insert", "update", "delete", "exists", "text"}
# What serves no single tenant, what has its own measured statements, and the demo, which is no part of the product.
MAY_QUERY = ("platform/chatbot/foundation/", "platform/chatbot/search/rows.py", "platform/chatbot/demo/")


def test_imports_go_downwards_only() -> None:
    """The contracts in pyproject.toml, checked by import-linter."""
    command = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    result = subprocess.run([sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in text_files()
        if name.endswith((".py", ".js", ".css", ".html", ".sh", "Makefile"))
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not found


def test_the_tree_names_no_machine_and_no_private_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:160]}"
        for name, text in text_files()
        if name not in MAY_NAME_PATHS and not name.startswith("deploy/")
        for number, line in enumerate(text.splitlines(), 1)
        if OF_A_MACHINE.search(line) and name != "tests/architecture/test_source.py" and name != "scripts/lock.py"
    ]
    assert not found


def test_nothing_is_unpickled() -> None:
    """Importing pickle, or a loader that may, would let a file run code."""
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    found = [
        f"{name}: {module}"
        for name, tree in _modules(PRODUCT)
        for module in _imports(tree)
        if module.split(".")[0] in banned
    ]
    assert not found
    loads = [
        name for name, text in text_files() if name.startswith(PRODUCT) and re.search(r"allow_pickle\s*=\s*True", text)
    ]
    assert not loads
    unsafe_yaml = [
        name for name, text in text_files() if name.startswith(PRODUCT) and re.search(r"yaml\.(unsafe_)?load\(", text)
    ]
    assert not unsafe_yaml


def test_services_never_commit() -> None:
    """The edge does, or whoever must have none open across a model, a file or the network, through `database.write`."""
    assert not [
        name
        for name, text in text_files()
        if name.startswith("platform/chatbot/")
        and "/foundation/database/" not in name
        and re.search(r"\.commit\(\)", text)
    ]


def test_queries_stand_in_repositories_alone() -> None:
    """There they are scoped to a tenant by construction."""
    found = [
        name
        for name, tree in _modules(("platform/chatbot/", "web/"))
        if not name.endswith("repository.py") and not name.startswith(MAY_QUERY)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        if QUERIES & {alias.name for alias in node.names}
    ]
    assert not found


@pytest.mark.parametrize("name", [name for name in files() if name.startswith(PRODUCT) and name.endswith(".py")])
def test_importing_builds_nothing(name: str) -> None:
    """No module-level call of what reads, connects or loads: collaborators come in through __init__."""
    eager = {
        "open",
        "connect",
        "create_engine",
        "create_async_engine",
        "InferenceSession",
        "SentenceTransformer",
        "Settings",
        "create_app",
        "read_text",
        "read_bytes",
        "mkdir",
        "urlopen",
        "AsyncClient",
        "Client",
    }
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    found = [
        call
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr)
        for call in _calls(statement)
        if call in eager
    ]
    assert not found


def _modules(prefixes: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for name in files():
        if name.startswith(prefixes) and name.endswith(".py"):
            yield name, ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _calls(statement: ast.stmt) -> Iterator[str]:
    """Names of what a statement calls when it runs, not what functions inside it would."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Call):
            target = node.func
            yield target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        waiting.extend(ast.iter_child_nodes(node))
