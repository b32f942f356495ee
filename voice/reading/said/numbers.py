"""Writes numbers of other notations with the commas and point of English."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The length is limited, so that a page of digits takes no time. Groups are separated by a comma, a point, an apostrophe
# or a no-break space; in India they have two digits, except the last.
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?(?!\d)|\d{1,3}(?:\.\d{3}){1,5}(?:,\d{1,6})?(?!\d)"
    r"|\d{1,3}(?:['\u00a0\u202f\u2009]\d{3}){1,5}(?:[.,]\d{1,6})?(?!\d)"
    r"|\d{1,2}(?:,\d{2}){1,5},\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,15}(?:[.,]\d{1,6})?(?!\d))"
)
START = r"(?<![\w.,'])"
DASH = r"[-\u2010-\u2015\u2212]"
MINUS = r"(?:(?<![^\s(\[\"/~])[-\u2010-\u2013\u2212](?=[^\s-]))"
_SEPARATORS = re.compile(r"[,.']")
_BLANKS = re.compile(r"[\u00a0\u202f\u2009 ]")


def plain(written: str, *, is_point_grouping: bool = False) -> str:
    """The number with commas between thousands and a decimal point: "1.299,00" becomes "1,299.00".

    If a point comes before exactly three digits, `is_point_grouping` says that it marks thousands.
    """
    number = _BLANKS.sub("'", written)
    signs = _SEPARATORS.findall(number)
    if not signs:
        return grouped(number)
    parts = _SEPARATORS.split(number)
    is_decimal = len(parts[-1]) != 3 if len(set(signs)) == 1 else signs.count(signs[-1]) == 1
    if set(signs) == {"."} and len(signs) == 1 and (not is_point_grouping or len(parts[0]) > 3 or parts[0] == "0"):
        is_decimal = parts[-1] != "000" or parts[0] == "0"
    if is_decimal:
        return f"{grouped(''.join(parts[:-1]))}.{parts[-1]}"
    return grouped("".join(parts))


def grouped(digits: str) -> str:
    """The digits with commas between thousands; unchanged if they begin with a zero, as codes do."""
    return digits if digits.startswith("0") or len(digits) < 4 else f"{int(digits):,}"


def with_point(number: str) -> str:
    """Spells a decimal that ends in zero digit by digit, because voices read 3.10 as 3.1."""
    whole, _, decimals = number.partition(".")
    return f"{whole} point {' '.join(decimals)}" if decimals.endswith("0") else number


def spaced(digits: str) -> str:
    return " ".join(digits)


def alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
