"""A figure as it was read, and the numbers, words and signs it is read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from language.figures.numerals import NUMERAL


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `values` are what it may mean, in the base unit of its `kind`; `unit` is a currency or "".

    `kind`: money, share, date, clock, phone, count (a number of no unit), or a dimension of `units`.
    """

    kind: str
    values: tuple[float, ...]
    start: int
    end: int
    unit: str = ""
    numbers: tuple[float, ...] = ()  # the same without a unit, as it is written
    day: tuple[int, int, int] = (0, 0, 0)  # of a date: year, month, day, 0 where it is not said
    digits: str = ""  # of a telephone number
    is_spelled: bool = False
    is_about: bool = False  # "about 40"
    counts: bool = False  # something is counted: a noun follows
    is_cell: bool = False  # it is the cell of a table, or stands behind a label and a colon


class FigureToken(NamedTuple):
    """A number, a word or a sign of a text, in lower case."""

    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(rf"(?P<number>{NUMERAL.pattern})|(?P<word>[^\W\d_]+)|(?P<sign>[€$£¥₹₺₴₩₽¢%°])")


def tokens_of(text: str) -> list[FigureToken]:
    return [FigureToken(match.lastgroup or "", match[0].casefold(), *match.span()) for match in _TOKEN.finditer(text)]
