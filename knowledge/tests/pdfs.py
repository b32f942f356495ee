"""PDFs made by hand, so that a test says what is in them to the byte."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter

Placed = tuple[float, float, str]  # distance from the bottom, size of the letters, text

PAGE = "/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def a_pdf(*pages: str | list[Placed]) -> bytes:
    """A text is set in lines of 11 points from the top; a page without lines is a picture to a reader."""
    placed = [_set(page) if isinstance(page, str) else page for page in pages]
    return _pdf([_content_at([(50, *line) for line in page]) for page in placed])


def _pdf(contents: list[bytes]) -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(contents)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode())
    objects.append(FONT)
    for number, content in enumerate(contents):
        objects.append(f"<< {PAGE} /Contents {5 + 2 * number} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def placed_pdf(*pages: list[tuple[float, float, float, str]]) -> bytes:
    """Pages of texts that stand anywhere: from the left, from the bottom, size of the letters, text."""
    return _pdf([_content_at(page) for page in pages])


def locked(pdf: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _set(text: str) -> list[Placed]:
    return [(800 - 14 * number, 11, line) for number, line in enumerate(text.splitlines()) if line]


def _content_at(page: list[tuple[float, float, float, str]]) -> bytes:
    commands = [b"BT"]
    for x, y, size, text in page:
        shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        commands.append(b"/F %g Tf 1 0 0 1 %g %g Tm (%s) Tj" % (size, x, y, shown))
    return b"\n".join([*commands, b"ET"])


def _file(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)
