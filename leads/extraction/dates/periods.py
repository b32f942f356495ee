"""Spans of days and how they are written: a day, a month, a quarter, a year, or from one day to another."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; `written` in ISO 8601 with "2026-Q1" for quarters."""

    start: date
    end: date
    written: str


def day(when: date) -> Period:
    return Period(when, when, when.isoformat())


def span(start: date, end: date) -> Period:
    """Several days; one day where they are the same."""
    return Period(start, end, f"{start.isoformat()}/{end.isoformat()}") if start != end else day(start)


def month(year: int, number: int) -> Period:
    last = calendar.monthrange(year, number)[1]
    return Period(date(year, number, 1), date(year, number, last), f"{year:04}-{number:02}")


def quarter(year: int, number: int) -> Period:
    return Period(month(year, number * 3 - 2).start, month(year, number * 3).end, f"{year:04}-Q{number}")


def half(year: int, number: int) -> Period:
    return span(month(year, number * 6 - 5).start, month(year, number * 6).end)


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31), f"{number:04}")


def week(holding: date) -> Period:
    """Monday to Sunday of the week that holds a day."""
    monday = holding - timedelta(days=holding.weekday())
    return span(monday, monday + timedelta(days=6))


def season(year_: int, name: str) -> Period:
    """Three months of the northern half of the earth; a winter begins in December of its year."""
    first = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}[name]
    last = month(year_ + 1, 2) if name == "winter" else month(year_, first + 2)
    return span(date(year_, first, 1), last.end)


def part(of: Period, which: str) -> Period:
    """The early, middle or late third of a period (of a month ten days each), or its last day (Friday for a week)."""
    is_week = (of.end - of.start).days == 6
    if which == "end":
        return day(of.end - timedelta(days=2 if is_week else 0))
    if _is_month(of):
        bounds = {"early": (1, 10), "mid": (11, 20), "late": (21, of.end.day)}[which]
        return span(of.start.replace(day=bounds[0]), of.start.replace(day=bounds[1]))
    third = ((of.end - of.start).days + 1) // 3
    starts = {"early": of.start, "mid": of.start + timedelta(days=third), "late": of.start + timedelta(days=2 * third)}
    ends = {"early": starts["mid"] - timedelta(days=1), "mid": starts["late"] - timedelta(days=1), "late": of.end}
    return span(starts[which], ends[which])


def _is_month(of: Period) -> bool:
    return of.start.day == 1 and of.end == month(of.start.year, of.start.month).end


def months_later(when: date, many: int) -> Period:
    """The month so many months after the one that holds a day."""
    at = when.year * 12 + when.month - 1 + many
    return month(at // 12, at % 12 + 1)


def holiday(year_: int, name: str) -> date:
    """The day of a holiday, by its English name in `calendar_words`."""
    fixed = {
        "christmas": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26), "new year": (1, 1),
        "new year's eve": (12, 31), "valentine": (2, 14), "halloween": (10, 31),
    }  # fmt: skip
    if name in fixed:
        return date(year_, *fixed[name])
    return easter(year_) + timedelta(days={"good friday": -2, "easter": 0, "easter monday": 1}[name])


def easter(year_: int) -> date:
    """Easter Sunday of the Gregorian calendar, after the rule by Gauss as Butcher wrote it (Nature, 1876)."""
    a, b, c = year_ % 19, year_ // 100, year_ % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month_ = (h - m + r + 90) // 25
    return date(year_, month_, (h - m + r + month_ + 19) % 32)
