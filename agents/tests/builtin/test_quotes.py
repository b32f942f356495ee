"""A quote stands under its heading, holds what belongs to it, and never begins with yes or no."""

from __future__ import annotations

import pytest

from agents.llm.builtin import answer
from agents.llm.builtin.evidence import Question, weigh
from agents.llm.builtin.quote import heading_line, page_name, quote
from agents.llm.embeddings import Encoder
from agents.llm.request import ChatRequest, Passage, Turn
from agents.tests.builtin.conftest import Ask
from knowledge.text.split import embed_parts, split_page


def quoted(text: str, question: str, heading: str = "Shop › Terms") -> str:
    passage = Passage("1", "terms.md", heading, text)
    asked = Question.of(question, question, None)
    return quote(passage, weigh(asked, [passage]).scored, asked)


def test_quote_begins_with_its_heading_and_cites_the_passage(ask: Ask) -> None:
    found = ask("what is the frame of the Harbour made of")

    assert found.text.startswith("**Our bikes › Harbour**")
    assert "steel" in found.text
    assert found.cited == (0,)
    assert found.band == "quote"


def test_one_matching_row_is_quoted_with_its_column_names(ask: Ask) -> None:
    found = ask("how much is a brake service")

    assert "Price: €49" in found.text or "| Brake service | €49 | 45 minutes |" in found.text
    assert "Brake service" in found.text


def test_a_list_comes_whole_with_its_lead_in(ask: Ask) -> None:
    found = ask("what do I have to include, the keys and the charger?")

    assert "Please send:\n\n- the invoice\n- both keys\n- the charger, if there is one" in found.text


def test_a_condition_is_quoted_with_the_rule_it_limits(ask: Ask) -> None:
    found = ask("do students get a discount on sale bikes")

    assert "does not apply to sale items" in found.text
    assert "10 percent" in found.text


def test_an_exception_in_a_long_passage_is_not_left_out() -> None:
    filler = " ".join(f"Our shop has a nice corner number {number} with plants and tea." for number in range(9))
    text = f"{filler} Gift cards are valid for three years. Gift cards cannot be used for repairs. {filler}"

    found = quoted(text[: len(text) // 2 + 200], "how long are gift cards valid")

    assert "three years" in found
    assert "cannot be used for repairs" in found
    assert "number 0" not in found


def test_a_sentence_that_leans_back_brings_what_it_leans_on() -> None:
    filler = "The showroom has many plants, tea and comfortable chairs for everyone who likes to sit. " * 5
    text = f"{filler}Deliveries need a signature. It may be given by a neighbour who lives next door. {filler}"

    found = quoted(text, "may a neighbour next door give the signature")

    assert "Deliveries need a signature. It may be given by a neighbour" in found


@pytest.mark.parametrize("question", ["can I drop the bike off without a booking", "do you repair electric motors"])
def test_an_answer_never_begins_with_yes_or_no(ask: Ask, question: str) -> None:
    found = ask(question)

    assert found.text.split()[0].strip("*,.").casefold() not in ("yes", "no")


def test_several_rows_are_a_well_formed_table() -> None:
    table = "| Plan | Price |\n| --- | --- |\n| Basic \\| old | €5 |\n| Plus | €9 |"

    found = quoted(table, "what do the plans cost")

    assert found.endswith("| Plan | Price |\n| --- | --- |\n| Basic \\| old | €5 |\n| Plus | €9 |")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("04-fees-and_terms.md", "Fees and terms"), ("Our terms 2026.pdf", "Our terms 2026"), ("faq.txt", "Faq")],
)
def test_page_names_are_readable(name: str, shown: str) -> None:
    assert page_name(name) == shown


def test_heading_is_escaped_and_names_the_page_when_it_has_one_level() -> None:
    assert heading_line(Passage("1", "fees.md", "Rates *new*", "")) == "**Fees › Rates \\*new\\***"
    assert heading_line(Passage("1", "fees.md", "Fees", "")) == "**Fees**"
    assert heading_line(Passage("1", "fees.md", "", "")) == "**Fees**"


def test_a_passage_that_comes_twice_is_quoted_once(encoder: Encoder) -> None:
    page = "# Pool\n\n## Lockers\n\nLockers take a £1 coin.\n\n## Lockers\n\nLockers take a £1 coin.\n"
    parts = split_page(page)
    found = [
        Passage("1", "pool.md", part.heading, part.text, sentences=sentences)
        for part, sentences in zip(parts, embed_parts(encoder, parts), strict=True)
    ]

    said = answer(ChatRequest("Ada", "", (Turn("user", "which coin do the lockers take"),), tuple(found)), encoder)

    assert len(found) == 2
    assert said.text.count("Lockers take a £1 coin.") == 1
    assert len(said.cited) == 1


def test_things_with_vectors_can_be_compared(encoder: Encoder) -> None:
    one, other = (Passage("1", "a", "A", "Text.", sentences=embed_parts(encoder, split_page("Text."))[0]) for _ in "ab")

    assert one != other
    assert [one, other].index(other) == 1
    assert encoder.encode("a") != encoder.encode("b")
