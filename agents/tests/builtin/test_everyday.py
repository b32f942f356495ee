"""The most ordinary questions of a buyer: prices, what there is, what suits, when you are open, a person please."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.llm.builtin import BuiltAnswer, answer, search_query
from agents.llm.builtin.evidence.doubts import other_currency
from agents.llm.builtin.question.asks import (
    asked_set,
    asks_when_open,
    has_kind,
    holds_exactly,
    is_special,
    says_when_open,
    share_of_kinds,
    topic_words,
    wanted_kinds,
)
from agents.llm.builtin.question.families import need
from agents.llm.builtin.question.followups import is_about_company, points_back
from agents.llm.builtin.question.wishes import wants_person
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import embed_parts, split_page
from language.embeddings import Encoder

PAGES = {
    "kilns.md": """# Kilns

## Compare the kilns

| Kiln | Price | Made for |
| --- | --- | --- |
| Ember | €1,200 | up to 6 people |
| Forge | €2,900 | up to 20 people |
| Furnace | €5,400 | up to 60 people |

## Renting a kiln

A kiln can be rented for €15 a day. The deposit is €200.
""",
    "clay.md": """# Clay plans

## Plans

| Plan | Bags a month | Price |
| --- | --- | --- |
| Pinch | 2 | €30 a month |
| Coil | 6 | €80 a month |
| Slab | 15 | €180 a month |

## Changing a plan

A clay plan can be changed or cancelled each month. Cancelling a clay plan costs nothing per month you wait.

## Discounts

Clubs get 8 percent off clay plans.

## Volume orders

The volume discount does not apply to clay plans. It cannot be combined with the discount for clubs.
""",
    "returns.md": """# Returns

## Used kilns

Used kilns can be returned within 7 days.

## New kilns

New kilns can be returned within 40 days of delivery.

## What is not covered

- Cracked shelves
- Glaze that has run
""",
    "contact.md": """# Contact

## Write or ring

