"""A question that leans on the one before is searched together with it."""

from __future__ import annotations

import pytest

from agents.llm.builtin import search_query
from agents.llm.builtin.question.followups import resolved
from agents.llm.builtin.question.swaps import swapped
from agents.llm.request import PastMessage
from agents.tests.builtin.conftest import Ask


def query(*messages: str) -> str:
    return search_query([PastMessage("user", message) for message in messages])


def test_a_follow_up_takes_the_topic_along(ask: Ask) -> None:
    found = ask("what does the Harbour cost?", "and the Ridge?")

    assert "€1,890" in found.text


def test_the_earlier_topic_comes_first_without_what_was_asked_of_it() -> None:
    assert query("What does the Ridge cost?", "and how heavy is it?") == "ridge and how heavy is it?"


@pytest.mark.parametrize(
    ("before", "message", "asked"),
    [
        ("is breakfast included?", "what time is it", "what time is the breakfast"),
        ("do you have parking", "and how much is it?", "and how much is the parking?"),
        ("is there a sauna?", "when is it open", "when is the sauna open"),
        (
            "do I need an induction for the laser?",
            "and how much is it?",
            "and how much is the induction for the laser?",
        ),
        ("do you offer a safety check", "how much is it", "how much is the safety check"),
    ],
)
def test_it_is_the_one_thing_that_was_asked_about(before: str, message: str, asked: str) -> None:
    found = resolved([PastMessage("user", before), PastMessage("user", message)])

    assert (found.question, found.is_open) == (asked, False)


@pytest.mark.parametrize(
    ("before", "message"),
    [("how do I bring the bike back", "how much is it"), ("do you have a pool and a sauna", "what time is it")],
)
def test_it_stays_open_where_several_things_were_asked_about(before: str, message: str) -> None:
    assert resolved([PastMessage("user", before), PastMessage("user", message)]).is_open


def test_a_chain_of_follow_ups_reaches_back_to_its_topic() -> None:
    assert "ridge" in query("Tell me about the Ridge", "how heavy is it?", "and what does it cost?")


