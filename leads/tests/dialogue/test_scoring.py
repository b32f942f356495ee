"""What a lead is worth, and which rules say so."""

from __future__ import annotations

from datetime import date

import pytest

from leads.dialogue.scoring import LABELS, RULES, Reason, last_day, score, total
from leads.dialogue.state import PastTurn
from leads.terms import Kind, KnownFact
from leads.tests.dialogue.talk import COFFEE

TODAY = date(2026, 11, 28)


def fact(key: str, kind: Kind, value: str, seq: int = 1) -> KnownFact:
    return KnownFact(key, kind, value, seq, is_declined=not value)


def scored(*facts: KnownFact, said: tuple[str, ...] = ("Hello",)) -> tuple[Reason, ...]:
    turns = [PastTurn(2 * at + 1, text) for at, text in enumerate(said)]
    return score(COFFEE, {each.key: each for each in facts}, turns, at=TODAY)


def test_somebody_who_says_nothing_is_worth_nothing():
    assert scored() == ()
    assert score(COFFEE, {}, [], at=TODAY) == ()


def test_each_rule_names_the_fact_it_goes_by():
    reasons = scored(
        fact("email", Kind.EMAIL, "ann@example.com"),
        fact("people", Kind.NUMBER, "40"),
        fact("budget", Kind.MONEY, "5000 EUR"),
        fact("start", Kind.DATE, "2026-12"),
        said=("Hello", "How is it?", "Good", "Please send me a quote"),
    )

    assert reasons == (
        Reason("contact", 20, "email"),
        Reason("required", 5, "people"),
        Reason("required", 5, "email"),
        Reason("budget", 15, "budget"),
        Reason("later", 8, "start"),
        Reason("offer", 15),
        Reason("messages", 10),
    )
    assert total(reasons) == 78


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("2026-11-28", "soon"),
        ("2026-12-28", "soon"),
        ("2026-12-29", "later"),
        ("2027-02-26", "later"),
        ("2027-02-27", None),
        ("2026-11-27", None),
        ("2026-11-20/2026-12-10", "soon"),
        ("2026-Q4", "later"),
        ("2026", "later"),
        ("2027", None),
        ("next year", None),
    ],
)
def test_a_date_counts_by_its_last_day(value, rule):
    reasons = scored(fact("start", Kind.DATE, value))

    assert [reason.rule for reason in reasons] == ([rule] if rule else [])


@pytest.mark.parametrize("value", ["", "2026-02-30", "2026-13", "0000", "2026-12-01/", "12.3.2026"])
def test_what_is_no_date_has_no_last_day(value):
    assert last_day(value) is None


def test_who_declines_loses_points_but_never_falls_below_nothing():
    declined = fact("email", Kind.EMAIL, "", seq=3)

    assert scored(declined, said=("Hello", "I'd rather not say")) == ()
    reasons = scored(
        declined, fact("budget", Kind.MONEY, "5000"), said=("Hello", "I'd rather not say", "None of your business")
    )
    assert reasons == (Reason("budget", 15, "budget"), Reason("declined", -10), Reason("declined", -5))


def test_all_that_gives_points_gives_a_hundred():
    together = sum(rule.points * rule.most for rule in RULES if rule.points > 0 and rule.name != "later")

    assert together == 100
    assert set(LABELS) == {rule.name for rule in RULES}
