"""Labelled messages, one a line of a file, and the questions of their sales. README.md beside this has the form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leads.terms import CONTACT_KEYS, Kind, QuestionData

HERE = Path(__file__).parent
DECLINED = "declined"
FIELDS = frozenset(("sale", "style", "text", "asked", "known", "country", "languages", "facts", "declined", "unclear"))
_NUMBER = r"\d+(?:\.\d+)?"
_AMOUNT = rf"(?:{_NUMBER}|{_NUMBER}-(?:{_NUMBER})?|-{_NUMBER})"
_DAY = r"20\d\d-\d\d-\d\d"
FORMS = {
    Kind.NUMBER: re.compile(_AMOUNT),
    Kind.MONEY: re.compile(rf"{_AMOUNT}(?: [A-Z]{{3}})?(?: / person)?(?: / (?:day|week|month|year))?"),
    Kind.DATE: re.compile(rf"20\d\d(?:-\d\d|-Q[1-4])?|{_DAY}(?:/{_DAY})?"),
    Kind.PHONE: re.compile(r"\+?\d{5,15}"),
    Kind.EMAIL: re.compile(r"[^@\s]+@[^@\sA-Z]+"),
}


class BadLabel(ValueError):
    """A line that the README does not allow; the message says which and why."""


@dataclass(frozen=True)
class Case:
    """A message with what a careful person reads in it: each key with the values that are right."""

    sale: str
    text: str
    asked: str
    known: Mapping[str, tuple[Kind, str, int]]
    country: str
    languages: tuple[str, ...]
    wanted: Mapping[str, tuple[str, ...]]
    unclear: tuple[str, ...]

    def kind_of(self, key: str) -> str:
        return _kinds(self.sale).get(key, Kind.TEXT).value


@cache
def questions() -> dict[str, tuple[QuestionData, ...]]:
    """The questions of each sale."""
    sales = json.loads((HERE / "sales.json").read_text("utf-8"))
    return {name: tuple(_question(each) for each in asked) for name, asked in sales.items()}


def _question(row: dict[str, Any]) -> QuestionData:
    return QuestionData(row["key"], row["label"], row["ask"], Kind(row["kind"]), choices=tuple(row.get("choices", ())))


@cache
def _kinds(sale: str) -> dict[str, Kind]:
    """The kind of each key that may be labelled: contact details have a key of their own where nobody asks for them."""
    asked = {each.key: each.kind for each in questions()[sale]}
    return {key: kind for kind, key in CONTACT_KEYS.items() if kind not in asked.values()} | asked


def cases(file: Path) -> list[Case]:
    """The labelled messages of a file; raises BadLabel at the first line that has another form."""
    return [
        _case(json.loads(line), f"{file.name}, line {number}")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if line.strip()
    ]


def _case(row: dict[str, Any], place: str) -> Case:
    if row.keys() - FIELDS or not {"sale", "text", "facts"} <= row.keys():
        raise BadLabel(f"{place}: the fields are {sorted(FIELDS)}; sale, text and facts are needed")
    if row["sale"] not in questions():
        raise BadLabel(f"{place}: sales.json has no sale {row['sale']!r}")
    wanted = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in row["facts"].items()}
    wanted |= dict.fromkeys(row.get("declined", ()), (DECLINED,))
    case = Case(
        row["sale"], row["text"], row.get("asked", ""),
        {key: (Kind(kind), value, seq) for key, (kind, value, seq) in row.get("known", {}).items()},
        row.get("country", "GB"), tuple(row.get("languages", ("en",))), wanted, tuple(row.get("unclear", ())),
    )  # fmt: skip
    _check(case, place)
    return case


def _check(case: Case, place: str) -> None:
    kinds = _kinds(case.sale)
    for key in (*case.wanted, *case.known, *case.unclear, *([case.asked] if case.asked else [])):
        if key not in kinds:
            raise BadLabel(f"{place}: {key!r} is none of {sorted(kinds)}")
    for key, values in case.wanted.items():
        for value in values:
            if value != DECLINED and not _is_formed(value, kinds[key], key, case):
                raise BadLabel(f"{place}: {value!r} is not how {kinds[key].value} is written")


def _is_formed(value: str, kind: Kind, key: str, case: Case) -> bool:
    if kind is Kind.CHOICE:
        return any(value in each.choices for each in questions()[case.sale] if each.key == key)
    form = FORMS.get(kind)
    return bool(form.fullmatch(value)) if form else value in case.text
