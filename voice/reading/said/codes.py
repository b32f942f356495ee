"""Spells codes instead of reading them: PINs, ZIP codes, order and part numbers, versions, card numbers."""

from __future__ import annotations

import re

from voice.reading.said.numbers import DASH, spaced
from voice.reading.said.phones import parts

MAX_LETTERS = 3  # so many letters of a code are spelled; more are a word: "SAVE20"
MAX_NUMBER = 3  # so many digits of a code are read as a number: "XR-200"
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "D.C.", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
_STATE_ZIP = re.compile(r"\b([A-Z]{2}),? (\d{5})(?:-(\d{4}))?(?![\w-])")
_CITY_CODE = re.compile(r"(?<=\d, )\d{4,5}(?= [A-Z][a-zäöüß])")
_IS = r"(?:(?:[ ]?(?:number|no\.?|code|id|is|was|nr\.?|[:=#]))){0,3}[ ]?\"?"
# After these words a number of any length is spelled.
_ALWAYS = re.compile(
    rf"\b((?:PIN|(?:pass|access|security|gate|door|entry|area|post|postal|zip|country|discount|promo|verification|"
    rf"coupon|voucher|dialling|sort|product|error)?[ ]?code|postcode|passcode|OTP|CVV|CVC|ZIP|password|SKU|EAN|ISBN|"
    rf"serial|GTIN){_IS})(\d{{3,20}}|\d{{1,6}}(?:-\d{{1,6}}){{1,4}})"
    rf"(?![\w]|[.,:]\d|[ ](?:times|days|hours))",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"(?:(?<=\d \d),?[ ]?x|,?[ ]?\b(?:extension|ext\.?))[ ]?(\d{1,6})(?!\w|[.,]\d)", re.IGNORECASE)