Ring 020 555 0143 or write to hello@kilns.example. We are open Monday to Friday, 9 am to 5 pm.
""",
}


def indexed(encoder: Encoder | None) -> Index:
    found = []
    for name, text in PAGES.items():
        parts = split_page(text)
        vectors = embed_parts(encoder, parts) if encoder else [()] * len(parts)
        for part, sentences in zip(parts, vectors, strict=True):
            found.append(Passage(name, name, part.heading, part.text, sentences=tuple(sentences)))
    return Index.build(found)


@pytest.fixture(scope="module")
def word_shop() -> Index:
    return indexed(None)


@pytest.fixture(scope="module")
def vector_shop(encoder: Encoder) -> Index:
    return indexed(encoder)


Ask = Callable[[str], BuiltAnswer]


@pytest.fixture(params=["vectors", "words"])
def buyer(request: pytest.FixtureRequest) -> Ask:
    with_vectors = request.param == "vectors"
    encoder = request.getfixturevalue("encoder") if with_vectors else None
    index = request.getfixturevalue("vector_shop" if with_vectors else "word_shop")

    def asked(message: str) -> BuiltAnswer:
        history = (PastMessage("user", message),)
        hits = index.search(search_query(history), 6, encoder=encoder)
        return answer(ChatRequest("Ada", "", history, tuple(hit.passage for hit in hits)), encoder)

    return asked


def test_a_price_question_gets_the_price_table_not_the_talk_about_it(buyer: Ask) -> None:
    found = buyer("What does a clay plan cost per month?")

    assert found.band == "quote"
    assert all(price in found.text for price in ("€30", "€80", "€180"))


def test_which_there_are_and_what_they_cost_gets_the_whole_set(buyer: Ask) -> None:
    found = buyer("Which clay plans are there and what do they cost?")

    assert found.band == "quote"
    assert all(plan in found.text for plan in ("Pinch", "Coil", "Slab"))


def test_a_number_of_people_is_compared_with_what_things_are_made_for(buyer: Ask) -> None:
    found = buyer("which kiln suits a club of 15 people?")

    assert found.band == "quote"
    assert "**Forge" in found.text
    assert not any(other in found.text for other in ("Furnace", "Ember"))


def test_a_number_that_nothing_can_be_compared_with_is_never_answered_for_sure(buyer: Ask) -> None:
    assert buyer("which kiln is right for 40 plates?").band in ("closest", "none", "ask")


def test_of_two_variants_the_usual_one_comes_first(buyer: Ask) -> None:
    found = buyer("How long do I have to return a kiln?")

    assert "40 days" in found.text
    assert "7 days" not in found.text or found.text.index("40 days") < found.text.index("7 days")


def test_what_a_discount_does_not_apply_to_does_not_outrank_the_discount(buyer: Ask) -> None:
    found = buyer("is there a discount for clubs?")

    assert found.band == "quote"
    assert "Clubs get 8 percent off" in found.text.split("\n\n**")[0]


def test_a_heading_with_not_answers_a_question_with_not(buyer: Ask) -> None:
    assert "Cracked shelves" in buyer("what do returns not cover?").text


@pytest.mark.parametrize("message", ["what are your opening hours", "when are you open?", "what's your phone number"])
def test_how_the_company_can_be_reached_is_answered_for_sure(buyer: Ask, message: str) -> None:
    found = buyer(message)

    assert found.band == "quote"
    assert "9 am to 5 pm" in found.text


@pytest.mark.parametrize(
    "message",
    [
        "i want to talk to a human",
        "call me back please",
        "can I speak to someone?",
        "human please",
        "pls call",
        "please call back",
        "can u call tomorrow",
        "call asap",
    ],
)
def test_who_asks_for_a_person_is_told_how_to_reach_one(buyer: Ask, message: str) -> None:
    found = buyer(message)

    assert "020 555 0143" in found.text
    assert "cannot connect you" in found.text
    assert "do not know" not in found.text
    assert found.cited


def test_without_any_way_to_reach_someone_that_is_said() -> None:
    found = answer(ChatRequest("Ada", "", (PastMessage("user", "can someone call me"),)))

    assert "cannot connect you" in found.text
    assert found.cited == ()


def test_it_without_anything_said_before_points_back() -> None:
    assert points_back("does it need a water line?")
    assert not points_back("is it possible to rent a kiln?")
    assert not points_back("does the kiln need a water line?")


def test_a_person_as_part_of_a_fact_is_no_wish_for_one() -> None:
    assert wants_person("ok and a person i can ring")
    assert not wants_person("am I talking to a human?")
    assert not wants_person("do you call customers back within a day?")
    assert not wants_person("who answers the support mail at night?")
    assert wants_person("put me through to sales please")


def test_what_is_asked_for_is_told_from_what_it_is_asked_about() -> None:
    wants = wanted_kinds("how much is a crown per month")

    assert wants == {"money"}
    assert topic_words("how much is a crown per month", wants) == ("crown",)
    assert wanted_kinds("how much does it weigh") == frozenset()
    assert (
        share_of_kinds(frozenset({"money"}), "It costs €5.") > share_of_kinds(frozenset({"money"}), "It is free.") > 0
    )


def test_a_set_is_asked_for_in_the_plural() -> None:
    assert asked_set("which bean plans are there?") == ("bean", "plan")
    assert asked_set("what classes do you offer") == ("class",)
    assert asked_set("which plan do you mean") == ()
    assert asked_set("what are your opening hours") == ()


def test_what_has_to_be_enough_is_a_number_of_things_not_a_time() -> None:
    found = need("which machine suits an office of 30 people")

    assert found is not None
    assert (found.amount, found.noun) == (30, "people")
    assert need("which plan can I pause for 3 months") is None
    assert need("is the deposit for 2 people refunded") is None


def test_a_special_case_is_one_that_the_question_does_not_name() -> None:
    assert is_special("Refurbished machines", "can I return a machine")
    assert not is_special("Refurbished machines", "can I return a refurbished machine")
    assert not is_special("Renting a machine", "do you rent machines")


def test_prices_in_another_currency_are_a_doubt() -> None:
    assert other_currency("what is it in dollars", "It costs €749.")
    assert not other_currency("what is it in euros", "It costs €749.")
    assert not other_currency("what does it cost", "It costs €749.")


def test_where_the_company_is_may_be_asked_in_three_letters() -> None:
    assert is_about_company("where r u")
    assert is_about_company("where are you located?")
    assert not is_about_company("where are your beans from")


@pytest.mark.parametrize(
    "question",
    [
        "who founded the bakery",
        "how long have you been in business",
        "when did the company start",
        "How old is your shop?",
    ],
)
def test_how_a_company_began_is_one_fact_in_many_words(question: str) -> None:
    assert "founded" in wanted_kinds(question)
    assert "duration" not in wanted_kinds(question)
    assert has_kind("founded", "Ines Halvorsen opened the shop in 2011.")
    assert has_kind("founded", "We have moved homes since 1987.")
    assert not has_kind("founded", "Since Monday we are open until 20:15.")


def test_how_often_is_no_number() -> None:
    assert wanted_kinds("how often do you go there") == {"frequency"}
    assert share_of_kinds(frozenset({"frequency"}), "On the first Monday of every month.") == 1.0
    assert share_of_kinds(frozenset({"frequency"}), "It costs £95.") < 1.0


@pytest.mark.parametrize(
    ("kind", "text", "holds"),
    [
        ("place", "Fees apply from 1 April 2026.", False),
        ("place", "About 2,400 banks in 29 European countries.", False),
        ("place", "Buses stop outside the station.", False),
        ("place", "The warehouse is at Dok Noord 21, 9000 Gent.", True),
        ("place", "418 Maple Avenue, Duluth, MN 55802", True),
        ("phone", "v1 is read-only since 2025-10-01.", False),
        ("phone", "Over the limit: HTTP 429. 1,500 on Enterprise.", False),
        ("phone", "Ring (218) 555-0142.", True),
        ("when", "The latest slot is at 8pm.", False),
        ("when", "Saturday: 7 am to 3 pm", True),
    ],
)
def test_only_the_fact_itself_makes_an_answer_about_the_company_sure(kind: str, text: str, holds: bool) -> None:
    assert holds_exactly(kind, text) is holds


def test_a_day_alone_does_not_say_when_a_shop_is_open() -> None:
    assert asks_when_open("are you open on sunday")
    assert not says_when_open("We answer mail within a day, except on Sundays.")
    assert says_when_open("Closed on Sundays.")
    assert says_when_open("Sundays 10am - 3pm")
