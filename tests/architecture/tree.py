"""The files of the project as git would hand them to somebody else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# When the tree is not a checkout (an archive), these are what a checkout would leave out.
NOT_OURS = {".git", ".venv", "data", "dist", "__pycache__", "node_modules"}


@cache
def files() -> tuple[str, ...]:
    """Paths relative to the root, with forward slashes: what is tracked and what would be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listing.returncode == 0:
        names = set(listing.stdout.split("\0")) - {""}
    else:
        names = {path.relative_to(ROOT).as_posix() for path in _walk(ROOT)}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def text_files() -> Iterator[tuple[str, str]]:
    """Path and text of every file that is text."""
    for name in files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data:
            try:
                yield name, data.decode()
            except UnicodeDecodeError:
                continue


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.endswith("_cache"):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
