"""Days, months and holidays that a text names, so that a question about one is not answered with another."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
DAY = re.compile(rf"\b{_DAY}\b", re.IGNORECASE)
# "may" is a verb and "mar" and "dec" are rare alone: in questions months are told by their full names.
MONTH = re.compile(
    r"\b(?:january|february|march|april|(?<=in )may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_TO = r"\s*(?:to|till|until|through|thru|[-–—])\s*"
_DAY_RANGE = re.compile(rf"\b({_DAY}){_TO}({_DAY})\b", re.IGNORECASE)
_MONTH_RANGE = re.compile(rf"\b({_MONTH})\b[^.;]{{0,12}}?{_TO}(?:the )?(?:\d+\w* )?({_MONTH})\b", re.IGNORECASE)
_MONTH_HELD = re.compile(rf"\b{_MONTH}\b", re.IGNORECASE)
_ALL_DAYS = re.compile(
    r"\b(?:daily|every ?day|each day|(?:seven|7) days|all week|24/7|24 hours|any day|every night)\b", re.IGNORECASE
)
_WEEKENDS = re.compile(r"\bweek-?ends?\b", re.IGNORECASE)
_WEEKDAYS = re.compile(r"\b(?:week-?days?|working days?|business days?)\b", re.IGNORECASE)
_ALL_YEAR = re.compile(r"\b(?:all (?:the )?year|year[- ]round|every month|any time of (?:the )?year)\b", re.IGNORECASE)
_HOLIDAY = re.compile(
    r"\b(?:christmas|xmas|boxing day|new year(?:'?s)?|easter|good friday|thanksgiving|whitsun|pentecost|halloween|"
    r"ramadan|eid|diwali|hanukkah|labou?r day|independence day|memorial day|bank holidays?|public holidays?|"
    r"school holidays?|half[- ]term|holidays?)\b",
    re.IGNORECASE,
)
_HOLIDAY_DAY = re.compile(
    r"\b(?:good|black) friday\b|\b(?:easter|whit|cyber|bank holiday) monday\b|\b(?:shrove|pancake) tuesday\b|"
    r"\bash wednesday\b|\bmaundy thursday\b|\b(?:palm|easter|whit) sunday\b",
    re.IGNORECASE,
)
_ANY_HOLIDAY = re.compile(r"\b(?:bank|public|national|federal|legal)? ?holidays?\b", re.IGNORECASE)


def with_small_times(text: str) -> str:
    """The text with days, months and holidays in small letters, so that none of them looks like the name of a thing."""
    for times in (DAY, MONTH, _HOLIDAY, _HOLIDAY_DAY):
        text = times.sub(lambda match: match.group().lower(), text)
    return text


def lacks_time_asked(question: str, text: str) -> bool:
    """Whether the question names a day, a month or a holiday that the text does not speak of."""
    days = {_of(match.group(), _DAYS) for match in DAY.finditer(_HOLIDAY_DAY.sub(" ", question))}
    if _WEEKENDS.search(question):
        days |= {"sat", "sun"} if not days_in(text) & {"sat", "sun"} else set()
    months = {_of(match.group(), _MONTHS) for match in MONTH.finditer(question)}
    return bool(days - days_in(text) or months - months_in(text) or _lacks_holiday(question, text))


def _lacks_holiday(question: str, text: str) -> bool:
    for match in _HOLIDAY.finditer(question):
        asked = match.group().casefold().removesuffix("s").removesuffix("'")
        known = asked.replace("xmas", "christmas") in text.casefold()
        if not known and not (_ANY_HOLIDAY.search(text) and not asked.endswith("half term")):
            return True
    return False


def days_in(text: str) -> set[str]:
    """Three letters of every weekday that a text speaks of, "Monday to Friday" and "daily" counted; Good Friday is no
    Friday."""
    text = _HOLIDAY_DAY.sub(" ", text)
    return set(_named(text, DAY, _DAY_RANGE, _DAYS)) | _in_general(text)


def months_in(text: str) -> set[str]:
    """The same for months."""
    return set(_MONTHS) if _ALL_YEAR.search(text) else set(_named(text, _MONTH_HELD, _MONTH_RANGE, _MONTHS))


def _in_general(text: str) -> set[str]:
    if _ALL_DAYS.search(text):
        return set(_DAYS)
    return ({"sat", "sun"} if _WEEKENDS.search(text) else set()) | (set(_DAYS[:5]) if _WEEKDAYS.search(text) else set())


def _named(text: str, one: re.Pattern[str], span: re.Pattern[str], names: tuple[str, ...]) -> Iterator[str]:
    for match in one.finditer(text):
        yield _of(match.group(), names)
    for match in span.finditer(text):
        start, end = names.index(_of(match[1], names)), names.index(_of(match[2], names))
        yield from names[start : end + 1] if start <= end else names[start:] + names[: end + 1]


def _of(written: str, names: tuple[str, ...]) -> str:
    return next(name for name in names if written.casefold().startswith(name))
