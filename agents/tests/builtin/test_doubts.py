"""What is asked for by name, day, place or way to write has to stand in the quote, or the answer is not sure."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.doubts import (
    lacks_telling_word,
    lacks_what_is_asked,
    lacks_what_is_counted,
    other_place,
)
from agents.llm.builtin.evidence.kin import other_member
from agents.llm.builtin.question.asks import has_kind, wanted_kinds
from agents.llm.builtin.question.question import Question
from agents.llm.request import Passage
from language.days import lacks_time_asked

HOURS = "Monday to Friday 9am to 6pm, Saturdays until 2pm. Closed on public holidays."


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("are you open on Wednesday", HOURS, False),
        ("are you open on sundays", HOURS, True),
        ("are you open on sundays", "Open daily from 9am", False),
        ("can I come at the weekend", "Monday to Friday 9 to 5", True),
        ("open on christmas day?", HOURS, False),
        ("open on christmas day?", "Monday to Friday 9 to 5", True),
        ("open on easter monday?", "Mondays from 9", True),
        ("is it sold in december", "Sold from May to October", True),
        ("is it sold in july", "Sold from May to October", False),
        ("is it sold in january", "November to February", False),
        ("may I bring a dog", "Dogs are welcome.", False),
    ],
)
def test_a_day_month_or_holiday_has_to_be_spoken_of(question: str, text: str, lacks: bool) -> None:
    assert lacks_time_asked(question, text) is lacks


def test_a_place_has_to_be_named() -> None:
    assert other_place("do you deliver to switzerland", "We deliver to Austria and Germany.")
    assert not other_place("do you deliver to germany?", "We deliver to Austria and Germany.")
    assert not other_place("can I pay in advance", "We take cards.")


def test_a_name_that_sounds_like_people_is_no_number_of_them() -> None:
    assert lacks_what_is_counted("for how many people is the Team plan", "| Team | Visits: 2 |")
    assert not lacks_what_is_counted("how many people is it for", "made for a team of 8")


def test_one_of_several_is_not_answered_with_the_others() -> None:
    table = Passage("1", "a.md", "Coolers", "| | Brook S | Brook M |\n| --- | --- | --- |\n| Price | €5 | €9 |")

    assert other_member("can I rent the brook s", "The Brook M can be rented.", [table])
    assert not other_member("can I rent the brook m", "The Brook M can be rented.", [table])
    assert not other_member("can I rent a cooler", "The Brook M can be rented.", [table])


def test_a_telephone_question_wants_a_telephone_number() -> None:
    assert wanted_kinds("what's your phone number") == {"phone"}
    assert wanted_kinds("do you have an email address") == {"email"}
    assert has_kind("phone", "Ring 0113 496 0021")
    assert has_kind("phone", "+49 (69) 555-0144")
    assert not has_kind("phone", "Write to desk@hall.example, it costs £1,250 since 2019")
    assert has_kind("email", "Write to desk@hall.example")


def test_a_thing_that_is_wanted_has_to_be_said() -> None:
    assert lacks_what_is_asked("do you rent scooters", "We rent bikes.", {"scooters": 0.5})
    assert lacks_what_is_asked("is there a keyboard shortcut to approve it", "Approve it from chat.", {})
    assert not lacks_what_is_asked("do you rent bikes?", "Bikes for rent.", {})
    assert not lacks_what_is_asked("do you have an email address", "Write to a@b.example.", {})


@pytest.mark.parametrize("question", ["is there a single bunk and what does it cost", "do you have a heated pool?"])
def test_a_thing_of_another_sort_is_not_the_one_asked_for(question: str) -> None:
    assert lacks_what_is_asked(question, "Six bunks, €30 a night. The pool is 25 m long.", {})


def test_a_thing_of_the_sort_asked_for_is_there() -> None:
    assert not lacks_what_is_asked("do you have a heated pool?", "The heated pool is 25 m long.", {})


@pytest.mark.parametrize("question", ["emergency number", "what is your office number", "contact number?"])
def test_a_number_to_call_is_a_telephone_number(question: str) -> None:
    assert "phone" in wanted_kinds(question)


def test_a_telling_word_has_to_stand_in_the_passage_or_be_near() -> None:
    asked = Question.of("do you ship tarpaulins?", "do you ship tarpaulins?", None)

    assert lacks_telling_word(asked, "We ship ropes within two days.", {"tarpaulins": 0.3})
    assert not lacks_telling_word(asked, "We ship ropes within two days.", {"tarpaulins": 0.7})
    assert not lacks_telling_word(asked, "A tarpaulin ships within two days.", {})
