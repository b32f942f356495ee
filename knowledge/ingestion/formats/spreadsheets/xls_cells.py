"""How the numbers of an XLS are displayed. xlrd reads the styles, which calamine does not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from knowledge.ingestion.formats.spreadsheets.number_format import Show, code_of, shower

MAX_BYTES = 20 * 1024 * 1024  # a larger one is read as it is stored; one of 17 MB takes 11 s of a core and 390 MB


class XlsCells:
    """Displayed numbers by sheet. Nothing for a file that xlrd cannot read; calamine may still read it."""

    def __init__(self, data: bytes):
        self._data = data

    def of(self, sheet: str) -> Iterator[tuple[tuple[int, int], Show]]:
        """By row and column, from 0, of each cell that is shown otherwise than it is stored."""
        try:
            yield from self._of(sheet)
        except Exception:  # xlrd raises whatever a broken file makes it stumble over
            return

    def _of(self, name: str) -> Iterator[tuple[tuple[int, int], Show]]:
        import xlrd

        if self._book is None:
            return
        sheet = self._book.sheet_by_name(name)
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                show = self._shows.get(sheet.cell_xf_index(row, column)) if kind == xlrd.XL_CELL_NUMBER else None
                if show:
                    yield (row, column), show
        self._book.unload_sheet(name)

    @cached_property
    def _book(self) -> Any:
        import xlrd

        if len(self._data) > MAX_BYTES:
            return None
        # One sheet at a time is in memory. It would tell of oddities on standard output, which is for the answer.
        return xlrd.open_workbook(
            file_contents=self._data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )

    @cached_property
    def _shows(self) -> dict[int, Show]:
        own = {each.format_key: each.format_str for each in self._book.format_list}
        shows = {at: shower(code_of(style.format_key, own)) for at, style in enumerate(self._book.xf_list)}
        return {at: show for at, show in shows.items() if show}
