"""A quote answers at once, holds what belongs to it, and never begins with yes or no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.llm.builtin import answer, quoting
from agents.llm.builtin.evidence.weighing import AskedQuestion, weigh
from agents.llm.builtin.question.followups import Resolved
from agents.llm.builtin.shapes.quote import (
    WHOLE_WORDS_UNSURE,
    heading_line,
    named,
    page_name,
    quote,
    section_above,
    told_apart,
)
from agents.llm.builtin.weighed import weighed_up
from agents.llm.request import ChatRequest, Passage, PastMessage
from agents.tests.builtin.conftest import Ask
from knowledge.text.split import embed_parts, split_page
from language.embeddings import Encoder


def quoted(text: str, question: str, heading: str = "Shop › Terms") -> str:
    passage = Passage("1", "terms.md", heading, text)
    asked = AskedQuestion.of(question, question, None)
    return quote(passage, weigh(asked, [passage]).scored, asked)


def test_a_quote_begins_with_the_answer_and_cites_the_passage(ask: Ask) -> None:
    found = ask("what is the frame of the Harbour made of")

    assert not found.text.startswith("**")
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

    said = answer(
        ChatRequest("Ada", "", (PastMessage("user", "which coin do the lockers take"),), tuple(found)), encoder
    )

    assert len(found) == 2
    assert said.text.count("Lockers take a £1 coin.") == 1
    assert len(said.cited) == 1


def test_things_with_vectors_can_be_compared(encoder: Encoder) -> None:
    one, other = (Passage("1", "a", "A", "Text.", sentences=embed_parts(encoder, split_page("Text."))[0]) for _ in "ab")

    assert one != other
    assert [one, other].index(other) == 1
    assert encoder.encode("a") != encoder.encode("b")


def test_a_quote_names_its_section_where_nothing_else_says_what_it_is_about() -> None:
    question = AskedQuestion.of("which bike folds", "which bike folds", None)
    tram = Passage("1", "a.md", "Bikes › Tram", "")

    assert named("It folds in 20 seconds.", tram, question) == "**Tram:** It folds in 20 seconds."
    assert named("The Tram folds.", tram, question) == "The Tram folds."
    assert named("A bike that folds.", Passage("1", "a.md", "Our bikes", ""), question) == "A bike that folds."


def test_two_quotes_are_told_apart_by_no_more_than_it_takes() -> None:
    shown = [Passage("1", "a.md", "Help › Terms › Returns", ""), Passage("1", "a.md", "Help › Terms › Refunds", "")]
    alike = [Passage("1", "adults.md", "Fees", ""), Passage("2", "children.md", "Fees", "")]

    assert told_apart(["One.", "Two."], shown) == "**Returns**\n\nOne.\n\n**Refunds**\n\nTwo."
    assert told_apart(["One.", "Two."], alike).startswith("**Adults › Fees**\n\nOne.")


SIDE_BY_SIDE = """|  | Oak 2 | Oak 4 | Oak 6 |
| --- | --- | --- | --- |
| Price | €300 | €500 | €700 |
| Shelves | 2 | 4 | 6 |
| Delivery | 3 days | 5 days | 9 days |"""


def test_the_price_of_one_thing_comes_alone_though_the_table_has_them_all() -> None:
    assert quoted(SIDE_BY_SIDE, "how much is the Oak 4") == "- **Oak 4** – Price: €500"
    assert quoted(SIDE_BY_SIDE, "what does the Oak 2 or the Oak 6 cost").count("- **Oak") == 2
    assert all(price in quoted(SIDE_BY_SIDE, "what do your racks cost") for price in ("€300", "€500", "€700"))


def test_the_price_of_one_item_comes_without_the_rest_of_the_list() -> None:
    prices = "Swimming:\n\n- Adult swim: £5.20\n- Junior swim: £3.10\n- Family swim: £14.00"

    one = quoted(prices, "how much is a junior swim", heading="Prices › Pool")

    assert "£3.10" in one
    assert "£5.20" not in one
    assert all(price in quoted(prices, "what does swimming cost", heading="Prices") for price in ("£5.20", "£3.10"))


def test_the_whole_is_quoted_before_a_part_that_was_not_asked_for() -> None:
    above = Passage("1", "a.md", "Help › Trial", "The trial lasts 21 days. No card is needed.")
    part = Passage("1", "a.md", "Help › Trial › More time", "Write to us before the trial ends and we add 14 days.")

    long = AskedQuestion.of("How long is the trial?", "How long is the trial?", None)
    more = AskedQuestion.of("can I get more time for the trial?", "can I get more time for the trial?", None)

    assert section_above(0, long, [part, above]) == 1
    assert section_above(0, more, [part, above]) is None


def test_a_dash_for_one_member_is_shown_with_those_that_have_it() -> None:
    table = "| | Team | Chain | Group |\n| --- | --- | --- | --- |\n| Single sign-on | – | – | SAML |"

    assert "SAML" in quoted(table, "is single sign-on in Chain?")


def test_only_the_part_that_is_asked_for_is_said_again() -> None:
    passage = Passage("1", "a.md", "Refunds", "Monthly plans are not refunded. Yearly plans are refunded in full.")
    history = (PastMessage("user", "can I get a refund for a yearly plan?"),
               PastMessage("assistant", passage.text), PastMessage("user", "and for monthly plans?"))  # fmt: skip

    assert answer(ChatRequest("Ada", "", history, (passage,))).text.count("refunded") == 1


CABINS = """| Name | Kind | Price |
| --- | --- | --- |
| Alder | Twin cabin | €70 |
| Birch | Family cabin | €110 |
| Cedar | Twin cabin | €74 |"""


@pytest.mark.parametrize(
    "body", ["- Harbour\n- Ridge", "1. Pack it\n2. Send it", "| A | B |\n| --- | --- |\n| 1 | 2 |"]
)
def test_a_name_stands_above_what_has_to_begin_its_line(body: str) -> None:
    box = Passage("1", "a.md", "Boxes › Shipping box", "")
    question = "which one can hold 60 pounds"

    assert named(body, box, AskedQuestion.of(question, question, None)) == f"**Shipping box:**\n\n{body}"


def test_a_row_is_named_by_any_of_its_cells() -> None:
    shown = quoted(CABINS, "family cabin price", heading="Camp › Cabins")

    assert "€110" in shown
    assert "€70" not in shown


def test_all_rows_of_the_kind_asked_for_are_shown() -> None:
    shown = quoted(CABINS, "what does a twin cabin cost", heading="Camp › Cabins")

    assert "€70" in shown
    assert "€74" in shown
    assert "€110" not in shown


def test_the_usual_row_comes_without_the_special_one() -> None:
    table = "| Item | Price |\n| --- | --- |\n| Fitting | €45 |\n| Repeat fitting | €33 |\n| Storage | €20 |"

    assert "€33" not in quoted(table, "how much is a fitting")
    assert "€33" in quoted(table, "how much is a repeat fitting")


def test_which_is_answered_by_a_name() -> None:
    body = "Plain brown. Holds up to 30 kg."
    passage = Passage("1", "range.md", "Range › Shipping box", body)
    question = "which box can hold 25 kg"

    assert named(body, passage, AskedQuestion.of(question, question, None)) == f"**Shipping box:** {body}"


def test_what_the_question_names_is_said_beside_a_price() -> None:
    text = "Members pay a fifth less.\n\n| Course | Price |\n| --- | --- |\n" + "".join(
        f"| Course {name} | £{price} |\n" for price, name in enumerate("ABCDEFGHIJKL", 20)
    )

    found = quoted(text, "how much is course B for members", heading="Shop › Courses")

    assert "£21" in found
    assert "Members pay a fifth less." in found


def test_the_passage_comes_whole_where_the_sentence_may_be_the_wrong_one() -> None:
    tiers = " ".join(f"From {days} days before, we keep {days} percent." for days in range(10, 80, 7))
    passage = Passage("1", "terms.md", "Terms › Cancelling", f"{tiers} In the last week we keep all.")
    asked = AskedQuestion.of("can I cancel", "can I cancel", None)
    scored = weigh(asked, [passage]).scored

    assert "From 73 days before" not in quote(passage, scored, asked)
    assert "In the last week we keep all." in quote(passage, scored, asked, short=WHOLE_WORDS_UNSURE)


@pytest.mark.parametrize("question", ["address of the Stanway branch", "address in stanway"])
def test_what_stands_in_brackets_need_not_be_said_to_name_a_column(question: str) -> None:
    head = "| | Millbrook (main surgery) | Stanway (branch) |\n| --- | --- | --- |"
    table = f"{head}\n| Address | Mill Lane | 41 High Street |"

    assert quoted(table, question) == "- **Stanway (branch)** – Address: 41 High Street"


def test_of_what_is_not_so_sure_all_that_stands_beside_it_is_shown(encoder: Encoder) -> None:
    rest = " ".join(f"Room {at} on the upper floor is let to clubs of the town in the evening." for at in range(2, 7))
    page = f"# Halls\n\nThe Corn Exchange seats 220 people. {rest} Chairs are carried by those who hire it."
    parts = split_page(page)
    vectors = embed_parts(encoder, parts)
    found = [
        Passage("1", "halls.md", part.heading, part.text, sentences=tuple(own))
        for part, own in zip(parts, vectors, strict=True)
    ]
    question = "how many people does the Corn Exchange seat"
    seen = weighed_up(
        ChatRequest("Ada", "", (PastMessage("user", question),), tuple(found)),
        Resolved(question, question),
        encoder,
        lone=True,
    )

    def text(confidence: float) -> str:
        answered = quoting.quoted(replace(seen, evidence=replace(seen.evidence, confidence=confidence)))
        assert answered.band == "quote"
        return answered.text

    assert "220 people" in text(quoting.SURE_OF_SENTENCE)
    assert "Chairs are carried" not in text(quoting.SURE_OF_SENTENCE)
    assert "Chairs are carried" in text(quoting.SURE)
    less = replace(seen, evidence=replace(seen.evidence, confidence=quoting.SURE - 0.01))
    assert quoting.quoted(less).band == "closest"
