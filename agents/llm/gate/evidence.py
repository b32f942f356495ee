"""What an answer may state: figures and addresses in the model's sources, and figures calculated from them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from agents.llm.gate.addresses import Addresses, without_addresses
from agents.llm.gate.derived import follows
from agents.llm.gate.whose import Owners
from agents.llm.request import ChatRequest
from language.figures.figure import Figure
from language.figures.reading import figures, normal

Support = Literal["given", "derived", "passed", ""]

COUNTED_FREELY = 10  # "two options", "3 steps": counting what was listed is no statement about the company
SPELLED_FREELY = 12
ABOUT = 0.05  # how far "about 40" may be from the known figure
CONVERTED = 0.01  # "5 miles (8 km)"
_ROUNDED_KINDS = frozenset(("weight", "length", "volume", "area"))
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ()./\u00a0\u2010-\u2013-]{1,3}(?=\d)")
_DIGITS = re.compile(r"\d{6,20}")
MIN_PHONE_DIGITS = 6
REMEMBERED = 512  # texts: the passages of some agents, their prompts, and what is being said; 10 kB each at most


class StatedEvidence:
    """All sources of one answer. `said`: words of visitor and staff, which may be used for calculations."""

    def __init__(self, texts: Sequence[str], said: Sequence[str] = (), placed: Sequence[tuple[str, str]] = ()):
        """`placed` are the passages among the texts, each with the trail of headings above it."""
        self.owners = Owners([(normal(trail), normal(text)) for trail, text in placed])
        texts = [normal(text) for text in texts]
        self.addresses = Addresses(texts)
        self.said = tuple(figure for text in said for figure in read(text))
        self.by_kind: dict[str, list[Figure]] = defaultdict(list)
        self._values: dict[str, set[tuple[str, float]]] = defaultdict(set)
        self._cells: set[float] = set()  # numbers in table cells, without a unit
        self._bare: set[float] = set()  # numbers without a unit in prose: hours, days of a month
        self._days: list[tuple[int, int, int]] = []
        self._digits = {run for text in texts for run in _digit_runs(text)}
        for text in texts:
            for figure in read(text):
                self._add(figure)

    @classmethod
    def of(cls, request: ChatRequest) -> StatedEvidence:
        said = [turn.text for turn in request.history if turn.role != "assistant"]
        attached = [each.text for turn in request.history for each in turn.attached]
        placed = [(passage.heading, passage.text) for passage in request.citable]
        return cls([*_given(request), *attached, *(turn.text for turn in request.history)], said, placed)

    def _add(self, figure: Figure) -> None:
        self.by_kind[figure.kind].append(figure)
        if figure.kind == "date":
            self._days.append(figure.day)
            self._values["count"].add(("", float(figure.day[0])))
            return
        for value in figure.values:
            self._values[figure.kind].add((figure.unit, _rounded(value)))
        for number in figure.numbers:
            self._values["count"].add(("", _rounded(number)))
            if figure.kind == "count" and not figure.counts and not figure.is_spelled:
                (self._cells if figure.is_cell else self._bare).add(_rounded(number))

    def supports(self, figure: Figure, stated: Sequence[Figure] = (), *, of_year: bool = False) -> Support:
        """How a figure is supported; "" if it is not. `stated` are the supported figures of the answer so far.

        `of_year`: the sentence is about a year, so monthly prices may be multiplied by twelve.
        """
        if figure.kind == "count" and _is_free(figure):
            return "passed"
        if self._is_given(figure):
            return "given"
        return "derived" if follows(figure, stated, self.said, self.by_kind, of_year=of_year) else ""

    def _is_given(self, figure: Figure) -> bool:
        if figure.kind == "phone":
            return self._has_phone(figure.digits)
        if figure.kind == "date":
            return any(self._is_day(figure.day, known) for known in self._days)
        if figure.kind == "clock":
            return self._is_time(figure.values[0])
        known = self._values[figure.kind]
        units = {figure.unit, ""} if figure.unit else {unit for unit, _value in known}
        if any((unit, _rounded(value)) in known for unit in units for value in figure.values):
            return True
        if any(_rounded(number) in self._cells for number in figure.numbers):
            return True
        if figure.kind == "hours" and ("", _rounded(figure.values[0] * 60)) in self._values["clock"]:
            return True
        within = ABOUT if figure.is_about else CONVERTED if figure.kind in _ROUNDED_KINDS else 0
        return bool(within) and any(
            abs(value - other) <= within * other for unit, other in known if unit in units for value in figure.values
        )

    def _has_phone(self, digits: str) -> bool:
        """Compare telephone numbers by their digits, with or without the country code."""
        national = digits.lstrip("0")
        return len(national) >= MIN_PHONE_DIGITS and any(
            run.endswith(national) or (len(run.lstrip("0")) >= MIN_PHONE_DIGITS and national.endswith(run.lstrip("0")))
            for run in self._digits
        )

    def _is_day(self, day: tuple[int, int, int], known: tuple[int, int, int]) -> bool:
        year, month, number = day
        if month != known[1]:
            return False
        has_year = not year or year == known[0] or (not known[0] and ("", float(year)) in self._values["count"])
        has_day = not number or number == known[2] or float(number) in self._bare  # "from 3 to 9 May"
        return has_year and has_day

    def _is_time(self, minutes: float) -> bool:
        if ("", minutes) in self._values["clock"]:
            return True
        hour, rest = divmod(minutes, 60)
        bare = self._bare | self._cells
        return not rest and (hour in bare or hour - 12 in bare or ("", hour) in self._values["hours"])


@lru_cache(REMEMBERED)
def read(text: str) -> tuple[Figure, ...]:
    """The figures of a text, except those in addresses."""
    return figures(without_addresses(normal(text)))


def _given(request: ChatRequest) -> Iterable[str]:
    yield request.system_prompt
    yield request.guidance
    yield request.agent_name
    for passage in request.citable:
        yield passage.text
        yield f"{passage.document}\n{passage.heading}"
    if request.promise:
        yield request.promise.answer_time


def _is_free(figure: Figure) -> bool:
    most = SPELLED_FREELY if figure.is_spelled else COUNTED_FREELY
    return any(value <= most and value == int(value) for value in figure.values)


def _rounded(value: float) -> float:
    return round(value, 4)


@lru_cache(REMEMBERED)
def _digit_runs(text: str) -> tuple[str, ...]:
    return tuple(_DIGITS.findall(_BETWEEN_DIGITS.sub("", text.replace("(0)", ""))))
