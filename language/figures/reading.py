"""Reads the figures of a text: one pass over its numbers, words and signs, and no pattern that could search long."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from language.figures.days import DATE, clocks, dated, dates, is_month
from language.figures.figure import Figure, FigureToken, tokens_of
from language.figures.numerals import MAX_SPELLED_WORDS, SCALES, spelled, values_of
from language.figures.units import (
    ADJECTIVES,
    CURRENCIES,
    HEDGES,
    MINOR_CURRENCIES,
    NO_NOUNS,
    POWERS,
    SHARE_WORDS,
    UNITS,
)
from language.phones import find_phones

REMEMBERED = 1024  # texts: passages and prompts come again with every question
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_LIST_NUMBER = re.compile(r"^[ \t>*_#-]*\d{1,3}[.)](?=\s)", re.MULTILINE)
_RANGE = re.compile(r"\s?(?:[-–—]|to|bis|until|till|and|or|und|oder|à|a|et|ou|y|o)\s?")
_GAPS = frozenset(
    ("", " ", "-", "\u2011", ". ", ",- ", ".- ", ",– ", ".– ", ",-", ".-", ",–", ".–")
)  # "40,- €", "40 €"
_ORDINALS = frozenset(("st", "nd", "rd", "th", "er", "re", "e", "ème", "x", "º", "ª"))
# Of two tokens: their kind, and how many characters stand between them.
_UNITS_OF_TWO = {
    ("°", "c"): ("temperature", 0),
    ("°", "f"): ("temperature", 0),
    ("m", "2"): ("area", 0),
    ("m", "3"): ("volume", 0),
    ("km", "h"): ("speed", 1),
}
_UPPER_IS_NO_UNIT = frozenset("gthm")  # "5G" is no weight


def normal(text: str) -> str:
    """One form for what is written in several: full-width digits, narrow blanks, characters that nobody sees."""
    if text.isascii():
        return text
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).replace("⁄", "/")


@lru_cache(maxsize=REMEMBERED)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text, in order; the numbers of a list are none."""
    return tuple(sorted(_Reading(normal(text)).found(), key=lambda figure: figure.start))


class _Unit(NamedTuple):
    """The unit behind a number: `factor` takes it to the base unit, `behind` is the token after it."""

    kind: str
    factor: float
    end: int
    behind: int
    currency: str = ""


