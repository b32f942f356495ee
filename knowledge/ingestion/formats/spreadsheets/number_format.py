"""Formats numbers as a sheet shows them: `"$"#,##0.00` turns 2400 into $2,400.00, `0%` turns 0.15 into 15%.

Codes: ECMA-376 part 1, 18.8.31. With fractions, powers of ten and conditions, a number stays as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

# Those that have a number and no code in the file: ECMA-376 part 1, 18.8.30. Of 5 to 8 the currency is the reader's.
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0",
            39: "#,##0.00", 40: "#,##0.00"}  # fmt: skip
PLAIN = frozenset(("general", "0", "@", ""))  # codes that show a number as it is stored
MAX_CODE_CHARS = 255
MAX_DECIMALS = 15
MAX_SHOWN = 1e15  # beyond it digits are made up
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|(?P<other>\[[^\]]*\])'
    r"|_.|\*.|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?)|(?P<percent>%)|(?P<literal>[$€£¥₹+\-(): /])|(?P<rest>.)",
    re.DOTALL,
)


Show = Callable[[float], str | None]


def code_of(number: int, own: dict[int, str]) -> str:
    """The code of a format, either the file's own or a built-in one; "" if there is none."""
    code = own.get(number) or BUILT_IN.get(number, "")
    return "" if code.casefold() in PLAIN else code


def shower(code: str) -> Show | None:
    """The function that formats numbers by a code; None if the code changes nothing."""
    return (lambda value: shown(value, code)) if code else None


class _Shape(NamedTuple):
    before: str
    behind: str
    decimals: int
    optional: int  # of the decimals, those that are left out where they are 0
    is_grouped: bool
    is_percent: bool
    thousands: int  # how often it is divided by 1,000
    zeros: int  # digits before the point at least: 00042


def shown(value: float, code: str) -> str | None:
    """The number formatted by the code, in English notation; None if the code is not for plain numbers."""
    sections = _sections(code)
    is_negative = value < 0
    section = sections[1] if is_negative and len(sections) > 1 else sections[0]
    shape = _shape(section)
    if shape is None or not abs(value) < MAX_SHOWN:
        return None
    number = Decimal(repr(abs(value))) * (100 if shape.is_percent else 1) / 1000**shape.thousands
    number = number.quantize(Decimal(1).scaleb(-shape.decimals), ROUND_HALF_UP)  # as sheets round, not as Python does
    digits = f"{number:{',' if shape.is_grouped else ''}f}"
    for _place in range(shape.optional):
        digits = digits[:-1] if digits.endswith("0") else digits
    digits = digits.rstrip(".") if shape.decimals else digits
    if not shape.is_grouped:
        whole, point, rest = digits.partition(".")
        digits = f"{whole.zfill(shape.zeros)}{point}{rest}"
    is_signed = is_negative and "-" not in section and "(" not in section and float(digits.replace(",", ""))
    text = f"{'-' if is_signed else ''}{shape.before}{digits}{shape.behind}"
    text = " ".join(text.split())
    return f"-{text.replace('(', '').replace(')', '')}" if is_negative and "(" in text else text


@lru_cache(maxsize=512)
def _sections(code: str) -> list[str]:
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', code[:MAX_CODE_CHARS]) or [""]


@lru_cache(maxsize=512)
def _shape(section: str) -> _Shape | None:
    before, behind, digits, is_percent = "", "", "", False
    for piece in _PIECE.finditer(section):
        if piece["other"] and not re.fullmatch(r"\[(?:[A-Za-z]+|Color ?\d+)\]", piece["other"], re.IGNORECASE):
            return None
        if piece["rest"] is not None or (piece["other"] and piece["other"].casefold() in ("[h]", "[m]", "[s]")):
            return None
        if piece["digits"]:
            if digits:
                return None
            digits = piece["digits"]
            continue
        is_percent = is_percent or bool(piece["percent"])
        said = next((text for text in piece.group("quoted", "escaped", "currency", "percent", "literal") if text), "")
        before, behind = (before, behind + said) if digits else (before + said, behind)
    if not digits or "/" in before + behind:
        return None
    whole, _, decimals = digits.partition(".")
    inner = whole.rstrip(",")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    thousands = len(whole) - len(inner)
    places = min(len(decimals), MAX_DECIMALS)
    return _Shape(before, behind, places, min(optional, places), "," in inner, is_percent, thousands, inner.count("0"))
