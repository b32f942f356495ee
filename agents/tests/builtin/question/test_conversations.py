"""What the last answer was about is what the next message is about; answers to the agent's question belong to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.llm.builtin import BuiltAnswer, answer, search_query
from agents.llm.builtin.question.followups import resolved
from agents.llm.builtin.question.said import asks_visitor, names_in
from agents.llm.builtin.question.swaps import swapped
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import embed_parts, split_page
from language.embeddings import Encoder

PAGES = {
    "coolers.md": """# Water coolers

## Our coolers

| | Brook S | Brook M | Brook L |
| --- | --- | --- | --- |
| Price | €590 | €940 | €1,650 |
| Made for | up to 15 people | up to 45 people | up to 120 people |
| Noise | 38 dB | 41 dB | 46 dB |

## Care plans

| | Lite | Team | Max |
| --- | --- | --- | --- |
| Price per cooler | €9 per month | €19 per month | €35 per month |
| Visits | 1 per year | 2 per year | 6 per year |

## Accessories

- Filter 180: €49
- Filter 90: €29
- Drip tray: €22
""",
    "terms.md": """# Delivery and returns

## Hours

We are open Monday to Friday from 9am to 6pm. On Saturdays we open from 10am to 2pm. On Sundays we are closed.

## Returns

You can send back an unused cooler within 30 days. We served 900 companies with 40 employees or more.

## Sending something back

