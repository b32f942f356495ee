"""What is asked for and not told anywhere near is never given for sure: how many, which day, the last one."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence import untold
from agents.llm.builtin.question.question import AskedQuestion
from agents.tests.builtin.conftest import Ask
from language.blocks import units

GROUPS = "| Class | Day | Group size |\n| --- | --- | --- |\n| Yoga | Monday | 8 |"


def asked(text: str) -> AskedQuestion:
    return AskedQuestion.of(text, text, None)


@pytest.mark.parametrize(
    ("question", "text", "is_missing"),
    [
        ("how many packers will come", "Our packers pack a three-bedroom house in five hours.", True),
        ("how many packers will come", "Two packers come the day before.", False),
        ("how many seats can I have", "Auditor seats are free and expire after 60 days.", True),
        ("how many seats can I have", "Auditor seats are unlimited.", False),
        ("how many of the eleven gardens are in Japan", "We buy from eleven gardens in Taiwan and Japan.", True),
        ("how many of the eleven gardens are in Japan", "Three gardens are in Japan.", False),
        ("how many people are in yoga", GROUPS, False),
        ("how many kids in the club", "The club meets at 16:30 and costs £88.", True),
        ("how many kids in the club", "The club takes up to 12.", False),
        ("how many days does it take", "It takes a week.", False),  # a length of time, which other doubts judge
        ("how many teachers do you have", "Fourteen teachers, all with a degree.", False),
    ],
)
def test_a_number_has_to_count_what_is_asked(question: str, text: str, is_missing: bool) -> None:
    assert untold.lacks_count(question, units(text)) is is_missing


@pytest.mark.parametrize(
    ("question", "text", "is_missing"),
    [
        ("when does the last bus go", "The bus goes every hour, Monday to Saturday.", True),
        ("when does the last bus go", "The bus goes every hour until 18:40.", False),
        ("first bus in the morning", "The bus stops here every hour until 18:40.", True),
        ("first bus in the morning", "The bus runs from 6:10.", False),
        ("is this your last price", "It costs £5.", False),
    ],
)
def test_the_first_and_the_last_have_to_be_told(question: str, text: str, is_missing: bool) -> None:
    assert untold.lacks_first_or_last(asked(question), text) is is_missing


@pytest.mark.parametrize(
    ("lacks", "question", "text", "is_missing"),
    [
        (untold.lacks_date, "when is the next exam", "The course starts four weeks before each exam.", True),
        (untold.lacks_date, "when is the next exam", "The next exam is on 4 May or in July.", False),
        (untold.lacks_date, "which evenings is it", "It takes two evenings.", True),
        (untold.lacks_date, "which evenings is it", "On Mondays and Fridays.", False),
        (untold.lacks_time_of_day, "what time is the film", "A film is shown on Wednesdays.", True),
        (untold.lacks_time_of_day, "what time is the film", "A film is shown on Wednesdays at 19:30.", False),
        (untold.lacks_time_of_day, "what time is the film", "A film begins at noon.", False),
        (untold.lacks_length, "how long is the trip", "Trips at 10:00 and 14:00.", True),
        (untold.lacks_length, "how long is the trip", "The trip takes two hours.", False),
        (untold.lacks_length, "how long are you open", "10:00 – 18:00", False),
        (untold.names_no_one, "which charity gets it", "We take old furniture to a charity.", True),
        (untold.names_no_one, "which charity gets it", "We take it to a charity, the charity Emmaus.", False),
        (untold.names_no_one, "which of them is it", "It goes to a charity.", False),
        (untold.lacks_today, "does Dana still run it", "Founded in 2014 by Dana.", True),
        (untold.lacks_today, "does Dana still run it", "Founded by Dana, who runs it today.", False),
        (untold.lacks_today, "do you still repair lamps", "We repair lamps on Saturdays.", False),
        (untold.lacks_contents, "which teas are in the box", "Eight teas of 10 g each.", True),
        (untold.lacks_contents, "which teas are in the box", "Sencha, Assam and Dong Ding.", False),
        (untold.lacks_whereabouts, "where does the cruise start", "A cruise around the isle at 18:15.", True),
        (untold.lacks_whereabouts, "where does the cruise start", "It leaves from Port Lennan.", False),
        (untold.lacks_whereabouts, "where was Blencathra built", "Blencathra, from 1924, is the strongest.", True),
    ],
)
def test_what_is_asked_for_has_to_be_told(lacks, question: str, text: str, is_missing: bool) -> None:
    assert lacks(question, text) is is_missing


def test_how_to_do_something_needs_its_verb() -> None:
    text = "All machines have a timer that switches them off."

    assert untold.lacks_way_to_do_it("how do I set the timer", text, {})
    assert not untold.lacks_way_to_do_it("how do I set the timer", text, {"set": 0.7})  # another word for it
    assert not untold.lacks_way_to_do_it("how do I get a timer", text, {})


@pytest.mark.parametrize(
    "question",
    ["what time do you repair punctures on Saturdays", "how many bikes can I return", "what time do you call"],
)
def test_such_an_answer_is_not_sure(ask: Ask, question: str) -> None:
    assert ask("what does the wheel truing cost").band == "quote"
    assert ask(question).band != "quote"
