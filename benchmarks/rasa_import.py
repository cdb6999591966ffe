"""Counts what the importer finds in Rasa bots, beside what an independent parser found.

    python -m benchmarks.rasa_import FOLDER

FOLDER holds one folder a bot and EXPECTED_COUNTS.json: {bot: {count: number}}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from chatbot.exchange.conversion import convert
from chatbot.exchange.files import files_of_folder
from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices


def measure_rasa_import(folder: Path) -> dict[str, dict[str, float]]:
    """By bot: how many counts there are, how many differ, what was made, and the seconds it took."""
    expected = json.loads((folder / "EXPECTED_COUNTS.json").read_text(encoding="utf-8"))
    return {name: _measure(folder / name, counts) for name, counts in expected.items()}


def _measure(folder: Path, expected: dict[str, object]) -> dict[str, float]:
    started = time.perf_counter()
    notices = Notices()
    bot = read_rasa(files_of_folder(folder, notices), notices)
    content = convert(bot, notices)
    seconds = time.perf_counter() - started
    DialogueEngine([parse_flow(flow) for flow in content.flows])
    found = bot.counts()
    numbers = {name: count for name, count in expected.items() if isinstance(count, int)}
    wrong = {name: (count, found.get(name)) for name, count in numbers.items() if found.get(name) != count}
    print(f"{folder.name}: {len(numbers) - len(wrong)} of {len(numbers)} counts as expected, {seconds:.2f} s")
    for name, (count, given) in wrong.items():
        print(f"  {name}: expected {count}, found {given}")
    print(f"  made: {', '.join(f'{count} {name}' for name, count in content.counts().items())}")
    return {
        "counts": len(numbers),
        "wrong": len(wrong),
        "flows": len(content.flows),
        "notices": len(notices.sorted()) + notices.omitted,
        "seconds": seconds,
    }


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    measured = measure_rasa_import(Path(sys.argv[1]))
    return int(any(bot["wrong"] for bot in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