To send a cooler back, pack it in its box and hand it to the carrier.
""",
}


@pytest.fixture(params=["vectors", "words"])
def talk(request: pytest.FixtureRequest) -> Callable[..., BuiltAnswer]:
    """Says the messages one after another, as a visitor would; what begins with "@" the agent said instead."""
    encoder: Encoder | None = request.getfixturevalue("encoder") if request.param == "vectors" else None
    found = []
    for name, text in PAGES.items():
        parts = split_page(text)
        vectors = embed_parts(encoder, parts) if encoder else [()] * len(parts)
        for part, sentences in zip(parts, vectors, strict=True):
            found.append(Passage(name, name, part.heading, part.text, sentences=tuple(sentences)))
    index = Index.build(found)

    def said(*messages: str) -> BuiltAnswer:
        turns: list[PastMessage] = []
        for message in messages:
            if message.startswith("@"):
                turns[-1] = PastMessage("assistant", message[1:])
                continue
            turns.append(PastMessage("user", message))
            hits = index.search(search_query(turns), 6, encoder=encoder)
            last = answer(ChatRequest("Ada", "", tuple(turns), tuple(hit.passage for hit in hits)), encoder)
            turns.append(PastMessage("assistant", last.text))
        return last

    return said


Talk = Callable[..., BuiltAnswer]


def test_a_recommendation_names_one_with_its_price_and_a_next_step(talk: Talk) -> None:
    found = talk("which cooler suits 30 people?")

    assert found.band == "quote"
    assert found.text.startswith(
        "For 30 people the smallest that is enough is **Brook M** (Made for: up to 45 people)."
    )
    assert "Its price: €940." in found.text
    assert found.text.endswith("Would you like to know more about Brook M, or how to get it?")


def test_it_is_what_was_recommended(talk: Talk) -> None:
    found = talk("which cooler suits 30 people?", "And how much is it?")

    assert "€940" in found.text
    assert "€590" not in found.text


def test_another_number_takes_the_place_of_the_first(talk: Talk) -> None:
    assert "**Brook L**" in talk("which cooler suits 30 people?", "what about 100 people?").text


def test_another_member_takes_the_place_of_the_first(talk: Talk) -> None:
    found = talk("how much is the filter 90?", "And the 180?")

    assert "€49" in found.text
    assert "€29" not in found.text


def test_another_day_takes_the_place_of_the_first(talk: Talk) -> None:
    assert "On Sundays we are closed" in talk("when are you open on Saturdays?", "and on Sundays?").text


def test_how_do_i_do_that_is_not_answered_with_the_same_again(talk: Talk) -> None:
    first = talk("can I send back an unused cooler?")
    second = talk("can I send back an unused cooler?", "How do I do that?")

    assert first.text not in second.text
    assert "pack it in its box" in second.text


@pytest.mark.parametrize(
    ("asked", "said", "pick"),
    [
        ("@Tell me how many people drink water.", "40", "Brook M"),
        ("@How many people will use it?", "There are 12 of us", "Brook S"),
        ("@All right.", "We are 100 people, what do you suggest?", "Brook L"),
    ],
)
def test_a_number_answers_the_agents_question(talk: Talk, asked: str, said: str, pick: str) -> None:
    assert f"**{pick}**" in talk("which cooler do you recommend?", asked, said).text


def test_a_fact_without_a_number_is_added_to_the_question() -> None:
    history = [
        PastMessage("user", "what does delivery cost?"),
        PastMessage("assistant", "Where to?"),
        PastMessage("user", "Vienna"),
    ]

    assert resolved(history).question == "what does delivery cost Vienna"


def test_an_offer_asks_for_no_detail() -> None:
    assert asks_visitor("That depends. How many people are you?")
    assert asks_visitor("Please tell me how many people drink coffee.")
    assert not asks_visitor("It costs €5. Would you like to know more?")


@pytest.mark.parametrize(
    ("question", "rest", "whole"),
    [
        ("When are you open on Saturdays?", "on Sundays", "When are you open on Sundays"),
        ("which van suits 4 people?", "for 7 people", "which van suits 7 people"),
        ("How much is the Brook 90?", "the 180", "How much is the Brook 180"),
        ("What does the Harbour cost?", "the Ridge", "What does the Ridge cost"),
        ("do you deliver to Spain?", "to Italy", "do you deliver to Italy"),
        ("which plan is right for us?", "50 people", "which plan is right for us for 50 people"),
    ],
)
def test_one_detail_takes_the_place_of_another(question: str, rest: str, whole: str) -> None:
    found = swapped(question, rest)

    assert found is not None
    assert " ".join(found.replace("the the", "the").split()) == whole


def test_names_of_an_answer_lead_lines_or_rows() -> None:
    assert names_in("**Brook M** – up to 45\n\nMore: **Brook L**", "which one for 30 people") == ("Brook M",)
    assert names_in("**Returns**\n\nSend it back.\n\n**Refunds**\n\nWe pay.", "can I return it") == ()
    assert names_in("| Job | Price |\n| --- | --- |\n| Truing | €19 |", "what costs €19") == ("Truing",)
    assert names_in("We suggest the Ridge for that.", "which bike is right for gravel") == ("Ridge",)


@pytest.mark.parametrize(
    ("detail", "asked"),
    [
        ("a child", "how much is a lesson for a child"),
        ("my wife", "how much is a lesson for my wife"),
        ("for two", "how much is a lesson for two"),
    ],
)
def test_a_detail_alone_belongs_to_the_question_before(detail: str, asked: str) -> None:
    history = (
        PastMessage("user", "how much is a lesson?"),
        PastMessage("assistant", "€40 an hour."),
        PastMessage("user", detail),
    )

    assert resolved(history).question == asked


def test_another_question_after_the_first_is_no_detail() -> None:
    history = (
        PastMessage("user", "how much is a lesson?"),
        PastMessage("assistant", "€40 an hour."),
        PastMessage("user", "a sauna?"),
    )

    assert resolved(history).question == "a sauna?"


def test_what_a_visitor_tells_after_an_answer_does_not_take_it_back() -> None:
    groups = "Private courses for a group of 4 to 8 people are on weekdays."
    turns = (
        PastMessage("user", "Can you run a private course for a group?"),
        PastMessage("assistant", groups),
        PastMessage("user", "There are six of us, it is a birthday"),
    )

    found = answer(ChatRequest("Ada", "", turns, (Passage("1", "a.md", "Courses › Groups", groups),)))

    assert found.band in ("quote", "closest")
    assert groups in found.text