class _Reading:
    """One text while it is read: what was found, and which of its characters belong to something already."""

    def __init__(self, text: str):
        self._text = text
        self._taken = bytearray(len(text) + 1)  # 1 for each character that belongs to something
        self._figures: list[Figure] = []
        for match in _LIST_NUMBER.finditer(text):
            self._take(*match.span())
        self._tokens = tokens_of(text)

    def found(self) -> list[Figure]:
        if any(token.kind == "number" for token in self._tokens):
            for match in find_phones(self._text):
                if not self._is_amount(match.end()) and not DATE.search(match[0]):
                    digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
                    self._add(Figure("phone", (), *match.span(), digits=digits))
            for figure in (*dates(self._text), *clocks(self._text)):
                self._add(figure)
        at = 0
        while at < len(self._tokens):
            at = self._from(at)
        self._inherit_units()
        return self._figures

    def _take(self, start: int, end: int) -> None:
        self._taken[start:end] = b"\x01" * (end - start)

    def _add(self, figure: Figure) -> None:
        is_other_reading = bool(self._figures) and self._figures[-1].kind == "date" == figure.kind
        is_other_reading = is_other_reading and self._figures[-1].start == figure.start
        if is_other_reading or self._taken.find(1, figure.start, figure.end) < 0:
            self._take(figure.start, figure.end)
            self._figures.append(figure)

    def _is_amount(self, end: int) -> bool:
        """Whether a currency stands behind what looks like a telephone number."""
        rest = self._text[end : end + 12].split(None, 1)
        return bool(rest) and (rest[0][0] in CURRENCIES or rest[0].casefold().strip(".,;:)") in CURRENCIES)

    def _from(self, at: int) -> int:
        """Reads what begins at a token; returns the token behind it."""
        token = self._tokens[at]
        if token.kind == "number":
            before = self._text[token.start - 1 : token.start]
            if before.isalpha() or before == "_":  # "A4", "M365"
                return at + 1
            return self._amount(at, at + 1, Figure("count", values_of(token.text), token.start, token.end))
        if is_month(self._text, token):
            figure, behind = dated(self._tokens, at)
            if figure:
                self._forget(figure.start)
                self._add(figure)
            return behind
        if token.kind != "word":
            return at + 1
        value, count = spelled(self._words_from(at))
        if not count:
            return at + 1
        end = self._tokens[at + count - 1].end
        return self._amount(at, at + count, Figure("count", (value,), token.start, end, is_spelled=True))

    def _words_from(self, at: int) -> list[str]:
        """The words that stand together from there on, with a blank or a hyphen between two of them."""
        words = [self._tokens[at].text]
        following = self._tokens[at + 1 : at + MAX_SPELLED_WORDS]
        for before, token in zip(self._tokens[at:], following, strict=False):
            if token.kind != "word" or self._text[before.end : token.start] not in (" ", "-", "\u2011"):
                break
            words.append(token.text)
        return words

    def _amount(self, first: int, behind: int, number: Figure) -> int:
        """A number with what stands before and behind it: scale, currency or unit. Returns the token behind it."""
        if not number.is_spelled:
            number, behind = self._scaled(first, behind, number)
        if not number.values:
            return behind
        figure = replace(number, numbers=number.values, is_about=first > 0 and self._tokens[first - 1].text in HEDGES)
        currency = self._currency_before(first, number.start)
        unit = self._unit_behind(behind, number.end)
        if unit and (unit.kind == "money" or not currency):
            values = tuple(value * unit.factor for value in number.values)
            figure = replace(figure, kind=unit.kind, values=values, unit=currency or unit.currency, end=unit.end)
            behind = unit.behind
        elif currency:
            figure = replace(figure, kind="money", unit=currency)
        else:
            before = self._text[max(0, number.start - 3) : number.start].rstrip()
            is_cell = before.endswith(("|", ":", "\t"))
            figure = replace(figure, counts=self._is_noun(behind, number.end), is_cell=is_cell)
        self._add(figure)
        return behind

    def _scaled(self, first: int, behind: int, number: Figure) -> tuple[Figure, int]:
        """With "k" or "million" behind it; no values for what is no number: "5G", "3D"."""
        if behind >= len(self._tokens) or not self._joins(number.end, behind):
            return number, behind
        token = self._tokens[behind]
        is_glued = token.start == number.end
        has_currency = bool(first) and self._tokens[first - 1].text in CURRENCIES
        # "€5 m" are millions, and in a row "89 € | 5 m" are metres
        has_currency = has_currency and not self._text[self._tokens[first - 1].end : number.start].strip()
        scale = SCALES.get(token.text) or (1e6 if token.text == "m" and has_currency else 0)
        if scale and (is_glued or token.text != "k"):
            values = tuple(value * scale for value in number.values)
            return replace(number, values=values, end=token.end), behind + 1
        is_unit = token.text in UNITS and not self._is_upper(token)
        if is_glued and token.kind == "word" and not is_unit and token.text not in _ORDINALS:
            is_money = token.text in CURRENCIES or token.text in MINOR_CURRENCIES
            return (number, behind) if is_money else (replace(number, values=()), behind + 1)
        return number, behind

    def _is_upper(self, token: FigureToken) -> bool:
        return token.text in _UPPER_IS_NO_UNIT and self._text[token.start].isupper()

    def _joins(self, end: int, at: int) -> bool:
        """Whether a token belongs to what ends there: behind it, or behind one blank or hyphen."""
        return at < len(self._tokens) and self._text[end : self._tokens[at].start] in _GAPS

    def _is_noun(self, at: int, end: int) -> bool:
        return self._joins(end, at) and self._tokens[at].kind == "word" and self._tokens[at].text not in NO_NOUNS

    def _currency_before(self, first: int, start: int) -> str:
        if not first:
            return ""
        token = self._tokens[first - 1]
        if token.end < start - 2 or self._text[token.end : start].strip(" ."):
            return ""
        is_code = not token.text.isalpha() or self._text[token.start : token.end].isupper()
        is_short = token.text in ("rs", "fr", "kr") and self._text[token.end] == "."
        return CURRENCIES.get(token.text, "") if is_code or is_short else ""

    def _unit_behind(self, at: int, end: int) -> _Unit | None:
        power = ""
        if self._joins(end, at) and self._tokens[at].text in ADJECTIVES:
            power = POWERS.get(self._tokens[at].text, "")
            at, end = at + 1, self._tokens[at].end
        if not self._joins(end, at):
            return None
        return self._unit_of_two(at) or self._unit_of_one(at, power)

    def _unit_of_two(self, at: int) -> _Unit | None:
        """A unit of two tokens, such as "per cent" or "km/h"."""
        if at + 1 == len(self._tokens):
            return None
        token, following = self._tokens[at : at + 2]
        both = (token.text, following.text)
        if both in SHARE_WORDS:
            return _Unit("share", 1.0, following.end, at + 2)
        kind, gap = _UNITS_OF_TWO.get(both, ("", 0))
        return _Unit(kind, 1.0, following.end, at + 2) if kind and following.start == token.end + gap else None

    def _unit_of_one(self, at: int, power: str) -> _Unit | None:
        """A unit of one token; a length becomes an area or a volume by `power`."""
        token = self._tokens[at]
        if token.text in MINOR_CURRENCIES and not (token.text == "p" and self._text[token.start] == "P"):
            return _Unit("money", 0.01, token.end, at + 1)
        if token.text in CURRENCIES:
            return _Unit("money", 1.0, token.end, at + 1, CURRENCIES[token.text])
        if token.text not in UNITS or self._is_upper(token):
            return None
        kind, factor = UNITS[token.text]
        if power and kind == "length":
            return _Unit(power, factor ** (2 if power == "area" else 3), token.end, at + 1)
        return _Unit(kind, factor, token.end, at + 1)

    def _forget(self, start: int) -> None:
        """The number that was read there a moment ago was a day."""
        while self._figures and self._figures[-1].kind == "count" and self._figures[-1].start >= start:
            last = self._figures.pop()
            self._taken[last.start : last.end] = bytes(last.end - last.start)

    def _inherit_units(self) -> None:
        """In "3 to 9 days" and "€10–12" both numbers have the unit."""
        ordered = sorted(self._figures, key=lambda figure: figure.start)
        for at in range(len(ordered) - 2, -1, -1):
            first, second = ordered[at : at + 2]
            bare, whole = (first, second) if first.kind == "count" else (second, first)
            if bare.kind != "count" or bare.counts or not whole.values or whole.kind in ("count", "clock"):
                continue
            if bare is second and whole.kind != "money":
                continue
            if not _RANGE.fullmatch(self._text[first.end : second.start][:10].casefold()):
                continue
            factor = whole.values[0] / whole.numbers[0] if whole.numbers and whole.numbers[0] else 1.0
            values = tuple(value * factor for value in bare.values)
            made = replace(bare, kind=whole.kind, values=values, unit=whole.unit)
            ordered[at if bare is first else at + 1] = made
        self._figures = ordered