@pytest.mark.parametrize(
    "question",
    [
        "Do you repair electric motors?",
        "is there a parking space near the shop",
        "where can I return a bike",
        "Can I return a bike if we don't like it?",
        "do you fetch my bike when it breaks",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert query("What does the Ridge cost?", question) == question


@pytest.mark.parametrize("question", ["is the warranty on it long?", "what if it breaks", "does it fold?"])
def test_a_pointer_to_what_was_said_before_is_joined_with_it(question: str) -> None:
    assert "ridge" in query("What does the Ridge cost?", question).lower()


def test_what_the_assistant_said_is_not_searched() -> None:
    history = [
        PastMessage("user", "hi"),
        PastMessage("assistant", "Hello! Ask about bikes."),
        PastMessage("user", "what about prices?"),
    ]

    assert "bikes" not in search_query(history)


def test_nothing_asked_is_nothing_searched() -> None:
    assert search_query([]) == ""


def test_what_is_asked_of_the_thing_just_named_is_asked_of_it() -> None:
    history = (
        PastMessage("user", "Which machine suits an office of 30 people?"),
        PastMessage("assistant", "For 30 people the smallest that is enough is **Brook 90** (up to 35 people)."),
        PastMessage("user", "what does it cost?"),
    )
    later = (
        *history,
        PastMessage("assistant", "- **Brook 90** – Price: $2,780"),
        PastMessage("user", "and the warranty?"),
    )

    assert resolved(history).question == "what does Brook 90 cost?"
    assert "office" not in resolved(history).query
    assert resolved(later).question == "Brook 90 the warranty"


def test_another_name_takes_the_place_of_the_one_before() -> None:
    asked, answered = PastMessage("user", "what does the Brook 90 cost?"), PastMessage("assistant", "$2,780")

    found = resolved((asked, answered, PastMessage("user", "and the Brook 180?")))

    assert "Brook 180" in found.question
    assert "Brook 90" not in found.question


def test_a_long_message_without_a_word_of_its_own_leans_on_the_one_before() -> None:
    assert "boxes" in query("how much are the boxes?", "can I get them back to you if I don't use them all?")


def test_it_is_the_thing_that_the_visitor_named_where_a_whole_list_was_answered() -> None:
    listed = "- **Morning box** - $45, feeds 8\n- **Big morning box** - $84, feeds 16\n- **Coffee carrier** - $22"
    history = [
        PastMessage("user", "what about the big morning box?"),
        PastMessage("assistant", listed),
        PastMessage("user", "how many does it feed?"),
    ]

    assert resolved(history).question == "how many does Big morning box feed?"


def test_a_name_takes_the_place_of_the_one_place_named_before() -> None:
    assert swapped("return with a car to hestra, how much?", "inchvoe") == "return with a car to inchvoe, how much"
    assert swapped("how much is it to rent a bike in hestra", "the bell") is None


@pytest.mark.parametrize(
    "message",
    ["whats the cheapest machine for 30 people", "cheapest machine for 30 people", "which one do you suggest"],
)
def test_a_question_is_no_answer_to_what_the_agent_asked(message: str) -> None:
    said = "We sell machines.\n\nHow many people drink coffee at your workplace?"
    history = [PastMessage("user", "what do you sell?"), PastMessage("assistant", said), PastMessage("user", message)]

    assert "sell" not in resolved(history).question


@pytest.mark.parametrize(
    ("before", "message", "asked"),
    [
        ("which chair is the cheapest?", "and the dearest?", "the dearest chair"),
        ("cheapest chair", "and the most expensive one?", "the most expensive chair"),
        ("what chairs do you have?", "the cheapest one?", "the cheapest chair"),
        ("what if I cancel 100 days before?", "30 days?", "what if I cancel 30 days before?"),
        ("who do I ask about deliveries", "and planning?", "who do I ask about planning"),
        ("what does the sauna cost?", "how many people fit in it?", "how many people fit in the sauna?"),
    ],
)
def test_what_changes_takes_the_place_of_its_kind(before: str, message: str, asked: str) -> None:
    assert resolved([PastMessage("user", before), PastMessage("user", message)]).question == asked


@pytest.mark.parametrize("between", ["my number is 07700 900123", "jo@example.com", "We'd take two then"])
def test_a_message_that_asks_nothing_is_passed_over(between: str) -> None:
    assert query("how much is the heater", between, "and the bar?") == "how much is the bar"


def test_an_opening_word_makes_no_question_lean_on_the_one_before() -> None:
    assert query("what if we cancel", "ok, when can you start?") == "ok, when can you start?"


def test_a_clause_is_no_thing_to_put_in_the_place_of_another() -> None:
    assert query("how long does the tent take", "what if we cancel") == "long tent what if we cancel"


def test_a_day_is_no_name_of_what_was_said() -> None:
    history = [
        PastMessage("user", "what does the sailcloth cost"),
        PastMessage("assistant", "It costs £3,200 from Friday to Monday."),
        PastMessage("user", "how many people fit in it"),
    ]

    assert "friday" not in search_query(history).lower()


def test_the_other_degree_is_asked_of_what_the_question_before_leaned_on() -> None:
    assert query("what chairs do you have", "which is cheapest?", "and the dearest?") == "the dearest chair"


ROWS = "| Plan | Price | Suits |\n| --- | --- | --- |\n| Desk | $62 | 8 people |\n| Floor | $330 | 50 people |"


@pytest.mark.parametrize("message", ["and how much is that one?", "does that one include visits?", "how much is it?"])
def test_one_of_several_rows_is_not_taken_for_the_one_that_is_meant(message: str) -> None:
    before = (PastMessage("user", "what do plans cost?"), PastMessage("assistant", ROWS))

    assert "Desk" not in resolved((*before, PastMessage("user", message))).question


@pytest.mark.parametrize(
    ("question", "said"),
    [("which plan is cheapest?", ROWS), ("what does Desk cost?", ROWS), ("plans?", "- **Desk** – Price: $62")],
)
def test_the_row_that_was_picked_is_the_one_that_is_meant(question: str, said: str) -> None:
    history = (
        PastMessage("user", question),
        PastMessage("assistant", said),
        PastMessage("user", "how much is that one?"),
    )

    assert "Desk" in resolved(history).question


@pytest.mark.parametrize("message", ["no, I meant the other", "the other", "and the other?"])
def test_the_other_of_no_two_things_is_asked_back(ask: Ask, message: str) -> None:
    found = ask("do you ship to Spain?", message)

    assert found.band == "ask"
