"""Leads as files: whole, in the browser's and spreadsheets' encodings, and never a formula."""

import csv
import io
import json
import re

import pytest
from openpyxl import load_workbook

from leads.exports import export, harmless
from leads.models import Lead
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db

EVIL = '=HYPERLINK("http://x.example","win")'


@pytest.fixture
def leads():
    lead = LeadFactory(name=EVIL, email="jo@example.org", phone="+442079460000", notes="a\x07b, “c”\nd")
    FactFactory(lead=lead, value="40")
    FactFactory(lead=lead, key="old", value="14", is_current=False)
    return Lead.objects.all()


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_csv_has_a_row_for_each_and_no_formula(leads):
    text = content(export("csv", leads)).decode()
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert row["name"] == f"'{EVIL}"
    assert row["phone"] == "'+442079460000"
    assert row["facts"] == "people: 40"


def test_xlsx_holds_texts_only(leads):
    sheet = load_workbook(io.BytesIO(content(export("xlsx", leads)))).active
    head, row = [list(each) for each in sheet.iter_rows()]
    cells = dict(zip((cell.value for cell in head), row, strict=True))

    assert cells["name"].data_type == "s"
    assert cells["name"].value == f"'{EVIL}"
    assert cells["score"].value == 0


def test_json_is_as_it_was_told(leads):
    found = json.loads(content(export("json", leads)))

    assert found["leads"][0]["name"] == EVIL
    assert found["leads"][0]["facts"] == {"people": "40"}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_none_is_an_empty_file(kind, db):
    assert content(export(kind, Lead.objects.none()))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x"])
def test_what_spreadsheets_run_gets_a_quote(text):
    assert harmless(text) == f"'{text}"


def test_many_are_read_in_pieces(django_assert_max_num_queries):
    agent = LeadFactory().agent
    for _each in range(20):
        LeadFactory(session__agent=agent)

    with django_assert_max_num_queries(4):
        assert content(export("csv", Lead.objects.all())).count(b"\r\n") == 22


@pytest.mark.parametrize("separator", [";", ",", "\t", "\n", '";', '\n"'])
def test_no_part_of_a_cell_is_a_formula_where_cells_end_at_other_signs(separator, leads):
    Lead.objects.update(notes=f"We grind ours{separator}=cmd|' /C calc'!A0;", company=f"Kestrel{separator}@SUM(1)")

    text = content(export("csv", leads)).decode()
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    parts = re.split("[;,\t\r\n]", text)  # as of a spreadsheet that knows no quotes
    assert not [part for part in parts if part.lstrip('"').startswith(("=", "@"))]
    assert row["notes"] == f"We grind ours{separator}'=cmd|' /C calc'!A0;"


def test_words_with_signs_in_them_are_left_as_they_are(leads):
    Lead.objects.update(notes="9-17 h; a+b, or -5 °C; mail: jo@x.example")

    text = content(export("csv", leads)).decode()

    assert "9-17 h; a+b, or -5 °C; mail: jo@x.example" in text
