"""Reads telephone numbers digit by digit with a pause between groups, in every language."""

from __future__ import annotations

import re

MAX_DIGITS = 15  # of a telephone number: ITU-T E.164
MIN_DIGITS = 7
MAX_GROUP = 5  # digits without a pause, as in a ZIP code
_GAP = r"[ .\-/\u00a0\u2010-\u2013]"
# At most two signs between two digits, so that a page of dashes is no number.
_INTERNATIONAL = rf"\+\d{{1,15}}(?:{_GAP}{{0,2}}(?:\(\d{{1,5}}\)|\d{{1,12}})){{0,8}}"
_NORTH_AMERICAN = rf"(?:1{_GAP}{{1,2}})?(?:\(\d{{3}}\){_GAP}{{0,2}}|\d{{3}}{_GAP})\d{{3}}{_GAP}\d{{4}}"
_EXTENSION = r"(?:[-\u2010\u2011]\d{1,4})?"  # as in Germany and Austria, where 0 is the switchboard
_NATIONAL = rf"(?:\(0\d{{1,5}}\)|0\d{{1,5}}){_GAP}{{1,3}}\d{{2,8}}(?:{_GAP}\d{{2,8}}){{0,4}}{_EXTENSION}"
_ABROAD = rf"00[1-9]\d{{0,2}}{_GAP}(?:\(0\))?{_GAP}?\d{{1,5}}(?:{_GAP}\d{{2,8}}){{1,4}}{_EXTENSION}"
_AS_ONE = r"0[1-9]\d{8,10}"
_LOCAL = r"555-\d{4}"
_START, _END = r"(?<![\w.,+#$€£/-])(?<!\d[ ])", rf"(?![\w$€£₹%]|[.,]\d|{_GAP}\d)"
_PHONE = re.compile(rf"{_START}(?:{_INTERNATIONAL}|{_ABROAD}|{_NORTH_AMERICAN}|{_NATIONAL}|{_AS_ONE}|{_LOCAL}){_END}")
# After these words any number of that length is a telephone number, with any groups.
_SAID_BEFORE = re.compile(
    rf"(\b(?:call|ring|dial|phone|text|fax|mobile|cell|hotline|whatsapp|tel(?:ephone|efon)?|téléphone|teléfono)\b"
    rf"(?:\W{{0,3}}(?:us|me|number|is|at|on|now|under|unter)\b){{0,3}}\W{{0,3}})"
    rf"(?<![.,$€£+])(\d(?:{_GAP}?\d){{{MIN_DIGITS - 1},{MAX_DIGITS - 1}}}){_END}",
    re.IGNORECASE,
)
_VANITY = re.compile(
    r"(?<![\w.,+-])((?:1[-. ]{1,2})?\(?8(?:00|33|44|55|66|77|88)\)?|0800|0900|0?13[0-9]{2}|1800)"
    r"[-. ]{1,2}((?=[A-Z0-9-]{0,9}[A-Z])[A-Z0-9]{2,9}(?:-[A-Z0-9]{2,9}){0,2})(?![\w-])"
)
# A date or a period, which is no telephone number: 01.02.2026, 07.30-12.00
_NO_PHONE = re.compile(r"\d\d?([./-])\d\d?\1(?:\d\d){1,2}(?!\1\d)(?:\D{1,3}\d.*)?|\d\d\D\d\d\D{1,3}\d\d\D\d\d")
_TWO_DIGIT_CODES = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")


def read(text: str, plus: str = "+") -> str:
    """The text with its telephone numbers as single digits. `plus` is said for the plus sign."""
    if not any(map(str.isdecimal, text)):
        return text
    text = _VANITY.sub(lambda found: f"{_digits(found[1])}, {_letters(found[2])}", text)
    text = _PHONE.sub(lambda found: _said(found[0], plus), text)
    return _SAID_BEFORE.sub(lambda found: found[1] + _said(found[2], plus), text)


def _said(number: str, plus: str) -> str:
    groups = re.findall(r"\d+", number)
    is_phone = MIN_DIGITS <= sum(map(len, groups)) <= MAX_DIGITS and not _NO_PHONE.fullmatch(number)
    if not is_phone:
        return number
    if not number.startswith("+"):
        return _grouped(groups)
    if len(groups[0]) > 3:  # the country code is not separated from the rest
        code = _country_code(groups[0])
        groups = [code, groups[0].removeprefix(code), *groups[1:]]
    return plus + _grouped(groups)


def _country_code(digits: str) -> str:
    length = 1 if digits[0] in "17" else 2 if _TWO_DIGIT_CODES.match(digits) else 3
    return digits[:length]


def _digits(number: str) -> str:
    return _grouped(re.findall(r"\d+", number))


def _grouped(groups: list[str]) -> str:
    return ", ".join(" ".join(part) for group in groups for part in parts(group))


def parts(group: str) -> list[str]:
    """Divides a long run of digits into groups of three, the last one of two to four."""
    found: list[str] = []
    while len(group) > MAX_GROUP:
        found.append(group[:3])
        group = group[3:]
    if len(group) == 1 and found:
        group = found.pop() + group
    return [*found, group] if group else found


def _letters(word: str) -> str:
    """A word in a number ("0800 FLOWERS") is read as a word; one with digits is spelled."""
    return " ".join(re.sub(r"\d+", lambda run: f" {' '.join(run[0])} ", word.replace("-", " ").lower()).split())
