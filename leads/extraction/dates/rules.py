"""The rules of dates: what the words that a pattern of `grammar` found stand for, counted from a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from leads.extraction.dates import calendar_words, periods
from leads.extraction.dates.periods import Period
from leads.extraction.message import VisitorText, word_set

_MONTH_FIRST = frozenset({"US"})  # 12/03 is the third of December there
_BEFORE_MONTH = re.compile(
    r"(?:^|\b(?:in|by|for|until|till?|b4|from|during|over|throughout|of|before|around|early|late|mid|next|this|maybe|"
    r"probably|about|im|ab|bis|fur|en|para|a|actually|sorry|no|wait|meant|mean|do|say|rather|prefer|take|instead|lieber|"
    r"plutot|mejor|"
    r"pour|avant|des|como|or|to|and|-|start|starting|begin|beginning|live|date|datum|half of))[\s,.:-]{0,3}$"
)
# "The Christmas party" is held on another day, and "the Easter menu" on none.
_OF_HOLIDAY = re.compile(
    r"[ -](?:part(?:y|ies)|do\b|dinner|lunch|market|fair|tree|presents?|gifts?|menus?|blend|edition|holidays|"
    r"rush|season|break|period|closure|shutdown|"
    r"shopping|sale|deals?|offers?|bonus|event|feier|markt|cards?|jumper|pudding|eggs?|egg hunt)"
)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre)\s{1,3}(?:the )?$")
# "Kick-off 11/01", "by 03/15"
_DATED = re.compile(
    r"\b(?:on|by|before|until|till|from|since|starting|kick-?off|date|deadline|due|live|ab|am|bis)[\s:]{1,2}$"
)
_IN_THE = re.compile(r"\b(?:in|into|of) the $")
# "The fifth Monday of a month" is no fifth.
_OF_MONTH = re.compile(r" (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|weekend)\b")
_FREE_DAY = re.compile(r" (?:day )?(?:bank holiday|half[- ]term)\b")
_MOVED_FROM = re.compile(r"\b(?:mov|chang|shift|push|postpon|slip)\w* (?:it |the \w+ )?from (?:the )?$")
_ON = re.compile(r"\b(?:on|by|until|till)\s{1,3}$")
# "I don't want to give a number right now" plans nothing.
_NOT_NOW = re.compile(r"\b(?:not|don't|dont|can't|cannot|won't|isn't|aren't|haven't|rather|busy|at work)\b[^,.;!?]*$")
_AMBIGUOUS_MONTHS = word_set("may march mar mai mars sept")
_AMBIGUOUS_DAYS = word_set("sat sun mon wed fri thu tue")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and where it stands, in characters."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True)
class Grammar:
    """The rules of some languages and the first words at which one may begin."""

    rules: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DateReader], Period | None]], ...]
    begins: frozenset[str]
    joins: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]
    numbers: dict[str, int]
    values: dict[str, list[tuple[re.Pattern[str], str]]]


class DateReader:
    """What the rules need to know: the message, the day it was written, and what its words stand for."""

    def __init__(self, message: VisitorText, at: date, grammar: Grammar, country: str, is_asked: bool) -> None:
        self.message, self.at, self.grammar, self.country, self.is_asked = message, at, grammar, country, is_asked

    def date_at(self, place: int) -> FoundDate | None:
        """The longest date that begins here, with the one that it reaches to."""
        first = self.longest(place)
        if not first:
            return None
        join = self.grammar.joins.match(self.message.plain, first.end)
        second = self.longest(join.end()) if join else None
        if second and first.period.end < second.period.start and self._is_range(first, join):
            return FoundDate(first.start, second.end, periods.span(first.period.start, second.period.end))
        return first

    def _is_range(self, first: FoundDate, join: re.Match[str] | None) -> bool:
        said = join.group().strip() if join else ""
        if _MOVED_FROM.search(self.message.before(first.start, 40)):
            return False
        if said in {"and", "und", "et", "y"}:
            return bool(_BETWEEN.search(self.message.before(first.start, 20)))
        return True

    def longest(self, place: int) -> FoundDate | None:
        best: FoundDate | None = None
        for pattern, period_of in self.grammar.rules:
            match = pattern.match(self.message.plain, place)
            if not match or (best and match.end() <= best.end) or not self._is_whole(match):
                continue
            try:
                period = period_of(match, self)
            except (ValueError, OverflowError):  # the 31st of February, the year 0
                period = None
            if period:
                best = FoundDate(match.start(), match.end(), period)
        return best

    def _is_whole(self, match: re.Match[str]) -> bool:
        text = self.message.plain
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 2]
        is_cut = before.isalnum() or before in {"@", "_", "#", "/"} or after[:1].isalnum() or after[:1] in {"@", "_"}
        return not is_cut and not (after[:1] in {".", "-", "/", ":"} and after[1:].isdecimal())

    # What the words of a match stand for

    def value(self, name: str, said: str) -> str:
        return next((value for pattern, value in self.grammar.values[name] if pattern.fullmatch(said.strip())), "")

    def year_of(self, said: str | None) -> int | None:
        """2027 for "2027", "next year" or "'27"; None where nothing is said."""
        if not said:
            return None
        digits = re.search(r"\d{2,4}", said)
        if digits:
            number = int(digits.group())
            return number if number > 99 else 2000 + number
        return self.at.year + (
            self.value("next", re.sub(r"\b(?:year|jahr\w*|annee|l'annee|ano|an|l'an)\b", "", said).strip(" ,"))
            == "next"
            or "next" in said
        )

    def many(self, said: str) -> int:
        return int(said) if said.isdecimal() else self.grammar.numbers.get(said.strip(), 0)

    def coming_month(self, number: int, year: int | None) -> Period:
        return periods.month(year or self.at.year + (number < self.at.month), number)

    def coming_day(self, number: int, month: int, year: int | None) -> Period:
        if year is None:
            year = self.at.year
            if (month, number) < (self.at.month, self.at.day):
                year += 1
        return periods.day(date(year, month, number))


def iso(match: re.Match[str], reader: DateReader) -> Period | None:
    return periods.day(date(int(match["y"]), int(match["m"]), int(match["d"])))


def numbers(match: re.Match[str], reader: DateReader) -> Period | None:
    first, second, year = int(match["a"]), int(match["b"]), match["y"]
    if match.group() == "24/7":
        return None
    is_dotted = match["sep"] == "."
    if is_dotted and not year and not match["last"]:
        return None  # "3.12" is a number
    is_dated = _DATED.search(reader.message.before(match.start(), 24)) or (
        max(first, second) > 12 and min(first, second)
    )
    if match["sep"] == "/" and not year and not (reader.is_asked or is_dated):
        return None  # "1/2" is a share
    is_month_first = (reader.country in _MONTH_FIRST and not is_dotted and first <= 12) or second > 12
    day, month = (second, first) if is_month_first else (first, second)
    return reader.coming_day(day, month, reader.year_of(year))


def day_of_month(match: re.Match[str], reader: DateReader) -> Period | None:
    said = match["d"]
    number = int(said) if said.isdecimal() else calendar_words.day_words()[said.replace(" ", "-")]
    return reader.coming_day(number, reader.grammar.months[match["month"]], reader.year_of(match["year"]))


def days_of_month(match: re.Match[str], reader: DateReader) -> Period | None:
    month, year = reader.grammar.months[match["month"]], reader.year_of(match["year"])
    first = reader.coming_day(int(match["d"]), month, year).start
    return periods.span(first, first.replace(day=int(match["d2"]))) if int(match["d"]) < int(match["d2"]) else None


def day_alone(match: re.Match[str], reader: DateReader) -> Period | None:
    if not (match.group().startswith("the ") or reader.is_asked):
        return None  # "my 40th birthday", "the 7th" is a day
    if _OF_MONTH.match(reader.message.plain, match.end()):
        return None
    said = match["d"]
    number = int(said) if said.isdecimal() else calendar_words.day_words()[said.replace(" ", "-")]
    holding = periods.months_later(reader.at, int(number < reader.at.day))
    return periods.day(holding.start.replace(day=number))


def month(match: re.Match[str], reader: DateReader) -> Period | None:
    said, year, which = match["month"], reader.year_of(match["year"]), match["part"]
    if re.search(r"(?<!\d)\d\d?(?:st|nd|rd|th|\.)? (?:of )?$", reader.message.before(match.start(), 12)):
        return None  # of the 31st of February nothing is left
    if _FREE_DAY.match(reader.message.plain, match.end()):
        return None
    if not which and not year and not reader.is_asked:
        before = reader.message.before(match.start(), 30)
        is_alone = said in _AMBIGUOUS_MONTHS or len(said) < 4
        is_listed = re.search(r"[,;/|\n]\s{0,3}$", before) and re.match(
            r"\s{0,3}(?:[,;/|\n.]|$)", reader.message.plain[match.end() : match.end() + 5]
        )
        if (
            is_alone
            and not is_listed
            and (not _BEFORE_MONTH.search(before) or (not before.strip() and said in _AMBIGUOUS_MONTHS))
        ):
            return None
    return part(reader, which, reader.coming_month(reader.grammar.months[said], year))


def part(reader: DateReader, which: str | None, of: Period) -> Period:
    return periods.part(of, reader.value("part", which)) if which else of


def unit(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "next month", "the end of next week", "this year", "mid next year"."""
    which, said, unit = match["part"], match["next"] or match["next2"], reader.value("unit", match["unit"])
    if not said and (not which or unit == "day"):
        return None
    is_next = bool(said) and reader.value("next", said) == "next"
    if unit == "day":
        return None
    of = {
        "week": lambda: periods.week(reader.at + timedelta(days=7 * is_next)),
        "month": lambda: periods.months_later(reader.at, int(is_next)),
        "year": lambda: periods.year(reader.at.year + is_next),
    }[unit]()
    return part(reader, which, of)


