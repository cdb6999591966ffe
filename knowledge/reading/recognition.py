"""Text recognition (OCR) of one picture: lines of text with their places, by PP-OCR models that run in this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from knowledge.errors import DocumentTooLarge
from knowledge.reading.cleaning import one_line

LONGEST_SIDE = 2_000  # pixels: an A4 page at 170 dots an inch

_DETECTION_SIDE = 1_600  # pixels, to which the picture is shrunk to find lines; they are read at its full size
_LEAST_SCORE = 0.6  # of a line, 0 to 1; below, it is a guess
_LEAST_SCORE_SHORT = 0.8  # of one or two characters, which specks and borders are taken for
_SIDEWAYS = 1.5  # height to width of a box from which its line runs up or down the page
_SAMPLE = 3  # the longest lines, by which a page that stands on its head is known
_SURE = 0.9  # mean score of lines that are the right way up
_MOST_STRETCHED = 80  # width to height; beyond it are rules and borders
_LARGEST_STROKE = 2.0  # times the usual height of a line, of a character that stands alone
_SPARSE = 0.04  # share of a page that lines cover, below which it is looked at piece by piece
_BLOCK = 8  # pixels of the sides of the squares in which a page is searched for marks
_MARKED = 12  # shades of 256 that a marked square differs from the usual one
_SHORE = 12  # squares of white left around a piece
_OUT_OF_MEMORY = ("bad_alloc", "allocate memory", "insufficient memory", "failed to map segment")


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line and the corners of its box, clockwise from where its text begins; pixels, the origin at the upper left."""

    text: str
    corners: tuple[tuple[float, float], ...]


class Recogniser:
    """Reads Chinese and English, on one thread. The models travel in the package `rapidocr`; nothing is fetched."""

    def __init__(self) -> None:
        with _within_memory():
            self._load()

    def _load(self) -> None:
        import rapidocr
        from rapidocr.utils.process_img import get_rotate_crop_image

        models = Path(rapidocr.__file__).parent / "models"
        self._crop = get_rotate_crop_image
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,  # scaled by the caller
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),  # given a path, it downloads nothing
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECTION_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, image: Any) -> list[RecognisedLine]:
        """The readable lines of a PIL image in no particular order; its sides must not exceed `LONGEST_SIDE`.

        Of a page that lies on its side or stands on its head, the places are those on the page set upright. Raises
        DocumentTooLarge when memory does not suffice.
        """
        import numpy as np

        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])  # the models know BGR
        with _within_memory():
            boxes = sorted(self._boxes(pixels), key=_length, reverse=True)
            if 2 * sum(_length(box) for box in boxes if _is_sideways(box)) > sum(map(_length, boxes)):
                # To the left, which puts columns of upright Chinese, too, in the order in which they are read.
                pixels, boxes = _turned(pixels, boxes)
            read = self._read(pixels, boxes[:_SAMPLE])
            if _sureness(read) < _SURE:
                other_pixels, other_boxes = _turned(*_turned(pixels, boxes))
                other = self._read(other_pixels, other_boxes[:_SAMPLE])
                if _sureness(other) > _sureness(read):
                    pixels, boxes, read = other_pixels, other_boxes, other
            read += self._read(pixels, boxes[len(read) :])
        sure = [(box, text) for box, (text, score) in zip(boxes, read, strict=True) if _is_sure(text, score)]
        return [RecognisedLine(text, _corners(box)) for box, text in _without_strokes(sure)]

    def _boxes(self, pixels: Any) -> list[Any]:
        found = self._found(pixels)
        if sum(_length(box) * _thickness(box) for box in found) > _SPARSE * pixels.shape[0] * pixels.shape[1]:
            return found
        # On a page of much white and few words the model sees less than on what is cut out around them.
        closer = [box + corner for corner, island in _islands(pixels) for box in self._found(island)]
        return closer if sum(map(_length, closer)) > sum(map(_length, found)) else found

    def _found(self, pixels: Any) -> list[Any]:
        found = self._engine(pixels, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if found is None else [box for box in found if _length(box) <= _MOST_STRETCHED * _thickness(box)]

    def _read(self, pixels: Any, boxes: Sequence[Any]) -> list[tuple[str, float]]:
        """The text in each box and how sure it is, 0 to 1."""
        read = []
        for box in boxes:
            found = self._engine(self._crop(pixels, box.copy()), use_det=False, use_cls=False, use_rec=True)
            read.append((one_line(found.txts[0]), float(found.scores[0])) if found.txts else ("", 0.0))
        return read


@contextmanager
def _within_memory() -> Iterator[None]:
    """Raises DocumentTooLarge for what native libraries say, each in its own words, when memory is at an end."""
    try:
        yield
    except Exception as error:
        if any(sign in str(error).lower() for sign in _OUT_OF_MEMORY):
            raise DocumentTooLarge() from error
        raise


def _islands(pixels: Any) -> list[tuple[Any, Any]]:
    """The pieces of a page that hold something, one below the other, and the upper left corner of each."""
    import numpy as np

    height, width = (side // _BLOCK for side in pixels.shape[:2])
    grey = pixels[: height * _BLOCK, : width * _BLOCK].mean(axis=2)
    blocks = grey.reshape(height, _BLOCK, width, _BLOCK).mean(axis=(1, 3))
    marked = np.abs(blocks - np.median(blocks)) > _MARKED
    rows = np.flatnonzero(marked.any(axis=1))
    islands = []
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > 2 * _SHORE) + 1) if len(rows) else ():
        columns = np.flatnonzero(marked[run[0] : run[-1] + 1].any(axis=0))
        top, left = (max(0, int(first - _SHORE)) * _BLOCK for first in (run[0], columns[0]))
        bottom, right = (int(last + 1 + _SHORE) * _BLOCK for last in (run[-1], columns[-1]))
        corner = np.array([left, top], dtype=np.float32)
        islands.append((corner, np.ascontiguousarray(pixels[top:bottom, left:right])))
    return islands


