"""Without a model: questions out of headings, tables and sentences with a figure, each borne out by its passage."""

import pytest

from evaluation.proposing.by_rules import by_rules
from evaluation.proposing.proposal import Proposal, Untouched, is_borne_out


def proposed(text, heading="Shop › Lamps"):
    found = by_rules(Untouched(1, "d", "Shop", heading, text))
    return found and (found.question, *found.must)


@pytest.mark.parametrize(
    ("text", "question", "must"),
    [
        ("The desk lamp costs 40 euros.", "How much does the desk lamp cost?", "40 euros"),
        ("Our repairs take 3 working days.", "How long do your repairs take?", "3 working days"),
        ("The floor lamp weighs 4 kg, and its shade is made of paper.", "How much does the floor lamp weigh?", "4 kg"),
        ("The workshop opens at 9:30 on weekdays.", "When does the workshop open?", "9:30"),
        ("Delivery is $25 within the city.", "How much is Delivery?", "$25"),
        ("Prices on this page are valid from September 1, 2026.", "Lamps: when?", "September 1, 2026"),
        ("It costs 40 euros.", "What does Lamps cost?", "40 euros"),
        ("You can return goods within 30 days.", "Lamps: how long?", "30 days"),
    ],
)
def test_a_sentence_with_a_figure_is_turned_into_a_question(text, question, must):
    assert proposed(text) == (question, must)


def test_a_table_gives_what_a_row_costs():
    table = "| Model | Price | Cups |\n|---|---|---|\n| Brook 90 | $2,400 | 90 |\n| Brook 60 | $1,900 | 60 |"

    assert proposed(table) == ("How much is Brook 90?", "$2,400")


def test_a_table_whose_columns_are_what_is_sold_is_read_by_column():
    table = "| | Brook 40 | Brook 90 |\n|---|---|---|\n| Weight | 9 kg | 14 kg |"

    assert proposed(table) == ("Brook 40: Weight?", "9 kg")


def test_rows_that_are_named_by_a_number_say_of_what():
    table = "| Machines | Discount |\n|---|---|\n| 3 to 5 | 5 percent |"

    assert proposed(table, "Prices › Volume discount") == ("Volume discount, 3 to 5: Discount?", "5 percent")


def test_a_heading_that_is_a_question_is_one():
    found = proposed("Within 30 days, in the box it came in.", "Questions › Can I send a lamp back?")

    assert found == ("Can I send a lamp back?", "30 days")


def test_a_label_is_asked_for():
    assert proposed("**Phone:** (401) 555-0142") == ("Lamps: Phone?", "(401) 555-0142")


def test_other_languages_are_not_turned_round():
    text = "Die Lampe kostet 40 Euro und ist in drei Tagen bei Ihnen."

    assert proposed(text, "Laden › Schreibtischlampe") == ("Schreibtischlampe?", "40 Euro")


@pytest.mark.parametrize("text", ["We love lamps and sell them with care.", "There are 3 of us.", "—"])
def test_what_states_nothing_that_could_be_looked_for_gives_none(text):
    assert proposed(text) is None


@pytest.mark.parametrize(
    ("question", "must"),
    [
        ("How much is it?", ("50 euros",)),  # stands nowhere
        ("Is it 40 euros?", ("40 euros",)),  # tells the answer
        ("How much is it?", ("/4.*/",)),  # a pattern is not staff's
        ("How much is it?", ()),
        ("How much is it?", ("40 euros", " ")),
        ("How?", ("40 euros",)),
        ("how  much is THE lamp?", ("40 euros",)),  # a case asks it already
    ],
)
def test_what_is_not_borne_out_is_not_shown(question, must):
    passage = Untouched(1, "d", "Shop", "Lamps", "The lamp costs **40 euros**.")

    assert not is_borne_out(Proposal(passage, question, must, "model"), {"how much is the lamp?"})
    assert is_borne_out(Proposal(passage, "How much is it?", ("40 euros",), "model"))
