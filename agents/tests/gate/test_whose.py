"""A figure that the evidence states of one thing may not be said of its neighbour; of anything else nothing is held."""

import pytest

from agents.llm.gate.evidence import read
from agents.llm.gate.whose import Owners

TABLE = (
    "Machines › Range",
    "| Model | Price | Weight |\n|---|---|---|\n| Brook | $1,490 | 9 kg |\n| Weir | $2,300 | 14 kg |",
)
COLUMNS = ("Plans", "| | Basic | Plus |\n|---|---|---|\n| Fee | $29 | $49 |")
LIST = ("Repairs", "- **Rewiring:** $35\n- Cleaning – $10")
SENTENCES = ("Lamps", "The oak lamp costs $50. The brass lamp costs $40. All come with a bulb for $3.")
APPLE, CHERRY = ("Trees › Apple tree", "Price: $38."), ("Trees › Cherry tree", "Price: $52.")


def mixes_up(sentence, *evidence):
    owners = Owners(evidence)
    return any(owners.mixes_up(sentence, figure) for figure in read(sentence))


@pytest.mark.parametrize(
    ("wrong", "right", "evidence"),
    [
        ("The Brook costs $2,300.", "The Weir costs $2,300.", [TABLE]),
        ("The Weir weighs 9 kg.", "The Brook weighs 9 kg.", [TABLE]),
        ("Basic is $49.", "Plus is $49.", [COLUMNS]),
        ("Rewiring costs $10.", "Cleaning costs $10.", [LIST]),
        ("Our oak lamps are $40.", "Our brass lamps are $40.", [SENTENCES]),
        ("The apple tree is $52.", "The cherry tree is $52.", [APPLE, CHERRY]),
    ],
)
def test_what_stands_beside_each_other_is_told_apart(wrong, right, evidence):
    assert mixes_up(wrong, *evidence)
    assert not mixes_up(right, *evidence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $2,300.",  # of what, was said before
        "The Brook is cheaper than the Weir, which is $2,300.",  # both are named
        "A bulb for the oak lamp costs $3.",  # said of no lamp
        "Rewiring the Brook costs $35.",  # a repair is no neighbour of a machine
        "The Brook weighs about 14 kg.",
        "The Brook comes in 14 colours.",  # a count is nobody's
    ],
)
def test_what_may_be_meant_otherwise_is_let_through(sentence):
    assert not mixes_up(sentence, TABLE, COLUMNS, LIST, SENTENCES, APPLE, CHERRY)


def test_a_figure_that_stands_elsewhere_too_is_nobodys():
    offer = ("", "This week it is $2,300 with a grinder.")

    assert not mixes_up("The Brook costs $2,300.", TABLE, offer)


def test_two_things_with_the_same_price_are_both_right():
    both = ("Range", "| Model | Price |\n|---|---|\n| Brook | $1,490 |\n| Weir | $1,490 |\n| Spring | $780 |")

    assert not mixes_up("The Weir costs $1,490.", both)
    assert mixes_up("The Spring costs $1,490.", both)


def test_a_table_that_was_cut_into_passages_is_one():
    head, *rows = TABLE[1].splitlines()
    parts = [(TABLE[0], f"{head}\n{rows[0]}\n{row}") for row in rows[1:]]

    assert mixes_up("The Brook costs $2,300.", *parts)
    assert not mixes_up("The Weir costs $2,300.", *parts)


def test_a_sentence_of_the_evidence_may_name_its_neighbour():
    extra = ("Machines › Range", "- Brook: needs no line\n- Weir: $95 more than the Brook\n- Spring: $15")
    more = ("Machines › Range", "- Brook: $12\n- Weir: $95 more than the Brook\n- Spring: $15")

    assert not mixes_up("Beside the Brook you pay $95 more.", extra)
    assert not mixes_up("Beside the Brook you pay $95 more.", more)
    assert mixes_up("The Spring is $95.", more)
