"""Several questions in one message are searched and answered one by one."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltAnswer, in_turn, search_queries
from agents.llm.builtin.question.several import questions_in
from agents.llm.builtin.several import one_after_another
from agents.llm.request import Passage, PastMessage
from agents.tests.builtin.conftest import Ask


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("How deep is the pool? Do dogs swim free?", ["How deep is the pool?", "Do dogs swim free?"]),
        ("hi, how deep is the pool and do you sell tea", ["how deep is the pool", "do you sell tea"]),
        ("What is a room, and where do I park?", ["What is a room", "where do I park?"]),
        ("how much is tea, can I bring my dog", ["how much is tea", "can I bring my dog"]),
        (
            "I get queasy on boats, where should I sit and can I charge my car?",
            ["I get queasy on boats, where should I sit", "can I charge my car?"],
        ),
        ("Opening hours? Parking?", ["Opening hours?", "Parking?"]),
        (
            "I have hurt my knee. Can I pause my pass? Also, when are you open?",
            ["I have hurt my knee. Can I pause my pass?", "when are you open?"],
        ),
        ("Can I ask you something? How much is tea? Is parking free?", ["How much is tea?", "Is parking free?"]),
        ("How much is tea?\nWhere do I park?", ["How much is tea?", "Where do I park?"]),
    ],
)
def test_questions_are_told_apart(message: str, found: list[str]) -> None:
    assert list(questions_in(message)) == found


@pytest.mark.parametrize(
    "message",
    [
        "How deep is the pool?",
        "do you have a sauna and what does it cost",
        "which plan is best and which costs less",
        "how and when do I pay",
        "What if I lose my key, do I pay?",
        "When I cancel, do I get my money back?",
        "If it rains, is the pool open?",
        "Do you have bikes? A blue one?",
        "Are you open on Saturday? And on Sunday?",
        "What is the difference between tea and how you brew coffee?",
        "Can you help me? How much is tea?",
        "How much is tea? Thanks!",
        "Is it possible to come at 5 and leave at 6?",
        "We are open minded. We like tea and coffee.",
        "",
    ],
)
def test_one_question_stays_one(message: str) -> None:
    assert questions_in(message) == ()


def test_more_questions_than_one_can_read_are_read_as_one_message() -> None:
    assert questions_in(" ".join(f"How much is tea number {at}?" for at in range(5))) == ()


def test_each_question_is_searched_apart_with_what_was_said_before() -> None:
    history = [PastMessage("user", "What does the Harbour cost?"), PastMessage("assistant", "€790.")]

    queries = search_queries([*history, PastMessage("user", "How heavy is it? Do you repair electric motors?")])

    assert len(queries) == 2
    assert "harbour" in queries[0]
    assert queries[1] == "Do you repair electric motors?"


def test_what_several_searches_find_is_taken_in_turn_and_once() -> None:
    tea, cake, dogs = (Passage(name, name, name, name) for name in ("tea", "cake", "dogs"))

    assert in_turn([[tea, cake], [dogs, tea]]) == (tea, dogs, cake)


def test_both_questions_are_answered(ask: Ask) -> None:
    found = ask("How much is a brake service? Do you repair electric motors of other brands?")

    assert "€49" in found.text
    assert "We do not repair electric motors" in found.text
    assert found.text.index("**How much is a brake service?**") < found.text.index("€49")
    assert len(found.cited) == 2


def test_what_the_pages_do_not_answer_is_said_beside_what_they_do(ask: Ask) -> None:
    found = ask("How much is the full service? Who won the football world cup?")

    assert found.band == "closest"
    assert "€139" in found.text
    assert found.text.index("world cup?**") < found.text.index("I do not know")


def test_where_nothing_is_found_to_any_they_are_not_answered_one_by_one() -> None:
    refusal = BuiltAnswer("I do not know.", (), "none")

    assert one_after_another([("Who won the cup?", refusal), ("How tall is it?", refusal)]) is None
    assert one_after_another([]) is None


def test_two_questions_with_one_answer_get_it_once_as_unsure_as_the_less_sure() -> None:
    sure, unsure = (BuiltAnswer("On Saturdays.", (0,), band) for band in ("quote", "closest"))

    assert one_after_another([("When do you repair?", sure), ("And punctures?", unsure)]) == unsure


def test_a_question_repeated_above_its_answer_is_no_markup(ask: Ask) -> None:
    found = ask("How much is [the full service](https://a.example)? How much is a safety check?")

    assert "\\[the full service\\]" in found.text
