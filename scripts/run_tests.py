"""Run the whole suite beside its services; runs inside `.venv`. Arguments go to pytest, whose line is the last."""

from __future__ import annotations

import os
import subprocess
import sys

from scripts.environment import BIN, ROOT
from scripts.services import services


def main() -> int:
    """pytest's own exit status."""
    fetched = subprocess.run([str(BIN / "chatbot"), "models", "fetch"], cwd=ROOT, stdin=subprocess.DEVNULL)
    if fetched.returncode != 0:
        return fetched.returncode
    with services() as urls:
        # Files stay whole, since their tests share what is slow to make. At most two processes: each starts a demo.
        spread = ["-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadfile"]
        command = [str(BIN / "python"), "-m", "pytest", "-p", "scripts.no_skips", *spread, *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **urls}, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
