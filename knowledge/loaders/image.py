"""Pictures of text (scans, photographs, screenshots): what recognition reads from them, page by page for TIFF."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.errors import DocumentCorrupt, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.reading.outline import Outline
from knowledge.reading.recognition import LONGEST_SIDE
from knowledge.reading.scans import ScanReader, add_scan, nothing_readable

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")  # no other decoder is ever asked
_SMALL = 1_000  # pixels of the longest side: a screenshot's type is easier to find at twice its size
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error)


class ImageLoader:
    """Reads pictures through recognition. Yields a part for each page of a TIFF; of an animation, the first picture."""

    media_types: tuple[str, ...] = ("image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif")
    suffixes: tuple[str, ...] = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        scans = ScanReader(limits)
        if not scans.is_allowed:
            raise nothing_readable(looked=False)
        with file.open("rb") as stream, _opened(stream, limits) as image:
            yield from _parts(image, scans)


def _parts(image: Any, scans: ScanReader) -> Iterator[LoadedPart]:
    with _guarded():
        total = image.n_frames if image.format == "TIFF" else 1
    scans.check(total)
    outline = Outline()
    found = False
    for number in range(total):
        yield LoadedPart((), number, total, pages_recognised=scans.take_up())
        outline.move(Locator(page=number + 1 if total > 1 else None, recognised=True))
        add_scan(outline, scans.lines(_picture(image, number, scans)))
        sections = tuple(outline.sections())
        found = found or bool(sections)
        yield LoadedPart(sections, number + 1, total, pages_recognised=scans.pages)
    if not found:
        raise nothing_readable(looked=True)


def _opened(stream: BinaryIO, limits: ParseLimits) -> Any:
    from PIL import Image  # only the worker that reads a picture pays for it

    Image.MAX_IMAGE_PIXELS = limits.pixels
    with _guarded():
        return Image.open(stream, formats=_FORMATS)


@contextmanager
def _guarded() -> Iterator[None]:
    """Pillow at work: its complaints as errors of ours, its remarks on sloppy files unheard."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DocumentTooLarge(
            "This picture has far more pixels than are allowed.", "图片的像素远超允许的上限。"
        ) from error
    except _DAMAGED as error:
        raise DocumentCorrupt() from error


def _picture(image: Any, number: int, scans: ScanReader) -> Any:
    """One page, upright as its camera saw it, dark on white, at the size at which it is recognised."""
    from PIL import Image, ImageOps

    with _guarded():
        image.seek(number)
        scans.check_picture(*image.size)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked at a fraction of its size
        picture = _plain(image)
        longest = max(picture.size)
        size = LONGEST_SIDE if longest > LONGEST_SIDE else 2 * longest if longest < _SMALL else longest
        if size != longest:
            shape = tuple(max(1, round(side * size / longest)) for side in picture.size)
            picture = picture.resize(shape, Image.Resampling.BICUBIC, reducing_gap=2.0)
        picture.info = dict(image.info)
        return ImageOps.exif_transpose(picture)


def _plain(image: Any) -> Any:
    """In grey or RGB, what is transparent made white."""
    from PIL import Image

    if image.mode.startswith("I"):  # sixteen bits a pixel, of which the upper eight are seen
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("L" if image.mode in ("1", "L", "F") else "RGB")
