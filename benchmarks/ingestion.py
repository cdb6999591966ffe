"""How fast documents become searchable, through the HTTP API: `python -m benchmarks.ingestion [--data FOLDER]`.

Two measures: Markdown documents of 4.7 kB a second, and a PDF of 100 pages of text.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from benchmarks import handbook
from benchmarks.installation import ingest, product

DOCUMENTS = 40
BYTES = 4700
PAGES = 100
LINES_A_PAGE = 40
LINE = 90  # characters


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line for each measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.ingestion", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="keep the installation here and use it again")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chatbot-ingestion-")))
        running = stack.enter_context(product(data))
        ingest(running, "Warm up", small_documents(2))
        for label, files in (
            (f"{DOCUMENTS} Markdown documents of {BYTES / 1000} kB", small_documents(DOCUMENTS)),
            (f"one PDF of {PAGES} pages", {"handbook.pdf": pdf(PAGES)}),
        ):
            before = running.server.cpu_seconds()
            knowledge_base_id, seconds = ingest(running, label, files)
            cpu = running.server.cpu_seconds() - before
            held = running.http.get(f"/v1/knowledge-bases/{knowledge_base_id}").raise_for_status().json()
            print(
                f"{label}: {seconds:.1f} s, {len(files) / seconds:.2f} documents a second, "
                f"{held['chunk_count']} chunks, {cpu:.1f} s CPU, {running.server.resident_mib():.0f} MiB"
            )
    return 0


def small_documents(count: int, languages: Sequence[str] = ("en", "zh")) -> dict[str, bytes]:
    """Distinct documents of about 4.7 kB, in these languages in turn."""
    sections = handbook.sections(count * 60)
    documents: dict[str, bytes] = {}
    position = 0
    for number in range(count):
        language = languages[number % len(languages)]
        text = f"# Volume {number}\n"
        while len(text.encode()) < BYTES:
            section = sections[position]
            position += 1
            if section.language == language:
                text += f"\n## {section.heading}\n\n{section.text}\n"
        documents[f"volume-{number}.md"] = text.encode()[:BYTES].decode(errors="ignore").encode()
    return documents


def pdf(pages: int) -> bytes:
    """Pages full of text."""
    words = iter(" ".join(part.text for part in handbook.sections(pages * 60) if part.language == "en").split())
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        for row in range(LINES_A_PAGE):
            line = ""
            while len(line) < LINE:
                line += next(words) + " "
            canvas.drawString(50, 790 - 18 * row, line.strip())
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
