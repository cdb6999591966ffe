"""Write both lock files from pyproject.toml; runs inside `.venv`, which holds pip-compile.

The locks name versions and nothing of the machine that resolved them: no index, no folder of wheels, no local
version label. torch is pinned without the CUDA packages that one of its builds needs: those differ by build, and
pip takes them, or not, with the torch that it finds.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.environment import BIN, LOCKS, ROOT

EXTRAS = {"base": [], "all": ["local-models", "dev"]}
BUILD_SPECIFIC = re.compile(r"^(nvidia-|cuda-|triton\b|pytorch-triton)")
LOCAL_VERSION = re.compile(r"[+][\w.]+")
HEADER = "# Made by `make lock` from pyproject.toml; change that and run it again.\n"


def main() -> int:
    """Resolve "all" first and "base" within it, so that the two agree."""
    with tempfile.TemporaryDirectory() as folder:
        everything = resolve("all", Path(folder), [])
        base = resolve("base", Path(folder), ["--constraint", str(everything)])
        LOCKS["all"].write_text(HEADER + portable(everything.read_text()))
        LOCKS["base"].write_text(HEADER + portable(base.read_text()))
    for lock in LOCKS.values():
        print(f"{lock.name}: {lock.read_text().count('==')} packages")
    return 0


def resolve(name: str, folder: Path, options: list[str]) -> Path:
    """pip-compile's answer for the extras of one lock."""
    output = folder / f"{name}.txt"
    kept = LOCKS[name]
    if kept.exists():
        output.write_text(kept.read_text())  # keeps the pins that still hold; `make lock UPGRADE=1` drops them
    extras = [option for extra in EXTRAS[name] for option in ("--extra", extra)]
    quiet = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--strip-extras"]
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    arguments = [*quiet, *upgrade, *extras, *options, "--output-file", str(output), str(ROOT / "pyproject.toml")]
    subprocess.run([str(BIN / "pip-compile"), *arguments], cwd=ROOT, check=True)
    return output


def portable(resolved: str) -> str:
    """Only exact public versions, one a line."""
    pins = [line.strip() for line in resolved.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    return "".join(f"{LOCAL_VERSION.sub('', pin)}\n" for pin in pins if not BUILD_SPECIFIC.match(pin))


if __name__ == "__main__":
    sys.exit(main())
