"""What the product imports is what it declares: a package that happens to be installed here is missing elsewhere."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.test_dependencies import BASE, PROJECT
from tests.architecture.tree import ROOT, files

OWN = {"chatbot", "nlu", "dialogue", "knowledge", "connectors", "web", "tests", "benchmarks", "scripts"}
PRODUCT = ("platform/chatbot/", "web/", "nlu/", "dialogue/", "knowledge/", "connectors/", "migrations/")
LOCAL_MODELS = [Requirement(text) for text in PROJECT["optional-dependencies"]["local-models"]]
# Installed by a declared package because it cannot do without, and part of that package's own interface.
COMES_WITH = {
    "starlette": "fastapi",
    "anyio": "fastapi",
    "markupsafe": "jinja2",
    "scipy": "scikit-learn",
    "threadpoolctl": "scikit-learn",
    "httpcore": "httpx",
    "protobuf": "onnx",
}


def test_the_product_imports_only_what_the_base_declares() -> None:
    allowed: set[str] = {canonicalize_name(need.name) for need in BASE}
    undeclared: dict[str, set[str]] = {}
    for name, package in _imported():
        distributions: set[str] = {canonicalize_name(one) for one in PROVIDERS.get(package, [package])}
        distributions |= {COMES_WITH.get(one, one) for one in distributions}
        if not distributions & allowed:
            undeclared.setdefault(package, set()).add(name)
    extra = {canonicalize_name(need.name).replace("-", "_") for need in LOCAL_MODELS}
    # Those are loaded where they are called, by the embedder or the reranker that needs them.
    assert undeclared.keys() <= extra, undeclared
    assert {name.split("/")[0] for names in undeclared.values() for name in names} == {"knowledge"}


def test_what_only_an_extra_brings_is_not_imported_at_the_top() -> None:
    extra = {canonicalize_name(need.name).replace("-", "_") for need in LOCAL_MODELS}
    top = [
        (name, package)
        for name in files()
        if name.startswith(PRODUCT) and name.endswith(".py")
        for statement in ast.parse((ROOT / name).read_text(encoding="utf-8")).body
        for package in _packages(statement)
        if package in extra
    ]
    assert not top


PROVIDERS = metadata.packages_distributions()


def _imported() -> Iterator[tuple[str, str]]:
    """File and top-level package, for imports anywhere and for data read out of installed packages."""
    for name in files():
        if not name.startswith(PRODUCT) or not name.endswith(".py"):
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        found = {package for node in ast.walk(ast.parse(text)) for package in _packages(node)}
        found |= set(re.findall(r"\bfiles\(\"(\w+)", text))
        for package in sorted(found - OWN - set(sys.stdlib_module_names)):
            yield name, package


def _packages(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        yield node.module.split(".")[0]
