"""Opening hours as staff write them, one per line: "Mon-Fri 9:00-17:00". Pure functions: no clock, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(
    r"(?P<days>[a-z]{3,9}(?:\s*[-–,]\s*[a-z]{3,9})*)\s+"
    r"(?P<begin>\d{1,2}(?::\d{2})?)\s*[-–]\s*(?P<end>\d{1,2}(?::\d{2})?)",
    re.IGNORECASE,
)
_FULL = {day: day for day in DAYS} | {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun",
}  # fmt: skip
MAX_LINES = 21


class HoursInvalid(ValueError):
    """The hours have a line that cannot be parsed, or too many lines; `line` is that line."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Range:
    """Opening hours on one day of the week (0 is Monday), in minutes since midnight; `end` may be 1440."""

    day: int
    begin: int
    end: int


def parse(text: str) -> tuple[Range, ...]:
    """The ranges in a text; empty for an empty text. Raises HoursInvalid."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_LINES:
        raise HoursInvalid(lines[MAX_LINES])
    return tuple(each for line in lines for each in _ranges(line))


def is_open(ranges: tuple[Range, ...], at: datetime) -> bool:
    """Whether it is open at a local time. Without ranges it is always open."""
    minute = at.hour * 60 + at.minute
    return not ranges or any(each.day == at.weekday() and each.begin <= minute < each.end for each in ranges)


def next_opening(ranges: tuple[Range, ...], at: datetime) -> datetime | None:
    """The next opening after a local time; None without ranges."""
    midnight = datetime.combine(at.date(), time(), at.tzinfo)
    coming = [
        midnight + timedelta(days=days, minutes=each.begin)
        for days in range(8)
        for each in ranges
        if each.day == (at.weekday() + days) % 7
    ]
    return min((opening for opening in coming if opening > at), default=None)


def coming_shifts(ranges: tuple[Range, ...], at: datetime) -> list[tuple[datetime, datetime]]:
    """The beginning and end of each shift in the two weeks after a local time, in order, with a running shift first.

    Ranges that meet, as at midnight, make one shift. Empty without ranges, or if it is open all week.
    """
    midnight = datetime.combine(at.date(), time(), at.tzinfo)
    weeks = timedelta(days=14)
    found: list[tuple[datetime, datetime]] = []
    for days in range(21):  # a shift that begins in the two weeks may end in the third
        today = sorted((each.begin, each.end) for each in ranges if each.day == (at.weekday() + days) % 7)
        for minutes in today:
            begin, end = (midnight + timedelta(days=days, minutes=minute) for minute in minutes)
            if found and begin <= found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((begin, end))
    if found and found[0][1] - found[0][0] > weeks:
        return []
    return [(begin, end) for begin, end in found if at < end and begin < at + weeks]


def _ranges(line: str) -> list[Range]:
    found = _LINE.fullmatch(line)
    if not found:
        raise HoursInvalid(line)
    begin, end = _minutes(found["begin"], line), _minutes(found["end"], line)
    if begin >= end:
        raise HoursInvalid(line)
    return [Range(day, begin, end) for day in _days(found["days"], line)]


def _days(text: str, line: str) -> list[int]:
    days: list[int] = []
    for part in re.split(r"\s*,\s*", text.casefold()):
        first, _dash, last = re.sub(r"\s*[-–]\s*", "-", part).partition("-")
        numbers = [DAYS.index(_FULL[name]) if name in _FULL else -1 for name in (first, last or first)]
        if -1 in numbers:
            raise HoursInvalid(line)
        begin, end = numbers
        days += [day % 7 for day in range(begin, end + 1 if begin <= end else end + 8)]
    return list(dict.fromkeys(days))


def _minutes(text: str, line: str) -> int:
    hour, _colon, minute = text.partition(":")
    total = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or total > 24 * 60:
        raise HoursInvalid(line)
    return total
