"""A fact that the text tells of another thing only is never given for sure."""

from __future__ import annotations

import pytest

from agents.llm.builtin import answer
from agents.llm.builtin.evidence import of_another
from agents.llm.builtin.evidence.doubts import conflict
from agents.llm.builtin.evidence.numbers import beyond_limit, has_other_share, is_price_of_other_number, other_model
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.split import embed_parts, split_page
from language.blocks import units
from language.embeddings import Encoder

COURSES = "**Ropes** - nothing at all. Minimum age 16.\n\n**Lead Climbing** - bring a belay device."
DIGGERS = "The 0.8 tonne digger is 70 cm wide: £110 a day. The 1.5 tonne digger digs 2.2 metres deep: £135 a day."


def asked(text: str) -> AskedQuestion:
    return AskedQuestion.of(text, text, None)


@pytest.mark.parametrize(
    ("question", "text", "is_of_another"),
    [
        ("what do the chargers cost", "The car park is £3 a day. There are two chargers.", True),
        ("what do the chargers cost", "There are two chargers. They cost £3 an hour.", False),
        ("what do the chargers cost", "There are two chargers, free for guests.", False),
        ("are the chargers £3", "The car park is £3 a day. There are two chargers.", False),
    ],
)
def test_a_price_belongs_to_the_thing_of_its_sentence(question: str, text: str, is_of_another: bool) -> None:
    assert of_another.is_fact_of_another(asked(question), units(text), "Getting here") is is_of_another


@pytest.mark.parametrize(
    ("question", "is_of_another"),
    [("minimum age for lead climbing", True), ("minimum age for ropes", False), ("is lead climbing hard", False)],
)
def test_an_age_belongs_to_its_course(question: str, is_of_another: bool) -> None:
    assert of_another.is_age_of_another(asked(question), units(COURSES), "Courses") is is_of_another


@pytest.mark.parametrize(
    ("question", "is_of_another"),
    [
        ("how wide is the 1.5 tonne digger", True),
        ("how wide is the 0.8 tonne digger", False),
        ("how deep does the 1.5 tonne digger dig", False),
        ("how deep does the 0.8 tonne digger dig", True),
        ("what is the 1.5 tonne digger", False),
    ],
)
def test_a_width_belongs_to_its_variant(question: str, is_of_another: bool) -> None:
    assert of_another.is_quality_of_another(question, units(DIGGERS)) is is_of_another


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("price for 4 nights", "Two nights: £1,480. Three nights: £2,050.", True),
        ("price for 3 nights", "Two nights: £1,480. Three nights: £2,050.", False),
        ("price for 4 nights", "Two nights: £1,480, each further night £500.", False),
        ("price of a block of 16 addresses", "A block of 8 is £15.", True),
        ("price of a block of 8 addresses", "A block of 8 is £15.", False),
        ("can we stay 4 nights", "Two nights: £1,480.", False),
    ],
)
def test_a_price_is_that_of_its_number(question: str, text: str, is_other: bool) -> None:
    assert is_price_of_other_number(question, text) is is_other


@pytest.mark.parametrize(
    ("doubt", "question", "text", "holds"),
    [
        (of_another.is_told_with_it, "price without an eye test", "It is free with any eye test.", True),
        (of_another.is_told_with_it, "price without an eye test", "It is £9 without one, free with a test.", False),
        (has_other_share, "is it 100% rye", "Seeded rye, 2 lb, $10.50", True),
        (has_other_share, "is it 100% rye", "Made of 100 % rye flour", False),
        (beyond_limit, "price of a visit 12 miles away", "Home visit, within 8 miles: £95", True),
        (beyond_limit, "price of a visit 6 miles away", "Home visit, within 8 miles: £95", False),
        (other_model, "how much is Beck 500", "Beck 100: £27; Beck 300: £34. Calls: +£6", True),
        (other_model, "how much is Beck 200", "Beck 100 to 300: £27", False),
        (conflict, "how often do I worm my kitten", "Worm puppies every two weeks.", True),
        (conflict, "how often do I worm my pet", "Worm puppies every two weeks.", False),
    ],
)
def test_another_case_is_no_answer(doubt, question: str, text: str, holds: bool) -> None:
    assert doubt(question, text) is holds


@pytest.mark.parametrize(
    ("text", "question", "doubt"),
    [
        (DIGGERS, "how wide is the 1.5 tonne digger", "quality of another"),
        (COURSES, "from what age is lead climbing", "age of another"),
        ("The car park costs £3 a day. There are two lockers.", "how much are the lockers", "fact of another"),
        ("The eye test takes ten minutes and is free with any lens.", "price of an eye test without a lens", "with it"),
        ("The house costs £900 for two nights.", "price of the house for 4 nights", "other number"),
        ("The Ridge has a frame of carbon.", "is the Ridge 50% carbon", "share"),
    ],
)
def test_such_an_answer_is_not_sure(encoder: Encoder, text: str, question: str, doubt: str) -> None:
    parts = split_page(f"# What we have\n\n{text}")
    found = zip(parts, embed_parts(encoder, parts), strict=True)
    passages = tuple(Passage("d", "page.md", one.heading, one.text, sentences=tuple(vectors)) for one, vectors in found)
    said = answer(ChatRequest("Ada", "", (PastMessage("user", question),), passages), encoder)

    assert (said.band, said.doubt) == ("closest", doubt)