def in_(match: re.Match[str], reader: DateReader) -> Period | None:
    many, unit = reader.many(match["many"]), reader.value("unit", match["unit"])
    if not 0 < many < 1000:
        return None
    is_within = bool(match["in"]) and reader.value("in", match["in"]) == "within"
    if unit in {"day", "week"}:
        last = reader.at + timedelta(days=many * (7 if unit == "week" else 1))
        return periods.span(reader.at, last) if is_within else periods.day(last)
    holding = periods.months_later(reader.at, many * (12 if unit == "year" else 1))
    if is_within:
        return periods.span(reader.at, holding.start.replace(day=min(reader.at.day, holding.end.day)))
    return holding


def near(match: re.Match[str], reader: DateReader) -> Period | None:
    if match.group() == "right now" and _NOT_NOW.search(reader.message.before(match.start(), 60)):
        return None
    later = {"today": 0, "tomorrow": 1, "overmorrow": 2}[reader.value("near", match["near"])]
    return periods.day(reader.at + timedelta(days=later))


def weekday(match: re.Match[str], reader: DateReader) -> Period | None:
    named = re.search(r"([a-z]+) ?(?:-|to|till|until|through|bis|a|au) ?$", reader.message.before(match.start(), 24))
    if named and named[1] in reader.grammar.weekdays:
        return None  # "open from Monday to Saturday"
    said, which = match["weekday"], match["next"] or match["next2"]
    if said in _AMBIGUOUS_DAYS and not (
        which or reader.is_asked or _ON.search(reader.message.before(match.start(), 12))
    ):
        return None
    number = reader.grammar.weekdays[said] - 1
    if which and which != "coming" and reader.value("next", which) == "next":
        monday = periods.week(reader.at).start
        return periods.day(monday + timedelta(days=7 + number))
    ahead = (number - reader.at.weekday()) % 7
    return periods.day(reader.at + timedelta(days=ahead or 7))


