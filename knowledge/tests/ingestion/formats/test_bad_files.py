"""What no text can be got from is refused with a cause; nothing else ever comes out of a reader."""

from __future__ import annotations

import io
import zipfile
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.ingestion.formats.extracted import Cause, FileRefused
from knowledge.ingestion.formats.readers import READERS, read
from knowledge.ingestion.formats.sniffing import format_of
from knowledge.tests.files import a_docx, a_pptx, an_epub, an_ods, an_odt, an_rtf, an_xlsx, word_paragraph, zipped
from knowledge.tests.pdfs import a_pdf, locked

WHOLE = {
    "pdf": a_pdf("A Brook 90 costs $2,400.\nA Weir costs $900."),
    "docx": a_docx(word_paragraph("A Brook 90 costs $2,400.")),
    "xlsx": an_xlsx({"Prices": [["Model", "Price"], ["Brook", 2400], ["Weir", 900]]}),
    "ods": an_ods({"Prices": [["Model", "Price"], ["Brook", "2400"]]}),
    "odt": an_odt("<text:p>A Brook 90 costs $2,400.</text:p>"),
    "pptx": a_pptx(("Prices", ["A Brook 90 costs $2,400."], [])),
    "epub": an_epub("Prices", "<p>A Brook 90 costs $2,400.</p>"),
    "rtf": an_rtf("A Brook 90 costs $2,400.", rows=[["a", "b"], ["c", "d"]]),
    "html": b"<html><body><h1>Prices</h1><p>A Brook 90 costs $2,400.</p></body></html>",
    "csv": b"Model;Price\nBrook;2400\nWeir;900\n",
}
CAUSES = ("", *get_args(Cause))
LAUGHS = '<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]>'


def cause_of(data: bytes, name: str = "") -> str:
    """Why it is refused, or "" when it is read."""
    try:
        read(data, name)
    except FileRefused as refused:
        return refused.cause
    return ""


def test_each_format_is_told_by_its_content():
    told = {name: format_of(data) for name, data in WHOLE.items()}

    assert told == {**{name: name for name in WHOLE}, "xlsx": "spreadsheet", "ods": "spreadsheet"}
    assert set(told.values()) | {"plain"} == set(READERS)


@pytest.mark.parametrize("name", WHOLE)
def test_a_wrong_ending_does_not_matter(name):
    assert "2400" in read(WHOLE[name], "prices.jpg").text.replace(",", "")


def with_flag(data: bytes) -> bytes:
    """The archive marked as locked, as ZIP marks it."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html><body><nav>Home</nav></body></html>", "empty"),
        (a_docx(""), "empty"),
        (a_pptx(("", [], [])), "empty"),
        (locked(a_pdf("Hello."), "secret"), "locked"),
        (with_flag(WHOLE["docx"]), "locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "damaged"),
        (a_pdf([]), "pictures"),
        (a_pdf("/gC6/gAF/g12/g09 /gA1/gB2/gC3"), "glyphs"),
        (b"PK\x03\x04nothing", "damaged"),
        (WHOLE["docx"][: len(WHOLE["docx"]) // 2], "damaged"),
        (zipped({"hello.txt": "Hello."}), "unknown"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
        (b"\x00\x01\x02\x03" * 50, "unknown"),
        (zipped({"word/document.xml": f"{LAUGHS}<a>&c;</a>"}), "damaged"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"{LAUGHS}<a>&c;</a>"}),
            "damaged",
        ),
    ],
)
def test_the_cause_is_told(data, cause):
    assert cause_of(data) == cause


def test_words_that_are_called_a_pdf_are_none():
    assert cause_of(b"404 Not Found", "prices.pdf") == "misnamed"


def test_a_zip_bomb_is_not_unpacked():
    assert cause_of(zipped({"word/document.xml": b"\0" * 30_000_000})) == "large"


def test_an_archive_that_lies_about_its_size_is_damaged():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", b"<a/>" * 1000)
    lying = buffer.getvalue().replace((4000).to_bytes(4, "little"), (40).to_bytes(4, "little"))

    assert cause_of(lying) == "damaged"


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1), noise=st.binary(max_size=12), is_cut=st.booleans())
def test_a_damaged_file_is_read_or_refused(name, place, noise, is_cut):
    data = WHOLE[name]
    at = int(place * len(data))

    assert cause_of(data[:at] + noise + (b"" if is_cut else data[at + len(noise) :])) in CAUSES


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"{\\rtf1", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a;b\n1;2\n"]),
    st.binary(),
)
def test_any_bytes_are_read_or_refused(begin, rest):
    assert cause_of(begin + rest) in CAUSES
