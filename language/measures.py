"""Amounts in text (money, weights, lengths, times, shares, counts) in one unit each, so they can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Dimension = Literal["money", "weight", "length", "volume", "duration", "clock", "share", "data", "power", "count"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One amount: `value` in the dimension's base unit (kg, m, l, minutes, %, MB, W; money in its own currency)."""

    dimension: Dimension
    value: float
    unit: str
    start: int
    end: int


_NUMBER = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
WORD_NUMBERS = {word: value for value, word in enumerate(_COUNTED.split())} | {
    "a": 1,
    "an": 1,
    "half": 0.5,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
}
_UNITS: dict[str, tuple[Dimension, float]] = {
    **dict.fromkeys(("g", "gram", "grams", "gr"), ("weight", 0.001)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms", "kgs"), ("weight", 1)),
    **dict.fromkeys(("lb", "lbs", "pound weight"), ("weight", 0.4536)),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("weight", 0.02835)),
    **dict.fromkeys(("t", "tonne", "tonnes", "tons"), ("weight", 1000)),
    **dict.fromkeys(("mm", "millimetres", "millimeters"), ("length", 0.001)),
    **dict.fromkeys(("cm", "centimetres", "centimeters"), ("length", 0.01)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), ("length", 1)),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), ("length", 1000)),
    **dict.fromkeys(("mile", "miles"), ("length", 1609)),
    **dict.fromkeys(("inch", "inches"), ("length", 0.0254)),
    **dict.fromkeys(("ft", "foot", "feet"), ("length", 0.3048)),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliters"), ("volume", 0.001)),
    **dict.fromkeys(("cl",), ("volume", 0.01)),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), ("volume", 1)),
    **dict.fromkeys(("gallon", "gallons"), ("volume", 3.785)),
    **dict.fromkeys(("second", "seconds", "sec", "secs"), ("duration", 1 / 60)),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), ("duration", 1)),
    **dict.fromkeys(("hour", "hours", "hrs", "hr", "h"), ("duration", 60)),
    **dict.fromkeys(("day", "days"), ("duration", 1440)),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), ("duration", 10080)),
    **dict.fromkeys(("month", "months"), ("duration", 43800)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("duration", 525600)),
    **dict.fromkeys(("percent", "per cent", "%"), ("share", 1)),
    **dict.fromkeys(("kb",), ("data", 0.001)),
    **dict.fromkeys(("mb",), ("data", 1)),
    **dict.fromkeys(("gb",), ("data", 1000)),
    **dict.fromkeys(("tb",), ("data", 1_000_000)),
    **dict.fromkeys(("w", "watt", "watts"), ("power", 1)),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), ("power", 1000)),
}
_CURRENCY = r"[$€£¥₹₽₩₪₴₺]|(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|INR|JPY)\b"
_CURRENCY_WORD = r"euros?|dollars?|pounds?|quid|bucks|francs?|kroner|kronor|zloty|rupees"
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})\s?(?P<amount>{_NUMBER})(?P<k>k\b)?"
    rf"|(?<![\w.])(?P<small>{_NUMBER})(?:p|\s?pence|\s?cents?|¢)(?!\w)"
    rf"|(?<![\w.])(?P<amount2>{_NUMBER})(?P<k2>k)?\s?(?P<after>{_CURRENCY}|(?:{_CURRENCY_WORD})\b)",
    re.IGNORECASE,
)
_UNIT_NAMES = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?<![\w.])(?P<amount>{_NUMBER}|(?:{'|'.join(WORD_NUMBERS)})(?=[\s\-\u00a0]))(?:[\s\-\u00a0]*|\s(?:working|business|calendar|full)\s)"
    rf"(?P<unit>{_UNIT_NAMES})(?![\w])",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\w.:])(?P<hour>\d{1,2})(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b"
    r"|(?<![\w.:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\w:])",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"(?<![\w.,])(?:{_NUMBER})(?![\w])")
_CURRENCY_NAMES = {"$": "$", "dollar": "$", "usd": "$", "buck": "$", "€": "€", "euro": "€", "eur": "€", "£": "£",
                   "pound": "£", "gbp": "£", "quid": "£"}  # fmt: skip
_FREE = re.compile(r"^(?:free|none|no charge|included|at no charge|free of charge)\b", re.IGNORECASE)


def number(text: str) -> float:
    """A written number: thousands separated by commas or spaces, decimals by a point or, before 1-2 digits, a comma."""
    text = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if re.fullmatch(r"\d+,\d{1,2}", text):
        return float(text.replace(",", "."))
    return float(text.replace(",", ""))


@lru_cache(maxsize=8192)
def measures(text: str) -> tuple[Measure, ...]:
    """Every amount in a text, in order. A number that belongs to no unit is a count."""
    found: list[Measure] = []
    taken: list[tuple[int, int]] = []

    def add(match: re.Match[str], dimension: Dimension, value: float, unit: str) -> None:
        if not any(match.start() < end and start < match.end() for start, end in taken):
            taken.append(match.span())
            found.append(Measure(dimension, value, unit, *match.span()))

    for match in _MONEY.finditer(text):
        if match["small"]:  # "8p a minute", "50 cents"
            add(match, "money", number(match["small"]) / 100, "£" if match.group().endswith(("p", "pence")) else "cent")
            continue
        factor = 1000 if match["k"] or match["k2"] else 1
        currency = (match["before"] or match["after"]).casefold()
        currency = _CURRENCY_NAMES.get(currency.removesuffix("s"), currency)
        add(match, "money", number(match["amount"] or match["amount2"]) * factor, currency)
    for match in _QUANTITY.finditer(text):
        dimension, factor_of = _UNITS[match["unit"].casefold()]
        amount = match["amount"].casefold()
        value = WORD_NUMBERS[amount] if amount in WORD_NUMBERS else number(amount)
        add(match, dimension, value * factor_of, match["unit"].casefold())
    for match in _CLOCK.finditer(text):
        add(match, "clock", _minutes(match), "")
    for match in _PLAIN.finditer(text):
        add(match, "count", number(match.group()), "")
    return tuple(sorted(found, key=lambda measure: measure.start))


def _minutes(match: re.Match[str]) -> float:
    if match["hour24"]:
        return int(match["hour24"]) * 60 + int(match["minute24"])
    hour = int(match["hour"]) % 12 + (12 if match["half"].casefold() == "p" else 0)
    return hour * 60 + int(match["minute"] or 0)


def first(text: str, dimension: Dimension) -> Measure | None:
    """The first amount of that dimension; "free" and "none" are no money at all."""
    for measure in measures(text):
        if measure.dimension == dimension:
            return measure
    if dimension == "money" and _FREE.match(text.strip()):
        return Measure("money", 0.0, "", 0, len(text))
    return None
