"""A number of people or things is compared with figures that say how many, and with nothing else."""

from __future__ import annotations

import pytest

from agents.llm.builtin.question.families import need, people_told
from agents.llm.builtin.shapes.capacity import enough
from agents.llm.request import Passage


def fitting(question: str, text: str, heading: str = "Shop › Plans") -> str:
    asked = need(question)
    assert asked is not None
    found = enough(asked, question, [Passage("1", "shop.md", heading, text)])
    return found[0] if found else ""


PLANS = """| | Solo | Team | Scale |
| --- | --- | --- | --- |
| Monthly | $12 | $39 | $99 |
| Seats | 1 | 10 | 50 |
| Projects | 3 | 40 | 400 |"""


def test_one_is_named_the_smallest_that_is_enough_with_its_price_and_one_next_step() -> None:
    found = fitting("which plan do we need for 8 people", PLANS)

    assert found == (
        "For 8 people the smallest that is enough is **Team** (Seats: 10). Its price: $39 (Monthly).\n\n"
        "Would you like to know more about Team, or how to get it?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "which plan suits an office of 8 people",
        "which plan is right for a team of about 8",
        "what plan do you recommend for a company of 8 users?",
    ],
)
def test_who_is_so_many_is_not_what_is_chosen_from(question: str) -> None:
    assert "**Team**" in fitting(question, PLANS)


@pytest.mark.parametrize(
    "text",
    [
        "| | Solo | Team |\n| --- | --- | --- |\n| Monthly | $12 | $39 |\n| Projects | 3 | 40 |",  # a plan is named so
        "| Team | Price |\n| --- | --- |\n| Basic | $30 |\n| Plus | $50 |",  # money is no size
        "We have served 900 companies with 40 employees. We have 40 employees ourselves.",
    ],
)
def test_other_numbers_are_no_size(text: str) -> None:
    assert fitting("which plan do we need for 8 people", text) == ""


def test_a_family_that_is_named_for_something_else_is_not_used() -> None:
    machines = (
        "| Machine | For | Price |\n| --- | --- | --- |\n| A | up to 9 people | $1 |\n| B | up to 99 people | $2 |"
    )

    assert "**B**" in fitting("which machine suits 30 people", machines, heading="Machines")
    assert fitting("which care plan suits 30 people", machines, heading="Machines") == ""


def test_a_cell_without_a_number_leaves_the_others_comparable() -> None:
    users = "| | Solo | Growth | Enterprise |\n| --- | --- | --- | --- |\n| Users included | 1 | 5 | custom |"

    assert "**Growth**" in fitting("which plan suits 4 users", users)


def test_where_nothing_is_named_the_range_of_most_sizes_is_suggested_from() -> None:
    water = Passage("2", "water.md", "Water", "| Model | People |\n| --- | --- |\n| Chill | 40 |\n| Still | 90 |")
    rows = "\n".join(f"| Brew {size} | {size} |" for size in (15, 35, 70, 120))
    coffee = Passage("1", "coffee.md", "Coffee", f"| Model | People |\n| --- | --- |\n{rows}")
    asked = need("we are 40 people, what do you suggest")
    assert asked is not None

    found = enough(asked, "we are 40 people, what do you suggest", [water, coffee])

    assert found is not None
    assert "**Brew 70**" in found[0]


BEANS = """| Plan | Price | Suits |
| --- | --- | --- |
| Desk | $62 | Up to 8 people |
| Floor | $330 | Up to 50 people |"""


def test_where_nothing_was_named_the_smallest_of_each_kind_is_told() -> None:
    told = people_told(["we are 9 people"])
    assert told is not None
    pages = [Passage("1", "shop.md", "Shop › Seats", PLANS), Passage("2", "beans.md", "Beans › Bean plans", BEANS)]

    found = enough(told, "we are 9 people", pages)

    assert found == (
        "For 9 people the smallest that is enough:\n\n"
        "- Seats: **Team** (Seats: 10; $39 (Monthly))\n"
        "- Bean plans: **Floor** (Suits: Up to 50 people; $330)",
        (0, 1),
    )


def test_a_row_of_prices_may_hold_one_that_is_agreed_on_and_no_charge_on_top() -> None:
    plans = (
        "| | Solo | Team | Scale |\n| --- | --- | --- | --- |\n| Setup fee | $5 | $6 | $7 |\n"
        "| Price | $12 | $39 | custom |\n| Seats | 1 | 10 | 50 |"
    )

    assert "Its price: $39.\n" in fitting("which plan do we need for 8 people", plans)


def test_a_superlative_asks_for_the_least_that_is_enough() -> None:
    assert "**Team**" in fitting("what's the cheapest plan for 8 people", PLANS)


@pytest.mark.parametrize(
    ("messages", "amount"),
    [
        (["we are 40 people"], 40),
        (["there are 12 of us, mostly engineers"], 12),
        (["hi, we have 25 employees"], 25),
        (["we are a team of 12, what would you recommend?"], 12),
        (["do you deliver?", "we are 40 people"], 40),
        (["we're 25 people, which one?"], 25),
        (["now it is for 50 people", "we are 40 people"], 50),  # the last message comes first
    ],
)
def test_how_many_it_is_for_is_taken_from_what_was_told(messages: list[str], amount: int) -> None:
    told = people_told(messages)

    assert told is not None
    assert told.amount == amount


@pytest.mark.parametrize("message", ["we have 3 machines", "it was 5 days late", "we are in Boston", "40 dollars"])
def test_other_numbers_are_no_people(message: str) -> None:
    assert people_told([message]) is None
