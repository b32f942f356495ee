"""Leads as files: CSV and JSON streamed row by row, XLSX written to disk first. No cell can run as a formula."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from leads.models import Lead

COLUMNS = (
    "id", "created_at", "status", "stage", "score", "name", "company", "email", "phone", "facts", "consent_at",
    "consent_text", "page", "referrer", "utm", "locale", "agent", "owner", "notes",
)  # fmt: skip
# How a cell begins that spreadsheets run, in the wide letters of East Asia too (OWASP, CSV injection).
SIGNS = "=+\\-@＝＋－＠"
FORMULA = re.compile(rf"[{SIGNS}\t\r\n]")
# Most of Europe's spreadsheets part the cells of a CSV file at semicolons, and know no quotes that begin within a cell:
# what stands behind one, or in a new line, is a cell of its own there.
BEGINS_WITHIN = re.compile(rf"[;,\t\r\n]\"*(?=[{SIGNS}])")
CHUNK = 200  # leads read at a time


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; a telephone number gets a quote in front too."""
    return f"'{text}" if FORMULA.match(text) else text


def harmless_in_parts(text: str) -> str:
    """The same for a cell that another spreadsheet may part into several."""
    return BEGINS_WITHIN.sub(r"\g<0>'", harmless(text))


def rows(leads: QuerySet[Lead]) -> Iterator[dict[str, Any]]:
    """One a lead, with the values of the current facts of it and of what is merged into it; its own come first."""
    whole = leads.select_related("agent", "owner").prefetch_related("facts", "merged__facts")
    for lead in whole.iterator(chunk_size=CHUNK):
        told = [fact for each in reversed(lead.together) for fact in each.facts.all()]
        facts = [fact for fact in told if fact.is_current and not fact.is_declined]
        yield {
            "id": str(lead.pk),
            "created_at": lead.created_at.isoformat(),
            "status": lead.status,
            "stage": lead.stage,
            "score": lead.score,
            "name": lead.known("name"),
            "company": lead.known("company"),
            "email": lead.known("email"),
            "phone": lead.known("phone"),
            "facts": {fact.key: fact.value for fact in facts},
            "consent_at": lead.consent_at.isoformat() if lead.consent_at else "",
            "consent_text": lead.consent_text,
            "page": lead.page,
            "referrer": lead.referrer,
            "utm": lead.utm,
            "locale": lead.locale,
            "agent": lead.agent.name,
            "owner": lead.owner.get_username() if lead.owner else "",
            "notes": lead.notes,
        }


def _cells(row: dict[str, Any]) -> list[str | int]:
    return [_cell(row[column]) for column in COLUMNS]


def _cell(value: Any) -> str | int:
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    return str(value)


class _Echo:
    """A file that gives back what is written to it, for csv.writer."""

    def write(self, text: str) -> str:
        return text


def _csv(leads: QuerySet[Lead]) -> HttpResponseBase:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"  # Excel takes a file without it for one of Windows' old encodings
        yield writer.writerow(COLUMNS)
        for row in rows(leads):
            yield writer.writerow(each if isinstance(each, int) else harmless_in_parts(each) for each in _cells(row))

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _json(leads: QuerySet[Lead]) -> HttpResponseBase:
    def lines() -> Iterator[str]:
        yield '{"leads":['
        for number, row in enumerate(rows(leads)):
            yield ("," if number else "") + json.dumps(row, ensure_ascii=False)
        yield "]}"

    return StreamingHttpResponse(lines(), content_type="application/json")


def _xlsx(leads: QuerySet[Lead]) -> HttpResponseBase:
    from openpyxl import Workbook  # not at the top: it takes a tenth of a second
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    sheet.append(list(COLUMNS))
    for row in rows(leads):
        cells = []
        for raw in _cells(row):
            value = raw if isinstance(raw, int) else harmless(raw)
            try:
                cell = WriteOnlyCell(sheet, value=value)
            except IllegalCharacterError:
                cell = WriteOnlyCell(sheet, value="".join(char for char in str(value) if char.isprintable()))
            if isinstance(value, str):
                cell.data_type = "s"  # text, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=kind)


EXPORTS: dict[str, Callable[[QuerySet[Lead]], HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}


def export(kind: str, leads: QuerySet[Lead]) -> HttpResponseBase:
    """The leads as a file to keep; raises KeyError for a kind that there is not."""
    response = EXPORTS[kind](leads)
    response["Content-Disposition"] = f'attachment; filename="leads-{timezone.now():%Y-%m-%d}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
