"""Does the parser find, refuse and survive what a folder's manifest says? `python benchmarks/documents.py FOLDER`.

The folder holds `manifest.jsonl`; each line names a file, what to `expect` (extract, refuse, either, safe), the
`phrases` to be found (`phrases_if_ocr` in pictures of text) and the `forbid`den ones. Files go the product's own way:
worker process, loader, chunker. A heading counts as found: it is indexed with every chunk below it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from knowledge.chunking import chunk
from knowledge.errors import DocumentError
from knowledge.loaders import suffixes
from knowledge.parsing import parse_guarded
from nlu.language import detect_language

SAFE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    passed: bool
    supported: bool
    note: str
    seconds: float
    pages: int
    recognised: int  # pages


def plain(text: str) -> str:
    """The form in which phrases are compared: NFKC, lower case, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())


def examine(folder: Path, line: dict[str, object]) -> Outcome:
    """Parse and chunk one file and compare with what its manifest line expects."""
    path = folder / str(line["file"])
    text, chunks, refusal, pages, recognised = "", "", "", 0, 0
    started = time.perf_counter()
    try:
        parts = []
        for part in parse_guarded(path, path.name):
            parts.append(part)
            pages, recognised = part.pages_total, part.pages_recognised
        sections = [section for part in parts for section in part.sections]
        text = plain("\n".join(section.text for section in sections))
        chunks = plain("\n".join(draft.text for draft in chunk(sections, language_of=detect_language)))
    except DocumentError as error:
        refusal = f"{error.code}: {error}"
    seconds = time.perf_counter() - started
    wanted = _strings(line, "phrases") + _strings(line, "phrases_if_ocr")
    missing = [phrase for phrase in wanted if plain(phrase) not in text]
    shown = [phrase for phrase in _strings(line, "forbid") if plain(phrase) in text + chunks]
    passed = not shown and seconds < SAFE_SECONDS and _meets(str(line["expect"]), bool(refusal), missing)
    note = refusal or f"{len(text)} characters"
    if missing and not refusal:
        note += f", missing {missing}"
    if shown:
        note += f", shows {shown}"
    return Outcome(passed, path.suffix.lower() in suffixes(), note, seconds, pages, recognised)


def _meets(expected: str, refused: bool, missing: list[str]) -> bool:
    if expected == "extract":
        return not refused and not missing
    if expected == "refuse":
        return refused
    return refused or not missing  # "either" and "safe"


def _strings(line: dict[str, object], key: str) -> list[str]:
    found = line.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def main() -> int:
    """Print a line a file and the totals; exit status 1 if a supported format fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds manifest.jsonl and the files it names")
    parser.add_argument("--failed", action="store_true", help="print only what fails")
    arguments = parser.parse_args()
    tally: Counter[str] = Counter()
    pdf_pages, pdf_seconds, scans, scan_seconds = 0, 0.0, 0, 0.0
    for raw in (arguments.folder / "manifest.jsonl").read_text("utf-8").splitlines():
        line = json.loads(raw)
        outcome = examine(arguments.folder, line)
        verdict = "pass" if outcome.passed else "FAIL" if outcome.supported else "not supported"
        tally[verdict] += 1
        if outcome.recognised:
            scans, scan_seconds = scans + outcome.recognised, scan_seconds + outcome.seconds
        elif line["format"] == "pdf" and outcome.pages:
            pdf_pages, pdf_seconds = pdf_pages + outcome.pages, pdf_seconds + outcome.seconds
        if not (arguments.failed and outcome.passed):
            print(f"{verdict:14}{outcome.seconds:6.2f} s  {line['expect']:8}{line['file']}: {outcome.note}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(tally.items())))
    if pdf_seconds:
        print(f"PDF: {pdf_pages} pages in {pdf_seconds:.2f} s, worker start and chunking included")
    if scans:
        print(f"recognised: {scans} pages in {scan_seconds:.2f} s, the models' loading for each file included")
    return 1 if tally["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
