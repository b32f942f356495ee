from __future__ import annotations

import pytest

from bench.knowledge_conflicts.__main__ import SETS, pairs
from knowledge.conflicts.contradictions import contradictions
from knowledge.conflicts.statements import Statement, statements

TABLE = "| Model | Price | Weight (kg) |\n|---|---|---|\n| Brook | $1,249 | 14 |\n| Glen | $1,899 | 12 |"


def found(one: str, other: str, *, of: str = "Questions", beside: str = "Price list") -> list[tuple[str, str]]:
    stated = statements(of, "", one), statements(beside, "", other)
    return [(first.written, second.written) for first, second in contradictions(*stated)]


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        ("The Brook costs $1,249.", "Brook: 1,199 dollars", ("$1,249", "1,199 dollars")),
        (TABLE, "Glen: $1,799", ("$1,899", "$1,799")),
        (TABLE, "The Glen weighs 11.5 kg.", ("12", "11.5 kg")),
        ("Call us on 555 0142 100.", "Telephone: 555 0142 199", ("555 0142 100", "555 0142 199")),
        ("The Brook has a warranty of 2 years.", "Brook: 36 months warranty", ("2 years", "36 months")),
        ("The deposit for a Brook is $50.", "You pay a deposit of $60 for each Brook.", ("$50", "$60")),
        ("Delivery is free for orders over $100.", "Free delivery from $80.", ("$100", "$80")),
    ],
)
def test_the_same_thing_with_two_values_is_a_contradiction(one: str, other: str, marked: tuple[str, str]) -> None:
    assert found(one, other) == [marked]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Brook costs $1,249.", "Brook: 1.249,00 dollars"),
        ("The Brook costs $1,249.", "The Brook costs $104 a month."),
        ("The Brook costs $1,249.", "A used Brook costs $699."),
        ("The Brook costs $1,249.", "Lights for the Brook cost $49."),
        ("The Brook costs $1,249.", "The Brook costs 1,249 €. It was $1,399 until May."),
        ("The Brook costs $1,249.", "For example, two Brooks cost $2,498."),
        ("The Brook has a warranty of 2 years.", "Brook: 24 months warranty"),
        ("Classes of the Brook school last 45 to 60 minutes.", "Classes of the Brook school last 60 minutes."),
        ("Monday to Friday: 9 am to 6 pm", "Saturday: 9 am to 2 pm"),
        ("We are open Monday to Friday from 9:00 to 18:00, on Saturday from 9:00 to 13:00.", "Saturday: 9:00 to 13:00"),
        ("The deposit for a Brook is $50.", "You pay a deposit of $60 for each day with a Brook."),
        ("The Brook costs $1,249.", "In the sale the Brook costs $999."),
    ],
)
def test_what_only_looks_so_is_none(one: str, other: str) -> None:
    assert found(one, other) == []


@pytest.mark.parametrize("heading", ["Plants", "Plants for sale", "Installation of plants"])
def test_the_same_words_need_no_heading_to_be_about_the_same(heading: str) -> None:
    assert found("Delivery within 20 km costs $15.", "Delivery within 20 km costs $18.", of=heading) == [("$15", "$18")]


@pytest.mark.parametrize("heading", ["Sale", "Winter", "Members", "Rent a bike"])
def test_headings_that_limit_a_figure_are_heard(heading: str) -> None:
    assert found("Delivery within 20 km costs $15.", "Delivery within 20 km costs $18.", of=heading) == []


def test_words_that_only_headings_say_keep_apart_what_two_headings_name() -> None:
    one, other = "Delivery costs $15 within 20 km.", "Delivery costs $18 within 20 km."

    assert found(one, other, of="Sofas", beside="Books") == []


def test_each_day_of_a_sentence_has_its_own_hours() -> None:
    hours = "We are open Monday to Friday from 9:00 to 18:00, on Saturday from 9:00 to 13:00."

    assert found(hours, "Open on Saturdays from 10:00 to 14:00.") == [("9:00 to 13:00", "10:00 to 14:00")]


def test_a_document_that_says_both_contradicts_neither() -> None:
    both = "The Brook costs $1,249. The Brook costs $1,199."

    assert found(both, "Brook: $1,199") == []


def test_pages_of_two_things_with_the_same_labels_do_not_contradict_each_other() -> None:
    assert found("Harvest: June 2026", "Harvest: April 2026", of="Assam", beside="Sencha") == []


@pytest.mark.parametrize(("name", "number"), [("Price list 2027", 1), ("Bikes 2026", 0)])
def test_lists_of_two_years_may_differ(name: str, number: int) -> None:
    beside = "Price list" if number else "Price list 2027"

    assert len(found("The Brook costs $1,249.", "Brook: $1,199", of=name, beside=beside)) == number


def test_headings_say_of_what_a_figure_is() -> None:
    north = statements("Team", "North shop › Opening hours", "Daily from 9:00 to 18:00")
    south = statements("Team", "South shop › Opening hours", "Daily from 10:00 to 18:00")

    assert list(contradictions(north, south)) == []


@pytest.mark.parametrize("text", ["", "| a |\n|---|", '"I paid $5"', "1.2.3.4 5€6€7", "|||\n|-|-|\n|$5|"])
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(each, Statement) for each in statements("", "", text))


@pytest.mark.parametrize("name", SETS)
def test_what_is_shown_to_people_is_nearly_always_right(name: str) -> None:
    judged = list(pairs(name))

    shown = [pair for pair in judged if pair.found]
    right = sum(pair.contradicts for pair in shown)

    assert right / len(shown) >= 0.95
    assert right / sum(pair.contradicts for pair in judged) >= 0.75
