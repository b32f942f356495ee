"""Who asks for prices and names no thing is told the lowest and highest of each kind."""

from __future__ import annotations

import pytest

from agents.llm.builtin import answer, search_query
from agents.llm.builtin.question.overview import asks_prices
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import split_page

SITE = """# Tools for hire and sale

## Drills

| Drill | Price | Weight |
| --- | --- | --- |
| Finch | $49 | 2 lb |
| Heron | $190 | 6 lb |

## Saw plans

| | Basic | Plus |
| --- | --- | --- |
| Monthly fee | $9 per month | $25 per month |
| Blades | 2 | 10 |

## Accessories

- **Oil** - $4
- **Bag** - $12

## Ways to pay

| Way | Available for |
| --- | --- |
| Check | Orders over $500 |
| Card | All orders up to $10,000 |
"""


def said(*messages: str, text: str = SITE) -> str:
    index = Index.build([Passage("1", "tools.md", part.heading, part.text) for part in split_page(text)])
    history: tuple[PastMessage, ...] = ()
    found = None
    for message in messages:
        history = (*history, PastMessage("user", message))
        passages = tuple(hit.passage for hit in index.search(search_query(history), 6))
        found = answer(ChatRequest("Ada", "", history, passages))
        history = (*history, PastMessage("assistant", found.text))
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    "question", ["what are your prices", "how much does it cost?", "pricing", "what do you charge"]
)
def test_each_kind_is_told_without_what_comes_on_top_and_how_to_pay(question: str) -> None:
    assert said(question) == (
        "Prices on our pages:\n\n"
        "- **Drills**: $49 (Finch) to $190 (Heron)\n"
        "- **Saw plans** (Monthly fee): $9 per month (Basic) to $25 per month (Plus)"
    )


def test_the_only_list_of_prices_is_shown_whole() -> None:
    only = "# Shop\n\n## Plans\n\n| | Solo | Team |\n| --- | --- | --- |\n| Monthly fee | $9 | $25 |\n| Users | 1 | 5 |"

    assert said("how much does it cost?", text=only) == "- **Monthly fee** – Solo: $9; Team: $25"


def test_what_was_named_before_is_what_it_is_about() -> None:
    assert "Prices on our pages" not in said("how heavy is the Heron?", "how much does it cost?")


@pytest.mark.parametrize(
    "question",
    [
        "what are your prices",
        "your prices please",
        "price list",
        "how much is it",
        "how much are your products?",
        "what does it cost",
        "how expensive are you",
        "can you tell me about your prices",
    ],
)
def test_it_is_asked_in_many_ways(question: str) -> None:
    assert asks_prices(question)


@pytest.mark.parametrize(
    "question",
    ["how much is the Heron", "what does delivery cost", "what are your prices for schools", "how much do I get back"],
)
def test_what_names_something_is_another_question(question: str) -> None:
    assert not asks_prices(question)
