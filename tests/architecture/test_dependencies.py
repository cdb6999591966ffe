"""One truth about what is installed: pyproject.toml, both locks, environment.yml and docs/dependencies.md agree."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.environment import LOCKS, locked
from scripts.lock import portable
from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BASE = [Requirement(text) for text in PROJECT["dependencies"]]
EXTRAS = [Requirement(text) for texts in PROJECT["optional-dependencies"].values() for text in texts]


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS.keys())
def test_a_lock_holds_exact_versions_and_nothing_of_the_machine_that_made_it(lock: Path) -> None:
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*( ; .*)?", line)]


def test_locks_agree() -> None:
    base, everything = locked(LOCKS["base"]), locked(LOCKS["all"])
    assert base.items() <= everything.items()


@pytest.mark.parametrize(("lock", "wanted"), [("base", BASE), ("all", BASE + EXTRAS)])
def test_a_lock_satisfies_every_direct_dependency(lock: str, wanted: list[Requirement]) -> None:
    pins = locked(LOCKS[lock])
    missing = [
        str(need)
        for need in wanted
        if not need.specifier.contains(pins.get(canonicalize_name(need.name), "0!0"), prereleases=True)
    ]
    assert not missing, "run `make lock`"


def test_the_base_lock_is_lean() -> None:
    """The default models are served by ONNX Runtime: torch comes only with the extra."""
    heavy = {"torch", "transformers", "sentence-transformers", "pytest", "playwright"}
    assert not heavy & locked(LOCKS["base"]).keys()
    assert locked(LOCKS["all"])["torch"] == "2.13.0"


def test_no_lock_pins_what_only_one_build_of_torch_needs() -> None:
    resolved = "torch==2.13.0+cpu\nnvidia-cublas==13.0.0.19\ntriton==3.4.0\ncuda-toolkit==13.0\n# why\nnumpy==2.4.6\n"
    assert portable(resolved) == "torch==2.13.0\nnumpy==2.4.6\n"


def test_what_is_installed_is_what_is_locked() -> None:
    """Whoever tests other versions than the locked ones tests another product."""
    different = {
        name: (pin, metadata.version(name))
        for name, pin in locked(LOCKS["all"]).items()
        if metadata.version(name).split("+")[0] != pin
    }
    assert not different, "run `make test`, or `make lock` when pyproject.toml changed"


def test_conda_installs_python_and_pip_and_leaves_the_rest_to_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *conda, by_pip = environment["dependencies"]
    assert conda == ["python=3.11", "pip"]
    assert by_pip == {"pip": ["-r requirements-all.lock", "-e ."]}
    assert environment["channels"] == ["conda-forge"]
    assert PROJECT["requires-python"] == ">=3.11,<3.12"


def test_each_direct_dependency_has_one_line_that_says_why() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    named = re.findall(r"^\| `([\w.\[\]-]+)` \|", page, flags=re.MULTILINE)
    wanted = sorted({canonicalize_name(need.name) for need in BASE + EXTRAS})
    assert sorted(canonicalize_name(re.sub(r"\[.*", "", name)) for name in named) == wanted


def test_nothing_in_the_base_lock_obliges_its_users_to_publish_their_source() -> None:
    """Companies build on this; a licence that spreads would decide for them."""
    spreading = {}
    for name in locked(LOCKS["base"]):
        about = metadata.metadata(name)
        said = [text[:80] for key in ("License-Expression", "License") for text in about.get_all(key, [])]
        said += [text for text in about.get_all("Classifier", []) if text.startswith("License")]
        if re.search(r"(?<!L)(?<!Lesser )\b[AL]?GPL|GNU (Affero )?General", " ".join(said)):
            spreading[name] = said
    assert not spreading
