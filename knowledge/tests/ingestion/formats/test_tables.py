"""A table keeps each cell with the names of its row and its column, whatever format it comes in."""

from __future__ import annotations

import pytest

from knowledge.ingestion.formats.extracted import FileRefused
from knowledge.ingestion.formats.readers import read
from knowledge.tests.files import (
    a_docx,
    a_pptx,
    an_epub,
    an_ods,
    an_odt,
    an_rtf,
    an_xlsx,
    odt_table,
    word_paragraph,
    word_table,
)
from language.blocks import tables

HEADER = ["Model", "Litres", "Price"]
ROWS = [["Brook 90", "1.8", "$2,400"], ["Weir | Duo", "2.5", "$900"], ["Spring", "", "$450"]]
ALL = [HEADER, *ROWS]


def html_table(rows: list[list[str]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


FILES = {
    "html": f"<!doctype html><html><body><h1>Prices</h1>{html_table(ALL)}</body></html>".encode(),
    "docx": a_docx(word_paragraph("Prices", "Heading1") + word_table(ALL)),
    "xlsx": an_xlsx({"Prices": ALL}),
    "ods": an_ods({"Prices": ALL}),
    "csv with commas": "\n".join(",".join(f'"{cell}"' for cell in row) for row in ALL).encode(),
    "csv with semicolons": "\n".join(";".join(row) for row in ALL).encode("utf-16"),
    "tsv": "\n".join("\t".join(row) for row in ALL).encode(),
    "pptx": a_pptx(("Prices", ["All net"], ALL)),
    "odt": an_odt(odt_table(ALL)),
    "epub": an_epub("Prices", html_table(ALL)),
}


@pytest.mark.parametrize("name", FILES)
def test_each_cell_keeps_its_row_and_its_column(name):
    found = tables(read(FILES[name]).text)

    assert len(found) == 1
    assert list(found[0].header) == HEADER
    assert [list(row) for row in found[0].rows] == ROWS


def test_the_cells_of_an_rtf_table_keep_their_columns():
    rows = [HEADER, ["Brook 90", "1.8", "$2,400"]]

    found = tables(read(an_rtf("Prices", rows=rows)).text)

    assert [list(found[0].header), *map(list, found[0].rows)] == rows


def test_merged_cells_of_a_page_are_said_in_each_row_and_column():
    page = """<html><body><table><tr><th rowspan=2>Model</th><th colspan=2>Price</th></tr><tr><th>new</th><th>used</th>
        </tr><tr><td rowspan=2>Brook</td><td>2,400</td><td>1,200</td></tr><tr><td>2,500</td><td>-</td></tr></table>"""

    found = tables(read(page.encode()).text)[0]

    assert found.header == ("Model", "Price new", "Price used")
    assert found.rows == (("Brook", "2,400", "1,200"), ("Brook", "2,500", "-"))


def test_merged_cells_of_a_word_table_are_said_in_each_row_and_column():
    begin, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [["Model", "State", "Price"], ["Brook", "new", "2,400"], ["", "used", "1,200"]]

    found = tables(read(a_docx(word_table(rows, {(1, 0): begin, (2, 0): go_on}))).text)[0]

    assert found.rows == (("Brook", "new", "2,400"), ("Brook", "used", "1,200"))


def test_merged_cells_of_a_sheet_are_said_in_each_row_and_column():
    rows = [["Model", "Price", None], [None, "new", "used"], ["Brook", 2400, 1200], [None, 2500, 1300]]

    found = tables(read(an_xlsx({"Prices": rows}, {"Prices": ["A1:A2", "B1:C1", "A3:A4"]})).text)[0]

    assert found.header == ("Model", "Price new", "Price used")
    assert found.rows == (("Brook", "2400", "1200"), ("Brook", "2500", "1300"))


def test_the_header_of_a_sheet_is_found_below_titles_and_notes():
    rows = [["Acme price list"], ["All prices net"], [], ["As of", "2026"], ALL[0], *ALL[1:]]

    text = read(an_xlsx({"Prices": rows}, {"Prices": ["A1:C1"]})).text

    assert tables(text)[0].header == tuple(HEADER)
    assert text.startswith("## Prices\n\n- Acme price list\n- All prices net\n\nAs of 2026\n\n| Model |")


def test_an_empty_row_within_a_sheet_does_not_cost_the_rows_below_their_header():
    text = read(an_xlsx({"Prices": [HEADER, ROWS[0], [], ROWS[1]]})).text

    assert [table.header for table in tables(text)] == [tuple(HEADER)] * 2


def test_each_sheet_stands_below_its_name():
    text = read(an_xlsx({"Machines": ALL, "Care plans": [["Plan", "Months"], ["Basic", 12]]})).text

    assert "## Machines\n" in text
    assert "## Care plans\n\n| Plan | Months |" in text


def test_numbers_dates_and_truths_of_a_sheet_read_as_a_person_writes_them():
    import datetime

    row = [12.0, 0.1 + 0.2, True, datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 9, 30)]

    text = read(an_xlsx({"S": [["Name", "a", "b", "c", "d", "e"], ["x", *row]]})).text

    assert "| x | 12 | 0.3 | yes | 2026-03-01 | 2026-03-01 09:30 |" in text


def test_a_table_that_only_lays_out_a_page_is_no_table():
    page = b"<html><body><table><tr><td><h2>Hours</h2><p>9 to 17</p></td><td><h2>Prices</h2><p>$9</p></td></tr></table>"

    assert read(page).text == "## Hours\n\n9 to 17\n\n## Prices\n\n$9"


def test_terms_of_a_page_stay_with_what_is_said_of_them():
    page = b"<html><body><h1>Hours</h1><dl><dt>Monday</dt><dd>9-17</dd><dt>Sunday</dt><dd>closed</dd></dl>"

    assert "- Monday: 9-17\n- Sunday: closed" in read(page).text


def test_prose_with_commas_is_no_table():
    prose = "We sell lamps, desks, and chairs.\nOur shop is in Hill, by the sea, and open.\nCome in, sit down, stay."

    assert read(prose.encode()).text == prose


def test_an_empty_workbook_is_refused():
    with pytest.raises(FileRefused) as refused:
        read(an_xlsx({"Empty": []}))

    assert refused.value.cause == "empty"
