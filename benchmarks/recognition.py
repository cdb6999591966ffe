"""How well, how fast and in how much memory scanned pages are read: `python -m benchmarks.recognition --font FONT`.

FONT is a font file with Latin and Chinese letters. A4 pages of the product handbook are drawn with it, spoilt as
scanners spoil them, wrapped into PDF files without text, and read the product's own way.
"""

from __future__ import annotations

import argparse
import difflib
import os
import resource
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.handbook import sections
from knowledge.parsing import parse_guarded

INCH = 72  # points
PAPER = (8.27, 11.69)  # inches


@dataclass(frozen=True, slots=True)
class Scan:
    """How a page was set, laid on the glass and read: dots an inch, points, degrees, spread of the noise in greys."""

    name: str
    dots: int = 150
    points: int = 11
    columns: int = 1
    tilt: float = 0.0
    turn: int = 0
    noise: float = 0.0


SCANS = (
    Scan("clean"),
    Scan("noisy", noise=20),
    Scan("two columns, tilted 1°", columns=2, tilt=-1, noise=12),
    Scan("tilted 1.5°, 200 dpi", dots=200, tilt=1.5, noise=15),
    Scan("8 points, 200 dpi", dots=200, points=8, tilt=0.7, noise=10),
    Scan("turned by 90°", turn=90, noise=8),
    Scan("turned by 180°", turn=180, noise=8),
)


def drawn(language: str, scan: Scan, font_file: Path) -> tuple[Image.Image, str]:
    """The scanned page and the text on it."""
    width, height = (round(side * scan.dots) for side in PAPER)
    size, margin = round(scan.points * scan.dots / INCH), round(0.9 * scan.dots)
    gap, pitch = round(0.35 * scan.dots), round(1.5 * size)
    font = ImageFont.truetype(font_file, size, layout_engine=ImageFont.Layout.BASIC)
    column = (width - 2 * margin - gap * (scan.columns - 1)) // scan.columns
    paper = Image.new("L", (width, height), 255)
    pen, lines = ImageDraw.Draw(paper), []
    rest = [section for section in sections(800) if section.language == language]
    for number in range(scan.columns):
        y = margin
        while y + 4 * pitch < height - margin:
            for line in _wrapped(rest.pop(0).text, font, column, " " if language == "en" else ""):
                pen.text((margin + number * (column + gap), y), line, font=font, fill=20)
                lines.append(line)
                y += pitch
            y += pitch // 2
    return _spoilt(paper, scan), "".join(lines)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, space: str) -> list[str]:
    lines = [""]
    for word in text.split(space) if space else text:
        longer = f"{lines[-1]}{space}{word}" if lines[-1] else word
        if font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _spoilt(page: Image.Image, scan: Scan) -> Image.Image:
    if scan.tilt:
        page = page.rotate(scan.tilt, fillcolor=255, resample=Image.Resampling.BICUBIC)
    if scan.noise:
        grey = np.asarray(page.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64)
        spread = np.random.default_rng(7).normal(0, scan.noise, grey.shape)
        page = Image.fromarray(np.clip(grey + spread, 0, 255).astype(np.uint8))
    return page.rotate(scan.turn, expand=True)


def read(path: Path) -> tuple[str, int]:
    """The text of a file, and the most memory that its reader took, in bytes."""
    text, peak = "", 0
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    for part in parse_guarded(path, path.name):
        text += "".join(section.text for section in part.sections)
        for child in children.read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            peak = max(peak, *(int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line))
    return text, peak


def plain(text: str) -> str:
    """Letters as they are compared: white space does not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def main() -> None:
    """Print a line a scan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--font", type=Path, required=True)
    font = parser.parse_args().font
    print(f"{'scan':28}{'letters':>8}{'found':>8}{'right':>8}{'s':>7}{'CPU s':>7}{'MiB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        for language in ("zh", "en"):
            for scan in SCANS:
                page, text = drawn(language, scan, font)
                page.save(path, "PDF", resolution=scan.dots)
                before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
                found, peak = read(path)
                seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
                cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                wanted, got = plain(text), plain(found)
                blocks = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
                same = sum(block.size for block in blocks)
                print(
                    f"{language} {scan.name:25}{len(wanted):8}{same / len(wanted):8.2%}{same / max(1, len(got)):8.2%}"
                    f"{seconds:7.1f}{cpu:7.1f}{peak / 2**20:6.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
