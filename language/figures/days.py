"""Days and times of day as they are written: "2027-03-03", "3.3.27", "March 3rd, 2027", "14h30", "9 am"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from language.figures.figure import Figure, FigureToken
from language.figures.units import MONTHS

DATE = re.compile(r"(?<![\w.,/-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{2})?(?![\w/-])")
_CLOCK = re.compile(
    r"(?<![\w.:,])(\d{1,2})(?:[:.h](\d{2}))?\s?"
    r"(?:(?P<half>[ap])\.?m\b\.?|uhr\b|h\b(?=[ ,.;)-]|$)|o'clock\b|heures?\b(?! par))"
    r"|(?<![\w.:,])([01]?\d|2[0-4])[:h]([0-5]\d)(?![\w:])",
    re.IGNORECASE,
)
# Between a day and its month, and between that and the year.
_BEFORE_MONTH = frozenset(("de", "of", "st", "nd", "rd", "th", "er", "the", "º"))
_BEHIND_MONTH = frozenset(("de", "del", "of", "st", "nd", "rd", "th"))
_ALSO_VERBS = frozenset(("may", "march"))  # months in upper case only
DAY_GAP, YEAR_GAP = 8, 7  # characters at most between a day or a year and its month


def dates(text: str) -> Iterator[Figure]:
    """Those in digits; one that may be two days comes as two figures at one place."""
    for match in DATE.finditer(text):
        for day in _days(match[1], match[3], match[4]):
            yield Figure("date", (), *match.span(), day=day)


def _days(first: str, second: str, third: str | None) -> Iterator[tuple[int, int, int]]:
    """The days that numbers may mean: year first, day first, or month first."""
    one, two = int(first), int(second)
    if len(first) > 2:
        if third and len(first) == 4 and 1 <= two <= 12 and 1 <= int(third) <= 31:
            yield one, two, int(third)
        return
    year = 0 if third is None else int(third) + (2000 if len(third) == 2 else 0)
    if 1 <= two <= 12 and 1 <= one <= 31:
        yield year, two, one
    if third is not None and 1 <= one <= 12 and 1 <= two <= 31 and one != two:
        yield year, one, two


def clocks(text: str) -> Iterator[Figure]:
    """Times of day, in minutes since midnight."""
    for match in _CLOCK.finditer(text):
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if half := (match["half"] or "").casefold():
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour <= 24 and minute <= 59:
            yield Figure("clock", (float(hour * 60 + minute),), *match.span())


def is_month(text: str, token: FigureToken) -> bool:
    is_named = token.kind == "word" and token.text in MONTHS
    return is_named and (token.text not in _ALSO_VERBS or text[token.start].isupper())


def dated(tokens: list[FigureToken], at: int) -> tuple[Figure | None, int]:
    """The day around a month's name, and the token behind it; None for a month alone."""
    month, start, end = MONTHS[tokens[at].text], tokens[at].start, tokens[at].end
    behind = at + 1
    day, start = _day_before(tokens, at, start)
    if not day and behind < len(tokens) and tokens[behind].start - end < DAY_GAP and (day := _day_in(tokens[behind])):
        end, behind = tokens[behind].end, behind + 1
    while behind < len(tokens) and tokens[behind].text in _BEHIND_MONTH:
        behind += 1
    year = 0
    if behind < len(tokens) and tokens[behind].start - end <= YEAR_GAP and (year := _year_in(tokens[behind])):
        end, behind = tokens[behind].end, behind + 1
    if not day and not year:
        return None, at + 1
    return Figure("date", (), start, end, day=(year, month, day)), behind


def _day_before(tokens: list[FigureToken], at: int, start: int) -> tuple[int, int]:
    before = at - 1
    while before >= 0 and at - before < 4 and tokens[before].text in _BEFORE_MONTH:
        before -= 1
    if before >= 0 and start - tokens[before].end <= DAY_GAP and (day := _day_in(tokens[before])):
        return day, tokens[before].start
    return 0, start


def _day_in(token: FigureToken) -> int:
    number = int(token.text) if token.kind == "number" and token.text.isdecimal() and len(token.text) < 3 else 0
    return number if 1 <= number <= 31 else 0


def _year_in(token: FigureToken) -> int:
    return int(token.text) if len(token.text) == 4 and token.text.isdecimal() and 1900 <= int(token.text) < 2100 else 0
