"""Documents made in code: small real files of each format, in Chinese and English, sound and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE_FONT = "STSong-Light"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>"""
_NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
</w:numbering>"""


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """A file of that content; text is written as UTF-8."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def pdf(draw: Callable[[Canvas], None], *, password: str | None = None) -> bytes:
    """A PDF that `draw` fills; the first page is begun."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    buffer = io.BytesIO()
    encrypt = None
    if password:
        from reportlab.lib.pdfencrypt import StandardEncryption

        encrypt = StandardEncryption(password, ownerPassword=f"{password}-owner")
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def pdf_of_pages(pages: Sequence[Sequence[str]], *, size: float = 11, font: str = "Helvetica") -> bytes:
    """A PDF whose pages hold the given lines, one below the other; a line that begins with `# ` is set large."""

    def draw(canvas: Canvas) -> None:
        for lines in pages:
            y = 780.0
            for line in lines:
                large = line.startswith("# ")
                canvas.setFont(font, size * 1.6 if large else size)
                canvas.drawString(72, y, line.removeprefix("# "))
                y -= size * (2.4 if large else 1.3)
            canvas.showPage()

    return pdf(draw)


def archive(entries: Mapping[str, bytes | str]) -> bytes:
    """A zip of these entries, deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return buffer.getvalue()


def docx(body: str, *, prologue: str = "", extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """A Word document with this body; `prologue` stands before the root, where a hostile one declares entities."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<w:document {W}><w:body>{body}</w:body></w:document>'
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": document,
            "word/styles.xml": _STYLES,
            "word/numbering.xml": _NUMBERING,
            **(extra or {}),
        }
    )


def paragraph(text: str, *, style: str = "", list_id: int = 0, run: str = "") -> str:
    """A paragraph of one run; `run` holds its properties."""
    numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>' if list_id else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{numbering}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Word table of plain cells."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def _relations(targets: Sequence[str]) -> str:
    found = (f'<Relationship Id="r{n}" Target="{target}"/>' for n, target in enumerate(targets, start=1))
    return f"<Relationships>{''.join(found)}</Relationships>"


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[str]]], *, hidden: Sequence[str] = (), extra: Mapping[str, str] | None = None
) -> bytes:
    """A workbook; a cell is text, or XML that begins with `<c`."""
    entries: dict[str, bytes | str] = {}
    listed = ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        state = 'state="hidden" ' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{number}" {state}r:id="r{number}"/>'
        body = ""
        for row in rows:
            cells = (c if c.startswith("<c") else f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row)
            body += f"<row>{''.join(cells)}</row>"
        entries[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {_S}><sheetData>{body}</sheetData></worksheet>"
    entries["xl/workbook.xml"] = f"<workbook {_S} {_R}><sheets>{listed}</sheets></workbook>"
    targets = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    entries["xl/_rels/workbook.xml.rels"] = _relations(targets)
    return archive({**entries, **(extra or {})})


def shape(text: str, *, kind: str = "", hidden: bool = False) -> str:
    """A shape of one paragraph; `kind` makes it a placeholder."""
    placeholder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" hidden="{int(hidden)}"/>{placeholder}</p:nvSpPr>'
        f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def pptx(slides: Sequence[str], *, notes: str = "", hidden: Sequence[int] = ()) -> bytes:
    """A presentation of these slides' shapes; `notes` are those of the first."""
    entries: dict[str, bytes | str] = {}
    listed = ""
    for number, shapes in enumerate(slides, start=1):
        listed += f'<p:sldId id="{255 + number}" r:id="r{number}"/>'
        show = ' show="0"' if number in hidden else ""
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        entries[f"ppt/slides/slide{number}.xml"] = f"<p:sld {_P}{show}>{tree}</p:sld>"
    if notes:
        entries["ppt/slides/_rels/slide1.xml.rels"] = _relations(["../notesSlides/notesSlide1.xml"])
        tree = f"<p:cSld><p:spTree>{shape(notes, kind='body')}</p:spTree></p:cSld>"
        entries["ppt/notesSlides/notesSlide1.xml"] = f"<p:notes {_P}>{tree}</p:notes>"
    entries["ppt/presentation.xml"] = f"<p:presentation {_P} {_R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    targets = [f"slides/slide{number}.xml" for number in range(1, len(slides) + 1)]
    entries["ppt/_rels/presentation.xml.rels"] = _relations(targets)
    return archive(entries)


def epub(chapters: Sequence[str], *, title: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """A book of these chapters."""
    numbers = range(1, len(chapters) + 1)
    items = "".join(
        f'<item id="c{n}" href="text/chapter%20{n}.xhtml" media-type="application/xhtml+xml"/>' for n in numbers
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in reversed(numbers))
    metadata = f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata>'
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
            "OPS/book.opf": f"<package>{metadata}<manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/text/chapter {n}.xhtml": page for n, page in zip(numbers, chapters, strict=True)},
            **(extra or {}),
        }
    )
