"""The contract of every loader in the registry, and the choice among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.document import DocumentLoader, Locator
from knowledge.errors import (
    DocumentCorrupt,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentTooLarge,
    DocumentTypeMismatch,
    DocumentTypeUnsupported,
)
from knowledge.limits import ParseLimits
from knowledge.loaders import LOADERS, identify, suffixes
from tests import factories_documents as make
from tests import factories_pictures as pictures

SAMPLES = {
    ".pdf": make.pdf_of_pages([["Annual leave is 15 days."]]),
    ".docx": make.docx(make.paragraph("Annual leave is 15 days.")),
    ".html": b"<p>Annual leave is 15 days.</p>",
    ".md": b"Annual leave is 15 days.",
    ".txt": b"Annual leave is 15 days.",
    ".xlsx": make.xlsx({"Leave": [["Annual leave is 15 days."]]}),
    ".csv": b"Annual leave is 15 days.",
    ".pptx": make.pptx([make.shape("Annual leave is 15 days.")]),
    ".epub": make.epub(["<p>Annual leave is 15 days.</p>"]),
    ".eml": b"From: a@example.com\r\n\r\nAnnual leave is 15 days.\r\n",
    ".png": pictures.encoded(pictures.page(["Annual leave is 15 days."])),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: type(loader).__name__)
def test_every_loader_reads_a_sample_of_its_format_into_located_text(loader: DocumentLoader, tmp_path: Path) -> None:
    suffix = loader.suffixes[0]
    path = make.write(tmp_path, "stored", SAMPLES[suffix])
    assert identify(path, f"Handbook{suffix.upper()}") is loader
    parts = list(loader.load(path))
    assert "Annual leave is 15 days." in "".join(section.text for part in parts for section in part.sections)
    assert parts[-1].pages_done == parts[-1].pages_total


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: type(loader).__name__)
def test_no_two_loaders_claim_one_suffix(loader: DocumentLoader) -> None:
    assert all(suffixes().count(suffix) == 1 for suffix in loader.suffixes)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in loader.suffixes)
    assert loader.media_types


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: type(loader).__name__)
def test_every_loader_refuses_random_bytes_with_a_document_error(loader: DocumentLoader, tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", bytes(range(256)) * 8)
    with pytest.raises(DocumentError):
        list(loader.load(path))


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.txt", b"", DocumentEmpty),
        ("program.exe", b"MZ\x90\x00", DocumentTypeUnsupported),
        ("notes.xyz", b"plain enough", DocumentTypeUnsupported),
        ("report.pdf", b"just text", DocumentTypeMismatch),
        ("report.docx", SAMPLES[".pdf"], DocumentTypeMismatch),
        ("report.txt", SAMPLES[".pdf"], DocumentTypeMismatch),
        ("report.txt", SAMPLES[".docx"], DocumentTypeMismatch),
        ("report.docx", make.archive({"xl/workbook.xml": "<a/>"}), DocumentTypeMismatch),
        ("report.docx", make.archive({"readme": "x"}), DocumentTypeMismatch),
        ("nul.txt", b"text with a NUL\x00 in the middle of it", DocumentTypeMismatch),
        ("nul.md", b"\x00\x01\x02\x03\x04\x05\x06\x07", DocumentTypeMismatch),
        ("image.html", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", DocumentTypeMismatch),
        ("program.png", b"MZ\x90\x00" * 40, DocumentTypeMismatch),
        ("scan.pdf", SAMPLES[".png"], DocumentTypeMismatch),
        ("scan.png", SAMPLES[".pdf"], DocumentTypeMismatch),
        ("drawing.svg", b"<svg/>", DocumentTypeUnsupported),
        ("old.doc", OLE, DocumentTypeUnsupported),
        ("old.docx", OLE, DocumentTypeMismatch),
        ("secret.docx", OLE + "EncryptedPackage".encode("utf-16-le"), DocumentEncrypted),
        ("cut.docx", SAMPLES[".docx"][:300], DocumentCorrupt),
        ("cut.zip", SAMPLES[".docx"][:300], DocumentTypeUnsupported),
        ("nested.zip", make.archive({"inner.zip": make.archive({"a": "b"})}), DocumentTypeUnsupported),
        ("slip.zip", make.archive({"../../evil.txt": "out"}), DocumentTypeUnsupported),
        ("many.docx", make.archive({f"word/{n}": "" for n in range(6000)}), DocumentTooLarge),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_content(
    name: str, data: bytes, error: type[DocumentError], tmp_path: Path
) -> None:
    path = make.write(tmp_path, "stored", data)
    with pytest.raises(error) as caught:
        identify(path, name)
    text = caught.value.text
    assert text.en and text.zh
    assert text.zh != text.en


def test_a_file_without_suffix_is_read_by_its_content(tmp_path: Path) -> None:
    for suffix, data in SAMPLES.items():
        expected = ".txt" if suffix in (".html", ".md", ".csv", ".eml") else suffix
        assert expected in identify(make.write(tmp_path, "stored", data), "upload").suffixes
    page = make.write(tmp_path, "page", b"<!DOCTYPE html><p>x</p>")
    assert ".html" in identify(page, "upload").suffixes


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_a_picture_is_one_under_the_name_of_any_picture(kind: str, tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", pictures.encoded(pictures.page(["Leave"]), kind))
    for name in ("scan.jpg", "scan.PNG", "scan.tiff", "scan"):
        assert ".png" in identify(path, name).suffixes


def test_text_that_begins_like_a_bitmap_is_text(tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", "BM is the short form of the Bureau of Measures, which keeps the standards.")
    assert ".txt" in identify(path, "measures.txt").suffixes


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".docm", ".docx"), (".xlsm", ".xlsx"), (".pptm", ".pptx"), (".ppsx", ".pptx")]
)
def test_office_files_with_macros_are_read_like_those_without(suffix: str, kind: str, tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", SAMPLES[kind])
    assert kind in identify(path, f"Budget{suffix}").suffixes
    with pytest.raises(DocumentCorrupt):
        identify(make.write(tmp_path, "cut", SAMPLES[kind][:60]), f"Budget{suffix}")


def test_hostile_file_names_are_only_looked_at_for_their_suffix(tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", b"text")
    for name in ("../../etc/passwd.txt", "C:\\windows\\a.TXT", "/abs/ol.ute.txt", "nul\x00byte.txt", "中文 名.txt"):
        assert ".txt" in identify(path, name).suffixes


def test_a_container_that_claims_to_be_zip64_is_not_opened(tmp_path: Path) -> None:
    data = SAMPLES[".docx"]
    end = data.rindex(b"PK\x05\x06")
    path = make.write(tmp_path, "stored", data[:end] + b"PK\x06\x07" + bytes(16) + data[end:])
    with pytest.raises(DocumentTooLarge):
        identify(path, "big.docx")


def test_the_limit_on_plain_bytes_holds_for_text_formats(tmp_path: Path) -> None:
    limits = ParseLimits(inflated_bytes=10)
    for suffix in (".html", ".md", ".txt"):
        path = make.write(tmp_path, "stored", SAMPLES[suffix])
        with pytest.raises(DocumentTooLarge):
            list(identify(path, f"a{suffix}").load(path, limits=limits))


def test_a_locator_survives_its_json_form() -> None:
    for locator in (Locator(), Locator(page=3, heading=("A", "B")), Locator(sheet="人员", row=7), Locator(slide=2)):
        assert Locator.from_json(locator.to_json()) == locator
    assert Locator().to_json() == {}
