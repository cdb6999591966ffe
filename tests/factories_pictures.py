"""Pictures of text made in code: scans, photographs of pages, and what only pretends to be one."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests import factories_documents as make

# A line of Chinese, drawn once with a font that not every machine has: 员工每年享有十五天带薪年假。
CHINESE_SCAN = Path(__file__).parent / "pictures" / "annual_leave_zh.png"


def page(lines: Sequence[str], *, size: int = 24, width: int = 760, height: int | None = None) -> Image.Image:
    """Dark text on white paper, a line below the other."""
    pitch = round(1.6 * size)
    paper = Image.new("L", (width, height or pitch * (len(lines) + 2)), 255)
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size)
    for row, line in enumerate(lines, start=1):
        pen.text((size, row * pitch), line, font=font, fill=10)
    return paper


def encoded(picture: Image.Image, kind: str = "PNG", *, more: Sequence[Image.Image] = ()) -> bytes:
    """The picture as a file; `more` are the further pages of a TIFF or PDF, the further pictures of a GIF."""
    buffer = io.BytesIO()
    options = {"save_all": True, "append_images": list(more)} if more else {}
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def scanned_pdf(*pages: Image.Image) -> bytes:
    """A PDF whose pages hold a picture each and no text."""
    return encoded(pages[0], "PDF", more=pages[1:])


def mixed_pdf(pages: Sequence[tuple[str, Image.Image | None]]) -> bytes:
    """A PDF whose pages hold a line of text, a picture, or both."""

    def draw(canvas: Canvas) -> None:
        for text, picture in pages:
            if picture is not None:
                canvas.drawImage(ImageReader(picture), 36, 200, width=520, height=520 * picture.height / picture.width)
            if text:
                canvas.drawString(72, 780, text)
            canvas.showPage()

    return make.pdf(draw)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes whose header says that they unpack to that many pixels."""

    def block(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + block(b"IHDR", header) + block(b"IDAT", zlib.compress(bytes(1000))) + block(b"IEND", b"")
    )
