"""Numbers of a sheet are said as the sheet shows them."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.readers import read
from knowledge.ingestion.formats.spreadsheets import xls_cells
from knowledge.ingestion.formats.spreadsheets.number_format import shown
from knowledge.ingestion.formats.spreadsheets.shown_cells import ShownCells
from knowledge.ingestion.formats.spreadsheets.xls_cells import XlsCells
from knowledge.tests.ingestion.formats.xlsb import xlsb
from language.blocks import tables

MADE = Path(__file__).parent / "made"  # by LibreOffice 7.4 of the workbook below


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    prices = book.active
    prices.title = "Preise 2027"
    for row in (
        ["Brook Cycles, price list"],
        ["Model", "Price", None, "Discount", "From"],
        [None, "new", "used"],
        ["Brook", 2400, 1199.5, 0.15, datetime.date(2027, 3, 1)],
        ["Glen", 1899, 900, 0.0825, datetime.date(2027, 4, 15)],
    ):
        prices.append(row)
    for cells in ("A1:E1", "A2:A3", "B2:C2", "D2:D3", "E2:E3"):
        prices.merge_cells(cells)
    parts = book.create_sheet("Parts")
    for row in (["Code", "Weight", "Stock"], [42, 0.35, 1200], [7, 1.25, 3]):
        parts.append(row)
    formats = (
        (prices, 4, (None, '"$"#,##0.00', '#,##0.00 "€"', "0.0%", "dd/mm/yyyy")),
        (parts, 2, ("00000", '0.00" kg"', "#,##0")),
    )
    for sheet, first, codes in formats:
        for row in sheet.iter_rows(min_row=first):
            for cell, code in zip(row, codes, strict=False):
                cell.number_format = code or cell.number_format
    secret = book.create_sheet("Secret")
    secret.append(["cost", 1])
    secret.sheet_state = "hidden"
    return book


def xlsx() -> bytes:
    buffer = io.BytesIO()
    workbook().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("made", ["xlsx", "ods", "xls"])
def test_prices_shares_codes_and_units_are_said_as_they_are_shown(made):
    text = read(xlsx() if made == "xlsx" else (MADE / f"prices.{made}").read_bytes()).text

    prices, parts = tables(text)
    assert prices.header == ("Model", "Price new", "Price used", "Discount", "From")
    assert prices.rows == (
        ("Brook", "$2,400.00", "1,199.50 €", "15.0%", "2027-03-01"),
        ("Glen", "$1,899.00", "900.00 €", "8.3%", "2027-04-15"),
    )
    assert parts.rows == (("00042", "0.35 kg", "1,200"), ("00007", "1.25 kg", "3"))
    assert "Secret" not in text


DOLLARS, EUROS, SHARE, DAY, CODE = '"$"#,##0.00', '#,##0.00 "€"', "0.0%", "dd/mm/yyyy", "00000"
BINARY = xlsb(
    [
        ["Model", "Price", "Used", "Discount", "From", "Code"],
        ["Brook", (2400, DOLLARS), (1199.5, EUROS), (0.15, SHARE), (46447, DAY), (42, CODE)],
        ["Glen", (1899, DOLLARS), None, (0.0825, SHARE), (46492, DAY), (7, "General")],
    ]
)


def test_a_binary_workbook_is_said_as_it_is_shown():
    (prices,) = tables(read(BINARY).text)

    assert prices.rows == (
        ("Brook", "$2,400.00", "1,199.50 €", "15.0%", "2027-03-01", "00042"),
        ("Glen", "$1,899.00", "", "8.3%", "2027-04-15", "7"),
    )


def test_an_old_workbook_that_is_too_large_is_said_as_it_is_stored(monkeypatch):
    monkeypatch.setattr(xls_cells, "MAX_BYTES", 1000)

    prices, parts = tables(read((MADE / "prices.xls").read_bytes()).text)

    assert prices.rows[0] == ("Brook", "2400", "1199.5", "0.15", "2027-03-01")
    assert parts.header == ("Code", "Weight", "Stock")


def test_an_old_workbook_whose_styles_cannot_be_read_is_said_as_it_is_stored(capfd):
    cells = XlsCells((MADE / "prices.xls").read_bytes()[:3000])

    assert list(cells.of("Parts")) == []
    assert capfd.readouterr() == ("", "")  # standard output is for the answer


@given(st.data())
def test_damaged_bytes_of_a_binary_workbook_end_in_fewer_formats_and_nothing_else(data):
    source = zipfile.ZipFile(io.BytesIO(BINARY))
    name = data.draw(st.sampled_from(["xl/styles.bin", "xl/worksheets/sheet1.bin", "xl/workbook.bin"]))
    content = bytearray(source.read(name))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
        content[at] = data.draw(st.integers(0, 255))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each in source.namelist():
            cut = data.draw(st.integers(0, len(content))) if each == name else None
            archive.writestr(each, bytes(content[:cut]) if each == name else source.read(each))

    shown_cells = ShownCells(Archive(target.getvalue())).of("Prices")

    assert all(isinstance(show(2400), str | None) for show in shown_cells.values())


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (2400, "[$€-407] #,##0.00", "€ 2,400.00"),
        (-5.5, "#,##0.00;[Red]-#,##0.00", "-5.50"),
        (-2, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "-$2.00"),
        (1234567, '#,##0,"k"', "1,235k"),
        (0.5, "#.##", "0.5"),
        (2.5, "0", "3"),
        (-0.001, "0.00", "0.00"),
        (3.5, "# ?/?", None),
        (5, "0.00E+00", None),
        (5, "[>3]0;0.0", None),
        (5, "General", None),
        (float("inf"), "0", None),
        (float("nan"), "0", None),
    ],
)
def test_a_number_is_shown_as_its_code_says(value, code, said):
    assert shown(value, code) == said


@given(st.floats(), st.text('#0?.,%"$€[]\\_*;-() kg', max_size=30))
def test_any_code_is_read(value, code):
    assert isinstance(shown(value, code), str | None)


@given(st.floats(-1e9, 1e9), st.sampled_from(["0.00", "#,##0.00", '"$"#,##0.00', "0.00 €"]))
def test_no_digit_that_is_shown_is_made_up(value, code):
    digits = (shown(value, code) or "").replace(",", "").replace("$", "").replace(" €", "")

    assert float(digits) == pytest.approx(value, abs=0.0051)


def test_styles_that_are_broken_leave_the_numbers():
    source, target = zipfile.ZipFile(io.BytesIO(xlsx())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(b"formatCode", b"code") if name == "xl/styles.xml" else content)

    assert tables(read(target.getvalue()).text)[0].rows[0][1] == "2400"
