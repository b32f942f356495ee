"""A filter by month or year for long lists. Django's date hierarchy reads every row to find which months have any."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

MAX_MONTHS = 12  # by themselves; what is older is offered by year
_PERIOD = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")


class PeriodFilter(admin.SimpleListFilter):
    """Rows of one month ("2026-11") or of one year ("2025"), by the time in `field`."""

    title = gettext_lazy("month")
    parameter_name = "period"
    field: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        first = model_admin.model.objects.aggregate(first=Min(self.field))["first"]
        now = timezone.localtime()
        begun = timezone.localtime(first) if first else now
        numbers = range(_number(now), max(_number(begun), _number(now) - MAX_MONTHS + 1) - 1, -1)
        months = [datetime(*_year_and_month(number), 1) for number in numbers]
        years = range(months[-1].year, begun.year - 1, -1) if months and _number(begun) < numbers[-1] else ()
        named = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
        return [*named, *((str(year), str(year)) for year in years)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = _PERIOD.fullmatch(self.value() or "")
        if found is None or found[1] in ("0000", "9999"):  # the years next to these are no dates
            return queryset
        year, month = int(found[1]), int(found[2] or 0)
        begin = datetime(year, month or 1, 1)
        end = datetime(*_year_and_month(_number(begin) + (1 if month else 12)), 1)
        within = (timezone.make_aware(begin), timezone.make_aware(end))
        return queryset.filter(**{f"{self.field}__gte": within[0], f"{self.field}__lt": within[1]})


def _number(day: datetime) -> int:
    """The months since the year 0."""
    return day.year * 12 + day.month - 1


def _year_and_month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1
