"""Bytes of unknown origin to text: UTF-8, UTF-16, GBK, GB18030, Big5, Windows-1252."""

from __future__ import annotations

import codecs
import re

from knowledge.document import StoredFile
from knowledge.errors import DocumentTooLarge, DocumentTypeMismatch
from knowledge.limits import ParseLimits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that stand for a larger set in practice, as browsers read them.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_GB_PAIR = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")  # punctuation and the 3,755 commonest simplified characters
_BIG5_PAIR = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")  # punctuation and the 5,401 commonest traditional ones
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
_STRAY_CONTROLS = 3  # control characters that a text may hold whatever its length
_SAMPLE = 1 << 18  # bytes that the guess between the Chinese sets looks at


def read_bytes(file: StoredFile, *, limits: ParseLimits) -> bytes:
    """The file's bytes, if it holds no more than a document may."""
    with file.open("rb") as stream:
        data = stream.read(limits.inflated_bytes + 1)
    if len(data) > limits.inflated_bytes:
        raise DocumentTooLarge()
    return data


def decode(data: bytes, *, declared: str | None = None) -> str:
    """`data` as text; `declared` is what the document says of itself and is believed if it fits.

    Raises DocumentTypeMismatch when this is no text at all (NUL and other control characters).
    """
    text = _decode(data, declared)
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if "\x00" in text or controls > _STRAY_CONTROLS + min(len(text), _SAMPLE) // 100:
        raise DocumentTypeMismatch("This file holds binary data, not text.", "该文件是二进制数据，不是文本。")
    return text


def decode_html(data: bytes) -> str:
    """The page as text, by byte order mark, its own declaration, or the look of the bytes."""
    head = data[:_HEAD_BYTES]
    declared = _META.search(head) or _XML.match(head)
    return decode(data, declared=declared.group(1).decode("ascii") if declared else None)


def _decode(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    for candidate in (_unmarked_utf16(data), _known(declared), "utf-8"):
        if candidate:
            try:
                return data.decode(candidate)
            except UnicodeDecodeError:
                continue
    return data.decode(_legacy(data), errors="replace")


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        return None
    if name.startswith(("utf-16", "utf-32", "utf-7")) or not _is_text_codec(name):
        return None  # a declaration that could be read as ASCII was not written in these
    return _WIDER.get(name, name)


def _is_text_codec(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, UnicodeDecodeError):
        return False  # base64, bz2, rot13, idna: codecs, but no character sets


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: its spaces, line ends and ASCII leave a zero in every pair, always on the same side."""
    sample = data[: min(4096, len(data) // 2 * 2)]
    zeros = sample.count(0)
    foreign = sum(byte >= 0x80 for byte in sample)
    # Plain ASCII with a stray NUL is no UTF-16: Latin text would be half zeros, Chinese text full of high bytes.
    if len(data) % 2 or not zeros or (zeros * 3 < len(sample) and foreign * 10 < len(sample)):
        return None
    pairs = {
        "utf-16-le": sum(high == 0 and 9 <= low < 127 for low, high in zip(sample[::2], sample[1::2], strict=True)),
        "utf-16-be": sum(high == 0 and 9 <= low < 127 for high, low in zip(sample[::2], sample[1::2], strict=True)),
    }
    encoding = max(pairs, key=lambda name: pairs[name])
    return encoding if pairs[encoding] * 100 >= len(sample) // 2 and _reads(sample, encoding) else None


def _reads(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, errors="ignore")
    plausible = sum(
        1
        for character in text
        if "\u4e00" <= character <= "\u9fff"
        or "\u3000" <= character <= "\u30ff"
        or "\uff00" <= character <= "\uffef"
        or character in "\t\r\n"
        or " " <= character <= "\u024f"
        or "\u2010" <= character <= "\u2027"
    )
    return plausible >= 0.9 * max(1, len(text))


def _legacy(data: bytes) -> str:
    sample = data[:_SAMPLE]
    pairs = len(_PAIR.findall(sample))
    if not pairs:
        return "cp1252" if _decodes(sample, "cp1252") else "latin-1"
    gb = len(_GB_PAIR.findall(_high(sample))) / pairs
    big5 = len(_BIG5_PAIR.findall(_high(sample))) / pairs
    # Western text has lone high bytes between ASCII letters; Chinese has them in unbroken pairs.
    if max(gb, big5) >= 0.7:
        return "big5hkscs" if big5 > gb + 0.02 else "gb18030"
    if gb >= 0.4 and _decodes(data, "gb18030"):
        return "gb18030"
    return "cp1252" if _decodes(sample, "cp1252") else "latin-1"


def _high(sample: bytes) -> bytes:
    """The double-byte characters alone, so that a pair is never read across the middle of another."""
    return b" ".join(_PAIR.findall(sample))


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4  # a character cut by the sample's end
    return True