# After these, with "number" or the like, one of five digits or more.
_NUMBERED = re.compile(
    r"\b((?:order|invoice|ticket|account|tracking|customer|booking|reservation|confirmation|reference|ref\.?|case|part|"
    r"item|model|article|licen[cs]e|policy|member|membership|tax|VAT|serial)[ ]?"
    r"(?:number|no\.?|id|nr\.?|is|[:=#])(?:[ ]?(?:is|[:#]))?[ ]?)#?"
    r"(\d{5,20}|\d{2,10}(?:-\d{1,10}){1,4})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_CALL_SHORT = re.compile(
    r"\b((?:call|dial|ring|text|to)\s)(\d{3}|[1-9]\d{4,5})"
    r"(?=[.!?;:]*(?:$|\s(?:for|now|or|to|if|in|at)\b|[,.!?]\s))(?!,\d)"
    r"(?<!to \d\d\d)",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:([ -])\d{4})(?:\1\d{4}){1,4}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)([A-Z]{2})(\d{2})((?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)")
_UK_POSTCODE = re.compile(r"(?<!\w)([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})(?!\w)")
_CANADIAN_POSTCODE = re.compile(r"(?<!\w)([A-Z]\d[A-Z]) ?(\d[A-Z]\d)(?!\w)")
_CODE = re.compile(
    r"(?<![\w.,$€£+/-])(?=[A-Z0-9-]{0,24}\d)[A-Z]{1,12}-?\d[A-Z0-9]{0,14}(?:-[A-Z0-9]{1,12}){0,4}(?![\w]|-\w)"
)
_CODES_TO = re.compile(rf"(?<![\w.,+/-])([A-Z])(\d{{1,2}})[ ]?{DASH}[ ]?\1(\d{{1,2}})(?![\w-])")
_DIGITS_FIRST = re.compile(r"(?<![\w.,$€£+/-])\d{1,8}(?:[A-Z]{1,3}|-[A-Z]{1,8})(?:-?[A-Z0-9]{1,8}){0,4}(?![\w]|-\w)")
_LED_BY_ZERO = re.compile(r"(?<!\d[ ])(?<![\w.,:/$€£-])0\d{1,19}(?![\w]|[.,:/]\d)")
_LONG = re.compile(r"(?<![\w.,$€£-])(?!\d{1,9}0{5})\d{8,20}(?![\w]|[.,]\d|[ ]?[%€£])")
_CHAIN = re.compile(r"(?<![\w.,-])\d{1,8}(?:-\d{1,8}){2,6}(?![\w-])")
_ADDRESSES = re.compile(r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(:\d{1,5})?(?![\w]|\.\d)")
_V = re.compile(r"(?<!\w)v(?:er)?\.? ?(\d{1,5}(?:\.\d{1,5}){0,4})(?!\w|\.\d)", re.IGNORECASE)
_READ_AS_THEY_ARE = re.compile(
    r"\d{1,2}(?:K|G|D|P|AM|PM)|\d{1,4}M|[1-9]0{1,2}K|\d{1,4}(?:ST|ND|RD|TH)|[A-Z]\d", re.ASCII
)


def read(text: str) -> str:
    """Spells the codes in a text. Its telephone numbers, dates and prices must be words already."""
    if not any(map(str.isdecimal, text)):
        return text
    text = _STATE_ZIP.sub(_state_and_zip, text)
    text = _CITY_CODE.sub(lambda found: spaced(found[0]), text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(lambda found: ", ".join(map(spaced, re.findall(r"\d+", found[0]))), text)
    text = _ALWAYS.sub(lambda found: found[1] + _by_digits(found[2]), text)
    text = _NUMBERED.sub(lambda found: found[1] + _by_digits(found[2]), text)
    text = _CALL_SHORT.sub(lambda found: found[1] + spaced(found[2]), text)
    text = _versions(text)
    for postcode in (_UK_POSTCODE, _CANADIAN_POSTCODE):
        text = postcode.sub(lambda found: f"{spelled(found[1])}, {spelled(found[2])}", text)
    text = _CODES_TO.sub(_codes_to, text)
    text = _CODE.sub(_code, text)
    text = _DIGITS_FIRST.sub(_code, text)
    text = _CHAIN.sub(lambda found: ", ".join(map(spaced, found[0].split("-"))), text)
    text = _LED_BY_ZERO.sub(lambda found: _by_digits(found[0]), text)
    return _LONG.sub(lambda found: _by_digits(found[0]), text)


def extensions(text: str) -> str:
    """Spells the extensions of telephone numbers, which must be spelled already."""
    return _EXTENSION.sub(_extension, text)


def _extension(found: re.Match[str]) -> str:
    pause = ", " if found.string[found.start() - 1 : found.start()].isdecimal() else " "
    return f"{pause}extension {spaced(found[1])}"


def spelled(code: str) -> str:
    """Spells a code sign by sign. Letters with an A among them are joined, since a single A is read as the article."""
    letters = " ".join(code.replace("-", ""))
    return re.sub(r"\bA (?=[A-Z\d])|(?<=[A-Z]) (?=A\b)", lambda found: found[0].replace(" ", "-"), letters)


def _by_digits(number: str) -> str:
    return ", ".join(spaced(part) for group in number.split("-") for part in parts(group))


def _state_and_zip(found: re.Match[str]) -> str:
    is_number = found[1] == "ID" and not found[2].startswith("83")  # a customer ID, and not a place in Idaho
    if found[1] not in _STATES or is_number:
        return found[0]
    return f"{_STATES[found[1]]} {spaced(found[2])}" + (f", {spaced(found[3])}" if found[3] else "")


def _iban(found: re.Match[str]) -> str:
    groups = re.findall(r".{1,4}", found[3].replace(" ", ""))
    return ", ".join(spelled(part) for part in (found[1], found[2], *groups))


def _versions(text: str) -> str:
    text = _ADDRESSES.sub(_address, text)
    text = _V.sub(lambda found: f"version {_points(found[1])}", text)
    return re.sub(r"(?<![\w.,])\d{1,5}(?:\.\d{1,5}){2,4}(?!\w|\.\d)", lambda found: _points(found[0]), text)


def _address(found: re.Match[str]) -> str:
    if any(int(part) > 255 for part in found.groups()[:4]):
        return found[0]
    return " dot ".join(found.groups()[:4]) + (f" port {found[5][1:]}" if found[5] else "")


def _points(number: str) -> str:
    first, *others = number.split(".")
    if len(others) == 1 and not others[0].startswith("0") and not others[0].endswith("0"):
        return number
    return " point ".join(
        [first, *(spaced(each) if each.startswith("0") and len(each) > 1 else each for each in others)]
    )


def _codes_to(found: re.Match[str]) -> str:
    """Two codes of one series, as in "Q1-Q3". If the second is not higher, it is one code."""
    letters, first, second = found.groups()
    return f"{letters}{first} to {letters}{second}" if int(first) < int(second) else found[0]


def _code(found: re.Match[str]) -> str:
    code = found[0]
    if re.fullmatch(r"\d{1,3}B", code) and re.match(r" [a-z]+s\b", found.string[found.end() : found.end() + 20]):
        return f"{code[:-1]} billion"
    if _READ_AS_THEY_ARE.fullmatch(code):
        return code
    said = []
    for part in code.split("-"):
        runs = re.findall(r"[A-Z]+|\d+", part)
        said.append(" ".join(_run(run) for run in runs))
    joined = ", ".join(said) if len(said) > 2 else " ".join(said)
    return re.sub(r"\bA (?=\d)", "A-", joined)


def _run(run: str) -> str:
    if run.isdecimal():
        return run if len(run) <= MAX_NUMBER and not run.startswith("0") else _by_digits(run)
    return spelled(run) if len(run) <= MAX_LETTERS else run