def _turned(pixels: Any, boxes: Sequence[Any]) -> tuple[Any, list[Any]]:
    """A picture and its boxes a quarter to the left."""
    import numpy as np

    width = pixels.shape[1]
    turned = []
    for box in boxes:
        corners = np.stack([box[:, 1], width - box[:, 0]], axis=1).astype(np.float32)
        turned.append(np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0))
    return np.ascontiguousarray(np.rot90(pixels)), turned


def _is_sure(text: str, score: float) -> bool:
    return score >= (_LEAST_SCORE if len(text) > 2 else _LEAST_SCORE_SHORT) and any(map(str.isalnum, text))


def _without_strokes(lines: Sequence[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Lines but for single characters out of scale with the rest: borders of figures are read as 一, 口 or l."""
    words = [_thickness(box) for box, text in lines if len(text) > 1]
    largest = _LARGEST_STROKE * median(words) if words else 0.0
    return [(box, text) for box, text in lines if len(text) > 1 or _length(box) <= largest]


def _corners(box: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in box)


def _sureness(read: Sequence[tuple[str, float]]) -> float:
    """How sure these lines are on average, 1 where there are none."""
    return sum(score for _, score in read) / len(read) if read else 1.0


def _is_sideways(box: Any) -> bool:
    return bool(_side(box, 0, 3) >= _SIDEWAYS * _side(box, 0, 1))


def _length(box: Any) -> float:
    return max(_side(box, 0, 1), _side(box, 0, 3))


def _thickness(box: Any) -> float:
    return max(1.0, min(_side(box, 0, 1), _side(box, 0, 3)))


def _side(box: Any, start: int, end: int) -> float:
    return float(((box[start] - box[end]) ** 2).sum() ** 0.5)
