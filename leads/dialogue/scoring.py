"""The score of a lead: a list of rules, each with its points and the fact it is based on, so that staff see why."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.dialogue.phrases import Sign
from leads.dialogue.signs import signs_of
from leads.dialogue.standing import standing_of
from leads.dialogue.state import PastTurn
from leads.terms import Kind, KnownFact, QuestionData

LOWEST, HIGHEST = 0, 100
SEVERAL_MESSAGES = 4
SOON, LATER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Reason:
    """Points from a rule; `fact` is the key of the fact it is based on, "" for none."""

    rule: str
    points: int
    fact: str = ""


@dataclass(frozen=True, slots=True)
class ScoreCase:
    """The data for the rules. `facts` are facts that the visitor told, without declined ones."""

    questions: Sequence[QuestionData]
    facts: Mapping[str, KnownFact]
    turns: Sequence[PastTurn]
    declines: int
    at: date


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `applies` returns the key of each fact for which it counts, or "" to count without a fact.

    It counts at most `most` times.
    """

    name: str
    label: str | Promise
    points: int
    applies: Callable[[ScoreCase], Iterator[str]]
    most: int = 1


def _contact(case: ScoreCase) -> Iterator[str]:
    return (key for key, fact in case.facts.items() if fact.kind in (Kind.EMAIL, Kind.PHONE))


def _required(case: ScoreCase) -> Iterator[str]:
    return (question.key for question in case.questions if question.is_required and question.key in case.facts)


def _budget(case: ScoreCase) -> Iterator[str]:
    return (key for key, fact in case.facts.items() if fact.kind is Kind.MONEY)


def _soon(case: ScoreCase) -> Iterator[str]:
    return (key for key, away in _dates(case) if away <= SOON)


def _later(case: ScoreCase) -> Iterator[str]:
    if not any(_soon(case)):
        yield from (key for key, away in _dates(case) if SOON < away <= LATER)


def _wants_offer(case: ScoreCase) -> Iterator[str]:
    return ("" for turn in case.turns if Sign.BUYING in signs_of(turn.said))


def _several(case: ScoreCase) -> Iterator[str]:
    yield from [""] if len(case.turns) >= SEVERAL_MESSAGES else []


def _declines(case: ScoreCase) -> Iterator[str]:
    yield from [""] * case.declines


# The positive rules add up to 100. The negative ones come last, and take at most the points there are.
RULES: tuple[Rule, ...] = (
    Rule("contact", _("An e-mail address or a telephone number was given"), 20, _contact),
    Rule("required", _("A required question is answered"), 5, _required, most=5),
    Rule("budget", _("A budget was named"), 15, _budget),
    Rule("soon", _("It is for the next 30 days"), 15, _soon),
    Rule("later", _("It is for the next 90 days"), 8, _later),
    Rule("offer", _("A quote, a demonstration or an order was asked for"), 15, _wants_offer),
    Rule("messages", _("Four messages or more were written"), 10, _several),
    Rule("declined", _("A question was declined"), -10, _declines, most=2),
)
LABELS: dict[str, str | Promise] = {rule.name: rule.label for rule in RULES}


def score(
    questions: Sequence[QuestionData], facts: Mapping[str, KnownFact], turns: Sequence[PastTurn], *, at: date
) -> tuple[Reason, ...]:
    """The reasons for a lead's score on the day `at`; the points add up to `total`, 0 to 100."""
    told = {key: fact for key, fact in sorted(facts.items()) if not fact.is_declined}
    declines = standing_of(questions, facts, turns).declines if turns else 0
    case = ScoreCase(questions, told, turns, declines, at)
    reasons: list[Reason] = []
    for rule in RULES:
        for key in list(rule.applies(case))[: rule.most]:
            points = max(rule.points, LOWEST - total(reasons))
            if points:
                reasons.append(Reason(rule.name, points, key))
    return tuple(reasons)


def total(reasons: Sequence[Reason]) -> int:
    """The score itself."""
    return min(HIGHEST, max(LOWEST, sum(reason.points for reason in reasons)))


def _dates(case: ScoreCase) -> Iterator[tuple[str, timedelta]]:
    """Facts that are a date from today on, and how far away the last day is: "2026-12" ends on the 31st."""
    for key, fact in case.facts.items():
        last = last_day(fact.value) if fact.kind is Kind.DATE else None
        if last is not None and last >= case.at:
            yield key, last - case.at


_FORMS = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?|-Q(?P<quarter>[1-4]))?")


def last_day(value: str) -> date | None:
    """The last day of a fact's date ("2026-12-03", "2026-12", "2026-Q1", "2026", or two of them with "/")."""
    match = _FORMS.fullmatch(value.rpartition("/")[2].strip())
    if match is None:
        return None
    year = int(match["year"])
    month = int(match["month"] or 3 * int(match["quarter"] or 4))
    try:
        return date(year, month, int(match["day"] or calendar.monthrange(year, month)[1]))
    except ValueError:  # the 31st of February, the 13th month, the year 0
        return None
