"""Dates that are counted on from another: "Monday week", "the week after next", "the first Saturday in May"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from leads.extraction.dates import calendar_words, periods
from leads.extraction.dates.periods import Period
from leads.extraction.dates.rules import DateReader

_WEEK, _FORTNIGHT = 7, 14
_THURSDAY = 3
_MONTHS_AHEAD = 13


def week_later(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "Monday week", "a week on Friday", "a week tomorrow": seven days after the next one."""
    said = match["weekday"] or match["weekday2"]
    days = _FORTNIGHT if "fortnight" in match.group() else _WEEK
    if not said:
        return periods.day(reader.at + timedelta(days=days + (match["near"] == "tomorrow")))
    ahead = (reader.grammar.weekdays[said] - 1 - reader.at.weekday()) % _WEEK
    return periods.day(reader.at + timedelta(days=(ahead or _WEEK) + days))


def after_next(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "The week after next", "ubernachste Woche", "the weekend after next"."""
    unit = match["unit"] or match["unit2"]
    if reader.value("unit", unit) == "month":
        return periods.months_later(reader.at, 2)
    monday = periods.week(reader.at + timedelta(days=_FORTNIGHT)).start
    is_weekend = unit == "weekend"
    return periods.span(monday + timedelta(days=5 * is_weekend), monday + timedelta(days=6))


def in_fortnight(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "In a fortnight", "within a fortnight", "in half a year"."""
    if "fortnight" not in match.group():
        return periods.months_later(reader.at, 6)
    last = reader.at + timedelta(days=_FORTNIGHT)
    is_within = match.group().startswith(("within", "inside", "over"))
    return periods.span(reader.at, last) if is_within else periods.day(last)


def day_of_coming_month(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "The 15th of next month", "the first of the month"."""
    said = match["d"]
    number = int(said) if said.isdecimal() else calendar_words.day_words()[said.replace(" ", "-")]
    is_next = bool(match["next"]) and reader.value("next", match["next"]) == "next"
    is_over = not match["next"] and number < reader.at.day
    holding = periods.months_later(reader.at, int(is_next or is_over))
    return periods.day(holding.start.replace(day=number))


def nth_of_month(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "The first Saturday in May", "the second week of March", "the last weekend in June"."""
    month = reader.coming_month(reader.grammar.months[match["month"]], reader.year_of(match["year"]))
    is_last = match["which"] in {"last", "final"}
    number = -1 if is_last else int(reader.value("ordinal", match["which"]))
    if match["weekday"]:
        return _of_month(_weekdays(month, reader.grammar.weekdays[match["weekday"]] - 1), number)
    if match["weekend"]:
        saturdays = _weekdays(month, 5)
        saturday = _of_month(saturdays, number)
        return periods.span(saturday.start, saturday.start + timedelta(days=1)) if saturday else None
    week = _of_month(_weekdays(month, _THURSDAY), number)  # as in ISO 8601, a week is of the month of its Thursday
    return periods.week(week.start) if week else None


def beside(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "Three days before Christmas", "a week after Easter"."""
    inner, many = reader.longest(match.start("date")), reader.many(match["many"])
    days = {"day": 1, "week": _WEEK}.get(reader.value("unit", match["unit"]), 0) * many
    if not inner or not days or inner.period.start != inner.period.end:
        return None
    return periods.day(inner.period.start + timedelta(days=days if match["way"] == "after" else -days))


def calendar_week(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "Calendar week 3 of 2027", "KW 51": as ISO 8601 counts them; the next to come without a year."""
    number, said = int(match["w"]), reader.year_of(match["year"])
    for year in (said,) if said else (reader.at.year, reader.at.year + 1):
        week = periods.week(date.fromisocalendar(year, number, 1))
        if said or week.end >= reader.at:
            return week
    return None


def _weekdays(month: Period, weekday: int) -> list[date]:
    first = month.start + timedelta(days=(weekday - month.start.weekday()) % _WEEK)
    return [day for many in range(5) if (day := first + timedelta(days=_WEEK * many)) <= month.end]


def _of_month(days: list[date], number: int) -> Period | None:
    if number > len(days):
        return None
    return periods.day(days[number if number < 0 else number - 1])


def weekday_and_day(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "Saturday the 12th": the next twelfth that is a Saturday."""
    weekday, number = reader.grammar.weekdays[match["weekday"]] - 1, int(match["d"])
    months = [periods.months_later(reader.at, many) for many in range(_MONTHS_AHEAD)]
    days = [each.start.replace(day=number) for each in months if number <= each.end.day]
    return next((periods.day(day) for day in days if day >= reader.at and day.weekday() == weekday), None)


def end_of_year(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "By year end", "EOY", "month end"."""
    if match.group().startswith(("month", "eom")):
        return periods.part(periods.months_later(reader.at, 0), "end")
    return periods.part(periods.year(reader.at.year), "end")
