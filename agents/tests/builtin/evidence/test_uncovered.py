"""A thing, a variant or an amount that the question names and the quote does not say is never given for sure."""

from __future__ import annotations

import pytest

from agents.llm.builtin import answer
from agents.llm.builtin.evidence.numbers import other_variant
from agents.llm.builtin.evidence.of_another import is_fact_of_another
from agents.llm.builtin.evidence.uncovered import (
    is_priced_apart,
    is_said_of_another,
    is_what_was_not_meant,
    lacks_what_it_does,
    says_no,
    things_of,
    uncovered,
)
from agents.llm.builtin.question.asks import wanted_kinds
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.builtin.weighed import closest
from agents.llm.request import ChatRequest, Passage, PastMessage
from agents.tests.builtin.conftest import Ask
from language.blocks import units


def asked(text: str) -> AskedQuestion:
    return AskedQuestion.of(text, text, None)


def test_a_telling_word_has_to_be_said_or_meant() -> None:
    quoted = "Is there a bus to the ferry? Bus 84 from the railway station meets the 10:00 sailing."
    question = asked("bus from the airport to the ferry?")

    assert uncovered(question, quoted, {}) == ["airport"]
    assert uncovered(question, quoted, {"airport": 0.7}) == []
    assert uncovered(question, f"{quoted} It starts at the airport.", {}) == []


def test_what_a_visitor_does_with_a_thing_need_not_be_said() -> None:
    assert uncovered(asked("what happens if I cancel"), "Cancellation: we keep the deposit.", {}) == []
    assert uncovered(asked("max number of children"), "Children: no more than 16.", {}) == []
    assert uncovered(asked("can I eat the almond cake"), "The almond cake is made without gluten.", {}) == []


def test_a_hedged_answer_names_what_was_not_found() -> None:
    said = closest("Bus 84 meets the sailing.", likely=True, unsaid=["airport"])

    assert said == "I found nothing about “airport”. The closest I found:\n\nBus 84 meets the sailing."


@pytest.mark.parametrize("word", ["required", "mandatory", "compulsory", "necessary", "permitted", "feasible"])
def test_what_yes_or_no_is_asked_with_is_not_named_as_what_was_not_found(word: str) -> None:
    passage = Passage("1", "Paying", "Deposit", "A deposit of 25 percent is due when you sign the contract.")

    said = answer(ChatRequest("Ada", "", (PastMessage("user", f"is a deposit {word}"),), passages=(passage,))).text

    assert "25 percent" in said
    assert "nothing about" not in said


def test_the_thing_that_is_asked_for_is_named_all_the_same() -> None:
    assert things_of(["airport", "required"]) == ["airport"]


def test_an_answer_whose_quote_lacks_a_telling_word_is_not_sure(ask: Ask) -> None:
    assert ask("how much is a brake service").band == "quote"
    assert ask("how much is a brake service for a tractor").band != "quote"


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("what is the payment on the 15 year loan", "Loans: 7 years $144, 12 years $97, 20 years $76", True),
        ("what is the payment on the 12 year loan", "Loans: 7 years $144, 12 years $97, 20 years $76", False),
        ("what is the payment on the 15 year loan", "Loans of 7 to 20 years; 7 years $144, 20 years $76", False),
        ("is there a 15 year guarantee", "Loans: 7 years $144, 12 years $97", False),
        ("can my 15 year old come", "Old cars: 7 years, 12 years", False),
        ("a 30 minute massage", "Massage: 45 minutes £40, 60 minutes £52", True),
    ],
)
def test_a_variant_is_not_answered_with_other_sizes(question: str, text: str, is_other: bool) -> None:
    assert other_variant(question, text) is is_other


def test_how_much_a_thing_makes_is_no_price() -> None:
    question = "How much does the Meadow 36 make in a year?"

    assert "money" not in wanted_kinds(question)
    assert lacks_what_it_does(question, "Meadow 36 – Panels: 36; Price: $49,800")
    assert not lacks_what_it_does(question, "Meadow 36 – Makes about, a year: 17,000 kWh")
    assert "money" in wanted_kinds("how much does it cost to make a cake")
    assert not lacks_what_it_does("how much does the Meadow 36 cost", "Price: $49,800")


def test_a_thing_ruled_out_by_the_question_is_no_answer() -> None:
    assert is_what_was_not_meant("what is the treatment, not the assessment", "Dry eye assessment – Price: €75")
    assert not is_what_was_not_meant("what is the assessment, not the treatment", "Dry eye assessment – Price: €75")
    assert not is_what_was_not_meant("is it open or not", "It is open")


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("We carry titanium by Nordlund and acetate by Bottega Lume. House frames start at €49.", True),
        ("We carry titanium by Nordlund and acetate by Bottega Lume. It costs from €120.", False),
        ("We carry acetate by Bottega Lume. Bottega Lume starts at €120.", False),
    ],
)
def test_a_price_in_the_next_sentence_is_that_of_something_else(text: str, is_other: bool) -> None:
    assert is_fact_of_another(asked("what do Bottega Lume frames cost"), units(text), "Frames") is is_other


def test_what_another_person_does_is_not_said_of_her() -> None:
    found = units("* Tomasz Wilk – Galway; speaks Polish\n* Ruth Adeyemi – home visits")
    question = AskedQuestion.of("Adeyemi can she do it in Polish", "can she do it in Polish", None)
    spoken = units("* Tomasz Wilk – Galway; speaks Irish\n* Ruth Adeyemi – speaks Polish")

    assert is_said_of_another(question, found[1], "Who works where", found)
    assert not is_said_of_another(question, spoken[1], "Who works where", spoken)


@pytest.mark.parametrize(
    ("question", "text", "is_no"),
    [
        ("does it work on freebsd", "FreeBSD and 32-bit systems are not supported.", True),
        ("do you take american express", "We do not take American Express.", True),
        ("do you take american express", "We take American Express.", False),
        ("do you take american express", "We do not take cheques.", False),
        ("can I bring my cat on the train", "Dogs may not ride on the train.", False),
        ("what does not work on freebsd", "FreeBSD is not supported.", False),
    ],
)
def test_a_sentence_says_no_to_what_it_names(question: str, text: str, is_no: bool) -> None:
    assert says_no(asked(question), units(text)[0]) is is_no


def test_a_no_of_the_page_is_given_for_sure_and_one_about_something_else_is_not() -> None:
    page = Passage("1", "setup.md", "Setup › Systems", "It runs on Windows and Linux. FreeBSD is not supported.")

    def band(question: str) -> str:
        return answer(ChatRequest("Ada", "", (PastMessage("user", question),), (page,))).band

    assert band("does it run on freebsd") == "quote"
    assert band("does it run on solaris") != "quote"


@pytest.mark.parametrize(
    ("question", "text", "is_apart"),
    [
        ("how much is the exam", "Ten lessons, €390. The exam fee is paid to the institute.", True),
        ("how much is the course", "The course is €390. The exam fee is paid to the institute.", False),
        ("how much is the exam", "The exam costs €205. The exam fee is paid to the institute.", False),
        ("what do materials cost", "An evening is £38. You pay for materials at the desk.", False),
        ("what do materials cost", "An evening is £38. Materials are charged at the desk.", True),
        ("when is the exam", "Ten lessons, €390. The exam fee is paid to the institute.", False),
    ],
)
def test_what_is_paid_apart_has_not_the_price_that_stands_beside_it(question: str, text: str, is_apart: bool) -> None:
    assert is_priced_apart(asked(question), units(text)) is is_apart
