"""Files of each format, made by hand: a test says what is in them, and no program's oddities are needed for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[object]]

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_PACKAGE}"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive with these parts, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def a_docx(body: str) -> bytes:
    """A Word file with this body; see `word_heading`, `word_paragraph`, `word_table`."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in (1, 2, 3)
    )
    main = f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/>'
    return zipped(
        {
            "[Content_Types].xml": _TYPES.format(main),
            "_rels/.rels": _RELATIONS.format(
                f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            ),
            "word/_rels/document.xml.rels": _RELATIONS.format(
                f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            ),
            "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
            "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        }
    )


def word_paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Rows, spans: Mapping[tuple[int, int], str] | None = None) -> str:
    """A table; `spans` gives cells their properties: `<w:gridSpan w:val="2"/>`."""
    spans = spans or {}
    lines = []
    for at, row in enumerate(rows):
        cells = "".join(
            f"<w:tc><w:tcPr>{spans.get((at, column), '')}</w:tcPr>{word_paragraph(str(cell))}</w:tc>"
            for column, cell in enumerate(row)
        )
        lines.append(f"<w:tr>{cells}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def an_xlsx(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """A workbook with these sheets, cells of which are merged: `{"Prices": ["A1:C1"]}`."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in (merged or {}).get(name, ()):
            sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def an_ods(sheets: Mapping[str, Rows]) -> bytes:
    tables = "".join(
        f'<table:table table:name="{name}">{_odf_rows(rows)}</table:table>' for name, rows in sheets.items()
    )
    return _odf("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def an_odt(body: str) -> bytes:
    """An OpenDocument text with this body, in its own elements."""
    return _odf("text", f"<office:text>{body}</office:text>")


def odt_table(rows: Rows) -> str:
    return f'<table:table table:name="T">{_odf_rows(rows)}</table:table>'


def _odf_rows(rows: Rows) -> str:
    return "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )


def _odf(kind: str, body: str) -> bytes:
    mime_type = f"application/vnd.oasis.opendocument.{kind}"
    content = f"<office:document-content {_ODF}><office:body>{body}</office:body></office:document-content>"
    manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    return zipped(
        {
            "mimetype": mime_type,
            "META-INF/manifest.xml": f"<manifest:manifest {manifest}/>",
            "content.xml": content,
        }
    )


def a_pptx(*slides: tuple[str, Sequence[str], Rows]) -> bytes:
    """Slides, each with title, lines and a table (empty for none)."""
    a, p = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    names = f'xmlns:a="{a}" xmlns:p="{p}" xmlns:r="{_OFFICE}"'
    parts: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES.format("")}
    ids = "".join(f'<p:sldId id="{256 + at}" r:id="r{at}"/>' for at in range(len(slides)))
    parts["ppt/presentation.xml"] = f"<p:presentation {names}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = _RELATIONS.format(
        "".join(
            f'<Relationship Id="r{at}" Type="{_OFFICE}/slide" Target="slides/slide{at + 1}.xml"/>'
            for at in range(len(slides))
        )
    )
    for at, (title, lines, rows) in enumerate(slides):
        shapes = _shape("title", [title]) + _shape("body", lines)
        if rows:
            cells = "".join(
                f"<a:tr>{''.join(f'<a:tc><a:txBody>{_slide_line(str(cell))}</a:txBody></a:tc>' for cell in row)}</a:tr>"
                for row in rows
            )
            grid = f'<a:tbl><a:tblPr firstRow="1"/>{cells}</a:tbl>'
            shapes += f"<p:graphicFrame><a:graphic><a:graphicData>{grid}</a:graphicData></a:graphic></p:graphicFrame>"
        parts[f"ppt/slides/slide{at + 1}.xml"] = (
            f"<p:sld {names}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    return zipped(parts)


def _shape(kind: str, lines: Sequence[str]) -> str:
    text = "".join(map(_slide_line, lines))
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>'


def _slide_line(text: str) -> str:
    return f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"


def an_epub(title: str, *chapters: str) -> bytes:
    """A book of these chapters, each the inside of a <body>."""
    ids = range(len(chapters))
    items = "".join(f'<item id="c{at}" href="c{at}.xhtml" media-type="application/xhtml+xml"/>' for at in ids)
    spine = "".join(f'<itemref idref="c{at}"/>' for at in ids)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": package}
    pages = {
        f"OEBPS/c{at}.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        for at, body in enumerate(chapters)
    }
    return zipped({**parts, **pages})


def an_rtf(*paragraphs: str, rows: Rows = ()) -> bytes:
    lines = "".join(f"{text}\\par " for text in paragraphs)
    cells = "".join("\\trowd " + "".join(f"\\pard\\intbl {cell}\\cell " for cell in row) + "\\row " for row in rows)
    return f"{{\\rtf1\\ansi {lines}{cells}\\pard The end.\\par}}".encode("cp1252")
