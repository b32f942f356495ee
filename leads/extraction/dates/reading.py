"""Dates in a message: "by the end of March", "next Tuesday", "Q1 next year", "mid December", "3.12.".

"Next Tuesday" is the Tuesday of next week, a Tuesday alone the next one to come. A day or month without a year is the
next one that comes; what is past is no date that a sale is planned for and is left out. "Early", "mid" and "late" are
thirds of a month (10 days each), "end of" is its last day. "After March" and "since March" say no date that has a
written form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from leads.extraction.dates import periods
from leads.extraction.dates.grammar import grammar
from leads.extraction.dates.rules import DateReader, FoundDate
from leads.extraction.message import VisitorText

MAX_DATES = 20  # of one message: nobody plans more, and each costs time
MAX_TRIES = 80  # places where a date may begin: a long chatty message has some 50
MAX_FOREIGN = 3  # spans that dateparser may look at, some milliseconds each
_AFTER = re.compile(
    r"\b(?:(?:mov|chang|shift|push|postpon|slip|verschob|verleg)\w* (?:it |the \w+ )?(?:from|von)|after|since|"
    r"not before|no earlier than|ago|last|past|nach|seit|letzte\w*|apres|depuis|"
    r"despues de|desde hace)\s{1,3}(?:the )?$"
)


def dates(
    message: VisitorText, at: date, languages: Sequence[str], *, country: str = "", is_asked: bool = False
) -> list[FoundDate]:
    """All dates from `at` on, in their order; `is_asked` also takes "May" or "Sat" that stand alone."""
    own = tuple(each for each in languages if each in {"en", "de", "fr", "es"})
    rules = grammar(own if "en" in own else (*own, "en"))
    reader = DateReader(message, at, rules, country, is_asked)
    found: list[FoundDate] = []
    place = 0
    tries = 0
    for token in message.tokens:
        if token.start < place or (token.plain not in rules.begins and not token.is_number):
            continue
        tries += 1
        seen = reader.date_at(token.start)
        if seen:
            place = seen.end
            found.append(seen)
        if len(found) == MAX_DATES or tries == MAX_TRIES:
            break
    foreign = tuple(each for each in languages if each not in {"en", "de", "fr", "es"})
    if foreign:
        found += _foreign(message, at, foreign, [(each.start, each.end) for each in found])
    return sorted((each for each in found if _is_ahead(each, message, at)), key=lambda each: each.start)


def _is_ahead(found: FoundDate, message: VisitorText, at: date) -> bool:
    return found.period.end >= at and not _AFTER.search(message.before(found.start, 30))


_FOREIGN = re.compile(r"(?<!\w)\d{1,2}\.? (?:de )?[^\W\d_]{3,15}\.?(?: (?:de )?20\d\d)?(?!\w)")


def _foreign(
    message: VisitorText, at: date, languages: tuple[str, ...], taken: list[tuple[int, int]]
) -> list[FoundDate]:
    """Days and months of languages that have no rules here, such as "3 dicembre"."""
    found: list[FoundDate] = []
    for tries, match in enumerate(_FOREIGN.finditer(message.text)):
        if tries == MAX_FOREIGN:
            break
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        when = _parsed(match.group(), at, languages)
        if when:
            found.append(FoundDate(match.start(), match.end(), periods.day(when)))
    return found


def _parsed(written: str, at: date, languages: tuple[str, ...]) -> date | None:
    import warnings
    from datetime import datetime, time

    import dateparser  # heavy: the start of a server does not pay for it

    known = {
        "RELATIVE_BASE": datetime.combine(at, time(12)),
        "PREFER_DATES_FROM": "future",
        "REQUIRE_PARTS": ["day", "month"],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            when = dateparser.parse(written, languages=list(languages), settings=known)
        except (ValueError, OverflowError):  # a language that it does not know
            return None
    return when.date() if when else None
