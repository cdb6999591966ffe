"""A PDF with as many pages as a test wants."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def write_pdf(path: Path, *, pages: int) -> Path:
    """Forty lines a page, no two pages alike."""
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(1, pages + 1):
        for line in range(40):
            text = (
                f"Machine {page}-{line} is serviced every {page + line} days and needs part number {page * 100 + line}."
            )
            canvas.drawString(60, 780 - line * 18, text)
        canvas.showPage()
    canvas.save()
    return path
