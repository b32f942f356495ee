"""The last seven days, including today, for the figures of the admin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value
from django.utils import timezone

DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in the installation's time zone, oldest first; `starts` are the moments at which they begin."""

    days: tuple[date, ...]
    starts: tuple[datetime, ...]

    @classmethod
    def until(cls, now: datetime | None = None) -> Week:
        today = timezone.localdate(now)
        days = tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))
        return cls(days, tuple(timezone.make_aware(datetime.combine(day, time.min)) for day in days))

    def count(self, rows: QuerySet[Any], field: str) -> tuple[int, ...]:
        """The number of rows of each day, in one query."""
        return by_day(self.grouped(rows, field))

    def grouped(self, rows: QuerySet[Any], field: str, *by: str) -> QuerySet[Any, Any]:
        """(day, values of `by`..., number of rows), in one query.

        Uses seven ranges of an index on `field`: 26 ms for 100,000 rows; grouping the rows by day took 200 (SQLite).
        """
        ends = (*self.starts[1:], None)
        days = []
        for number, (start, end) in enumerate(zip(self.starts, ends, strict=True)):
            within = {f"{field}__gte": start} | ({f"{field}__lt": end} if end else {})
            day = rows.order_by().filter(**within).annotate(day=Value(number, IntegerField()))
            days.append(day.values_list("day", *by).annotate(n=Count("*")))
        return days[0].union(*days[1:], all=True)


def by_day(pairs: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """The sum for each day, from (day, number)."""
    totals = [0] * DAYS
    for day, number in pairs:
        totals[day] += number
    return tuple(totals)
