"""What English says otherwise than it writes it, where the voices at hand read it badly. Money, dates, times of day,
percentages and most units are left to them: they read those well.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from voice.said import phones

# At most so many digits are one number; a bound, so that a page of digits takes no time.
_NUMBER = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_START = r"(?<![\w.,])"
_PER = {
    "mo": "month", "mth": "month", "month": "month", "yr": "year", "year": "year", "wk": "week", "week": "week",
    "day": "day", "d": "day", "hr": "hour", "hour": "hour", "h": "hour", "min": "minute", "minute": "minute",
    "sec": "second", "second": "second", "s": "second", "user": "user", "seat": "seat", "person": "person",
    "agent": "agent", "member": "member", "licence": "licence", "license": "license", "unit": "unit", "item": "item",
    "order": "order", "night": "night", "call": "call", "request": "request", "conversation": "conversation",
    "kg": "kilogram", "lb": "pound", "km": "kilometre", "l": "litre", "kwh": "kilowatt hour", "gb": "gigabyte",
    "tb": "terabyte", "m²": "square metre", "sq ft": "square foot", "sqft": "square foot", "pc": "piece",
}  # fmt: skip
_UNITS = {
    "m²": ("square metre", "square metres"),
    "sqm": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"),
    "cm²": ("square centimetre", "square centimetres"),
    "cm³": ("cubic centimetre", "cubic centimetres"),
    "km²": ("square kilometre", "square kilometres"),
    "ft²": ("square foot", "square feet"),
    "sqft": ("square foot", "square feet"),
    "ft³": ("cubic foot", "cubic feet"),
    "m": ("metre", "metres"),
    "g": ("gram", "grams"),
    "L": ("litre", "litres"),
    "l": ("litre", "litres"),
    "W": ("watt", "watts"),
    "V": ("volt", "volts"),
    "Wh": ("watt hour", "watt hours"),
    "h": ("hour", "hours"),
}
_ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "incl.": "including", "excl.": "excluding", "approx.": "approximately",
    "p.a.": "per year", "w/": "with", "w/o": "without", "vs.": "versus", "24/7": "twenty-four seven",
}  # fmt: skip
_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
         "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
_CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£"}


def read(text: str) -> str:
    """The text with numbers, units, ranges and abbreviations as they are said."""
    text = phones.read(text, plus="plus ")
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _alternatives(words: dict[str, object] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _unit(found: re.Match[str]) -> str:
    one, many = _UNITS[found[2]]
    return f"{found[1]} {one if found[1] == '1' else many}"


def _per(found: re.Match[str]) -> str:
    units = [unit.strip().lower() for unit in found[2].split("/")[1:]]
    return found[1].rstrip() + "".join(f" per {_PER[unit]}" for unit in units)


def _european(found: re.Match[str]) -> str:
    return found[0].replace(".", "_").replace(",", ".").replace("_", ",")


_Replacement = str | Callable[[re.Match[str]], str]
_RULES: list[tuple[re.Pattern[str], _Replacement]] = [
    (re.compile(rf"(?<![\w/.])(?:{_alternatives(_ABBREVIATIONS)})(?![\w/])", re.IGNORECASE),
     lambda found: _ABBREVIATIONS[found[0].lower()]),
    (re.compile(r"\bNo\. ?(?=\d)"), "number "),
    (re.compile(r"#(?=[A-Za-z]{0,5}-?\d)"), "number "),
    # Numbers as the rest of the world writes them
    (re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))"), ","),
    (re.compile(r"(?<![\d.,])(\d{1,3}) (?=\d{3} ?€)"), r"\1,"),
    (re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3}){1,4},\d{2}(?![\d.,])|(?<![\d.,])\d{1,4},\d{2}(?=\s?€)"), _european),
    (re.compile(r"\b(?:US|CA|AU)\$(?=\d)"), "$"),
    (re.compile(rf"{_START}(?<![€£$])({_NUMBER})\s?([€£])(?!\d)"), r"\2\1"),
    (re.compile(rf"{_START}(?<![€£$])({_NUMBER})\s?(EUR|USD|GBP)\b"), lambda found: _CURRENCIES[found[2]] + found[1]),
    # Ranges: an en dash between numbers always is one, a hyphen only between plain ones.
    (re.compile(r"(?<=[\d%kKMm€£$])(?<!\d[-–]\d)\s?–\s?(?=[€£$~]?\d)"), " to "),
    (re.compile(r"(?<![\w.,-])([€£$]?\d{1,3}(?:,\d{3})?(?:\.\d{1,2})?[%kKM]?)\s?-\s?"
                r"([€£$]?\d{1,3}(?:,\d{3})?(?:\.\d{1,2})?[%kKM]?)(?![\w-]|[.,]\d)"), r"\1 to \2"),
    (re.compile(r"\b((?:19|20)\d\d)-((?:19|20)\d\d)\b(?![\w-])"), r"\1 to \2"),
    (re.compile(rf"\b({_alternatives(_DAYS)})\.?\s?[–-]\s?({_alternatives(_DAYS)})\b"),
     lambda found: f"{_DAYS[found[1]]} to {_DAYS[found[2]]}"),
    # Prices and speeds by the unit
    (re.compile(rf"(\d(?:[\d.,]{{0,12}}\d)?[kKM]?%?(?: ?[A-Za-z€£]{{1,20}})?)((?:\s?/\s?(?:{_alternatives(_PER)}))"
                r"{1,3})(?![\w/])", re.IGNORECASE), _per),
    (re.compile(r"(\d\.\d) ?/ ?(5|10)(?![\w/.])"), r"\1 out of \2"),
    (re.compile(rf"{_START}({_NUMBER}) (m|g|l|L|W|V|h|Wh)(?![\w'²³])"), _unit),
    (re.compile(rf"{_START}({_NUMBER})(L|W|V|h|Wh)(?![\w'²³])"), _unit),
    (re.compile(rf"{_START}({_NUMBER})\s?(m²|m³|cm²|cm³|km²|ft²|ft³|sqm|sqft)(?!\w)"), _unit),
    (re.compile(r"(?<![\w$€£.,])(\d{1,4}(?:\.\d{1,2})?)k\b"), r"\1 thousand"),
    (re.compile(r"(?<![\w$€£.,])(\d{1,4}(?:\.\d{1,2})?)M\b"), r"\1 million"),
    (re.compile(r"(?<![\w.])(\d{1,4}(?:\.\d{1,2})?)x\b(?!\d)"), r"\1 times"),
    (re.compile(r"(?<=\d)½"), " and a half"),
    (re.compile(r"\bv(?=\d)"), "version "),
    (re.compile(r"(?<![\w.,$€£])(\d{1,3})\.0(?![\w.,]*[\d%])"), r"\1 point 0"),
    # Signs
    (re.compile(r"~ ?(?=[€£$]?\d)"), "about "),
    (re.compile(r"≥ ?|>= ?"), "at least "),
    (re.compile(r"≤ ?|<= ?"), "at most "),
    (re.compile(r"\s*&[&\s]*"), " and "),
    (re.compile(r"\s(?:-{1,3}|–)\s"), " — "),
]  # fmt: skip
