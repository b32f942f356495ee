"""The price of one thing is read from the table that names it, and nothing else is."""

from __future__ import annotations

import pytest

from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.builtin.shapes.prices import priced
from agents.llm.request import Passage

PLANS = """| | Solo | Growth | Enterprise |
| --- | --- | --- | --- |
| Per month, billed monthly | €39 | €149 | custom |
| Per month, billed yearly | €32 | €124 | custom |
| Extra user, per month | €9 | €14 | custom |
| Users | 1 | 5 | 50 |"""
MACHINES = """| Machine | Price | Deposit | Weight |
| --- | --- | --- | --- |
| Brook 40 | $1,490 | $100 | 28 lb |
| Brook 90 | $2,780 | $200 | 46 lb |"""


def told(question: str, text: str, heading: str = "Shop › Prices") -> str:
    found = priced(AskedQuestion.of(question, question, None), [Passage("1", "shop.md", heading, text)])
    return found[0] if found else ""


@pytest.mark.parametrize("question", ["how much is the brook 90", "What does the Brook 90 cost?", "price of brook 90"])
def test_a_row_is_named(question: str) -> None:
    assert told(question, MACHINES) == "- **Brook 90** – Price: $2,780"


@pytest.mark.parametrize("question", ["how much is growth", "price of the growth plan"])
def test_a_column_is_named_and_has_several_prices(question: str) -> None:
    assert told(question, PLANS) == ("- **Growth** – Per month, billed monthly: €149; Per month, billed yearly: €124")


@pytest.mark.parametrize(
    "question",
    [
        "how much is the brook",  # two are called so
        "how much is a refurbished brook 90",
        "how much does it cost to have a brook 90 delivered",
        "how heavy is the brook 90",
        "how much is the brook 90 and how heavy is it",
        "what do you charge",
    ],
)
def test_what_asks_something_else_is_left_to_others(question: str) -> None:
    assert told(question, MACHINES) == ""


def test_a_table_of_special_prices_answers_only_who_asks_for_them() -> None:
    assert told("how much is the brook 90", MACHINES, "Shop › Refurbished machines") == ""


def test_numbers_that_are_no_money_are_no_price() -> None:
    assert told("how much is growth", "| | Solo | Growth |\n| --- | --- | --- |\n| Users | 1 | 5 |") == ""


TOOLS = """| Tool | Day | Weekend | Week |
| --- | --- | --- | --- |
| SDS drill | £12 | £18 | £42 |
| Breaker, 10 kg | £24 | £36 | £84 |
| Breaker, 28 kg | £40 | £60 | £144 |"""


@pytest.mark.parametrize(
    ("before", "own", "price"),
    [
        ("how much is the 10 kg breaker", "and for a week", "- **Week** – Breaker, 10 kg: £84"),
        ("how much is the SDS drill", "and for a weekend", "- **Weekend** – SDS drill: £18"),
        ("what do you charge for a week", "and the SDS drill", "- **SDS drill** – Week: £42"),
    ],
)
def test_of_a_price_asked_next_only_what_was_asked_before_is_told(before: str, own: str, price: str) -> None:
    question = AskedQuestion.of(f"{before} {own}", f"how much is it {own}", None, message=own)

    assert priced(question, [Passage("1", "tools.md", "Prices", TOOLS)]) == (price, (0,))
