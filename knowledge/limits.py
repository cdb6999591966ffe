"""How much one document may cost while it is parsed."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Limits of one document. Recognition (OCR) has limits of its own, which only a document that needs it is given."""

    memory_bytes: int = 800 * MEBIBYTE  # address space of the worker process
    cpu_seconds: int = 60
    wall_seconds: float = 120.0  # waiting for the worker; the consumer's own time between two parts does not count
    recognised_pages: int = 500  # scanned pages and images; 0 switches recognition off
    recognition_bytes: int = 1_600 * MEBIBYTE  # address space while pages are recognised
    page_seconds: int = 120  # added for each recognised page, to the CPU time and to the waiting,
    recognition_seconds: int = 3_600  # but never more than this for all of them
    pixels: int = 64_000_000  # of one picture as it is stored; A4 at 600 dots an inch has 35 million
    pages: int = 5_000
    inflated_bytes: int = 100 * MEBIBYTE  # what a zip container unpacks to
    entries: int = 5_000  # files in a zip container
    ratio: int = 200  # inflated to packed, for entries that inflate to more than a mebibyte
    nesting: int = 200  # tables in tables, messages in messages
    characters: int = 20_000_000  # text found, all parts together


def recognition_seconds(limits: ParseLimits, pages: int) -> int:
    """Seconds that a document is given on top for so many recognised pages."""
    return min(min(pages, limits.recognised_pages) * limits.page_seconds, limits.recognition_seconds)
