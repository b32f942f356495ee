"""Finds the row of a table that a number in the question selects: the one with 22 panels, or for "the day before"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from agents.llm.builtin.evidence.weighing import Scored
from language.blocks import Unit
from language.measures import Measure, measures
from language.words import STOP_WORDS, stem

_COUNTED = re.compile(r"\b(?P<number>\d+)[ -](?P<noun>[a-z]{3,})\b", re.IGNORECASE)
_THE_ONE = re.compile(r"\b(?:the|a|one) (?=(?:minute|hour|day|week|month) (?:before|ahead|notice)\b)", re.IGNORECASE)
_ABOVE = re.compile(r"^\W*(?:more than|over|above|from)\b|\bor more\b|\bor longer\b|\+", re.IGNORECASE)
_BELOW = re.compile(r"^\W*(?:less than|under|below|up to|within)\b|\bor less\b", re.IGNORECASE)
_SHARED_UNIT = re.compile(
    r"\b(?P<first>\d+)(?= ?(?:to|-|–|and) ?\d+ ?(?P<unit>minutes?|hours?|days?|weeks?|months?)\b)", re.IGNORECASE
)
FEWEST_BANDS = 3  # rows; a table with fewer hardly lists spans of time


def picked_by_number(question: str, scored: Sequence[Scored]) -> list[Scored]:
    """The row that has the number asked for in the column of that thing, or whose span of time contains the time asked
    for. Empty if several rows do."""
    rows = [found for found in scored if found.unit.kind == "row"]
    picked = [found for found in rows if _holds_count(question, found.unit)] or _in_band(question, scored)
    return picked if len(picked) == 1 else []


def _holds_count(question: str, row: Unit) -> bool:
    for asked in _COUNTED.finditer(question):
        noun = stem(asked["noun"].casefold())
        if noun in STOP_WORDS or measures(asked.group())[0].dimension != "count":
            continue
        columns = re.findall(r"(?:^|[–;]) ?([^–;:]+): (\d+)(?=;|$)", row.text)
        if any(stem(name.strip().casefold()) == noun and value == asked["number"] for name, value in columns):
            return True
    return False


def _in_band(question: str, scored: Sequence[Scored]) -> list[Scored]:
    """If the best row is one of several that name a span of time: the rows whose span contains the time asked for."""
    asked = _durations(_THE_ONE.sub("1 ", question))
    if len(asked) != 1 or scored[0].unit.kind != "row":
        return []
    best = scored[0]
    rows = [found for found in scored if found.passage == best.passage and found.unit.block == best.unit.block]
    bands = [_band(found.unit.cells[0]) for found in rows if found.unit.cells]
    if len(rows) < FEWEST_BANDS or len(bands) < len(rows) or None in bands:
        return []
    time = asked[0].value
    return [found for found, band in zip(rows, bands, strict=True) if band and band[0] <= time < band[1]]


def _band(name: str) -> tuple[float, float] | None:
    """From and to, in minutes, of "more than 7 days" and "48 to 2 hours before"; None for any other name."""
    times = sorted(one.value for one in _durations(_SHARED_UNIT.sub(r"\g<first> \g<unit>", name)))
    if len(times) == 2:
        return times[0], times[1]
    if len(times) == 1 and _ABOVE.search(name):
        return times[0], math.inf
    return (0.0, times[0]) if len(times) == 1 and _BELOW.search(name) else None


def _durations(text: str) -> list[Measure]:
    return [one for one in measures(text) if one.dimension == "duration"]