def weekday_of_next_week(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "Thursday next week"."""
    monday = periods.week(reader.at).start
    return periods.day(monday + timedelta(days=6 + reader.grammar.weekdays[match["weekday"]]))


def weekend(match: re.Match[str], reader: DateReader) -> Period | None:
    is_next = bool(match["next"]) and reader.value("next", match["next"]) == "next"
    saturday = periods.week(reader.at).start + timedelta(days=5 + 7 * is_next)
    return periods.span(saturday, saturday + timedelta(days=1))


def quarter(match: re.Match[str], reader: DateReader) -> Period | None:
    said = match["q"] or reader.value("ordinal", match["ordinal"])
    number, year = int(said), reader.year_of(match["year"])
    if not 1 <= number <= 4:
        return None
    if year is None:
        year = reader.at.year + (number * 3 < reader.at.month)
    return part(reader, match["part"], periods.quarter(year, number))


def half_of_month(match: re.Match[str], reader: DateReader) -> Period | None:
    """ "the second half of January": from the 16th on."""
    which, year = reader.value("ordinal", match["ordinal"]), reader.year_of(match["year"])
    if which not in {"1", "2"}:
        return None
    whole = reader.coming_month(reader.grammar.months[match["month"]], year)
    middle = whole.start.replace(day=15)
    first, second = periods.span(whole.start, middle), periods.span(middle + timedelta(days=1), whole.end)
    return first if which == "1" else second


def half(match: re.Match[str], reader: DateReader) -> Period | None:
    number, year = int(match["h"] or reader.value("ordinal", match["ordinal"])), reader.year_of(match["year"])
    if number > 2:
        return None
    if year is None:
        year = reader.at.year + (number * 6 < reader.at.month)
    return periods.half(year, number)


def season(match: re.Match[str], reader: DateReader) -> Period | None:
    name, year, which = reader.value("season", match["season"]), reader.year_of(match["year"]), match["next"]
    if not (
        year
        or which
        or match["part"]
        or reader.is_asked
        or _BEFORE_MONTH.search(reader.message.before(match.start(), 30).removesuffix("the "))
    ):
        return None
    if year is None:
        year = reader.at.year
        is_next = bool(which) and reader.value("next", which) == "next"
        if is_next or periods.season(year, name).end < reader.at:
            year += 1
    return part(reader, match["part"], periods.season(year, name))


def holiday(match: re.Match[str], reader: DateReader) -> Period | None:
    name, said = reader.value("holiday", match["holiday"]), reader.year_of(match["year"])
    if name in {"christmas", "easter"} and _OF_HOLIDAY.match(reader.message.plain, match.end()):
        return None
    if name == "new year" and _IN_THE.search(reader.message.before(match.start(), 16)):
        return None  # "in the new year" is any day of it
    for year in (said,) if said else (reader.at.year, reader.at.year + 1):
        when = periods.holiday(year, name)
        if when >= reader.at or said:
            return periods.day(when)
    return None


def year(match: re.Match[str], reader: DateReader) -> Period | None:
    number = int(match["y"])
    is_said = reader.is_asked or re.search(
        r"\b(?:in|by|during|for|early|late|mid|of|im jahr|en)[\s-]+$", reader.message.before(match.start(), 16)
    )
    is_near = reader.at.year <= number <= reader.at.year + 10
    return part(reader, match["part"], periods.year(number)) if is_near and (is_said or match["part"]) else None


def week_of(match: re.Match[str], reader: DateReader) -> Period | None:
    inner = reader.longest(match.start("date"))
    return periods.week(inner.period.start) if inner and inner.period.start == inner.period.end else None
