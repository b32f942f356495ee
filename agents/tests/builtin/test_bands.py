"""How sure an answer says it is: a quote, the closest there is, a refusal, a question back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.llm.builtin import BuiltAnswer, answer
from agents.llm.builtin.evidence.doubts import absent_names, conflict, lacks_what_is_asked, missing
from agents.llm.request import ChatRequest, Passage, PastMessage
from agents.tests.builtin.conftest import Ask


def test_what_no_page_holds_is_refused_with_an_offer(ask: Ask) -> None:
    found = ask("do you have a parking garage for helicopters at the airport?")

    assert found.band == "none"
    assert "I do not know" in found.text
    assert "other words" in found.text
    assert found.cited == ()


@pytest.mark.parametrize(
    "question",
    ["how loud is the Harbour", "what university did the owner attend", "which colour of Tram can I get in winter"],
)
def test_a_known_thing_with_an_unknown_attribute_is_never_answered_for_sure(ask: Ask, question: str) -> None:
    assert ask(question).band in ("closest", "none")


def test_the_middle_band_says_so_before_the_quote_and_offers_a_way_on(ask: Ask) -> None:
    found = ask("how loud is the Ridge on gravel roads")

    if found.band == "closest":
        assert found.text.startswith(("The closest I found:", "I have no clear answer to that. The closest I found:"))
        assert found.text.rstrip().endswith("other words.")
        assert "A gravel bike for bad roads." in found.text


def test_no_passages_is_a_refusal() -> None:
    found = answer(ChatRequest("Ada", "", (PastMessage("user", "what does shipping cost?"),)))

    assert found == BuiltAnswer(found.text, (), "none", found.confidence, answerer="nothing")


@pytest.mark.parametrize(
    ("message", "answerer"),
    [("how much is the Ridge", "quote"), ("what is your cheapest bike", "comparison")],
)
def test_an_answer_says_which_answerer_gave_it(ask: Ask, message: str, answerer: str) -> None:
    assert ask(message).answerer == answerer


def test_an_answer_that_is_not_sure_says_why(ask: Ask) -> None:
    unsure = ask("how loud is the Ridge on gravel roads")

    assert unsure.band != "quote"
    assert unsure.doubt


@pytest.mark.parametrize("message", ["how much?", "???", "what about", "stuff"])
def test_a_question_without_a_topic_is_asked_back(ask: Ask, message: str) -> None:
    assert ask(message).band == "ask"


def test_a_question_is_not_answered_with_its_opposite() -> None:
    assert conflict("how much is a root canal on a back tooth", "Root canal, front tooth: £460")
    assert conflict("is the monthly plan refundable", "Yearly plans are refunded")
    assert not conflict("is the monthly plan refundable", "Monthly and yearly plans are refunded")
    assert not conflict("how much is a root canal", "Root canal, front tooth: £460")


def test_the_noun_asked_for_must_be_named() -> None:
    assert lacks_what_is_asked("what university did she attend", "She studied dentistry.", {})
    assert lacks_what_is_asked("what make of tyres do you fit", "We fit winter tyres.", {})
    assert not lacks_what_is_asked("which tyres do you fit", "We fit winter tyres.", {})
    assert not lacks_what_is_asked("what happens if I cancel", "Cancelled visits cost half.", {})


def test_missing_words_are_told_by_stem_and_synonym() -> None:
    assert missing(("deliveries", "price", "drones"), "Delivery costs €5.") == ["drones"]


def test_a_name_that_the_passage_lacks_is_a_doubt() -> None:
    assert absent_names("are cards of Nordbank supported", "Cards of Southbank.") == ["nordbank"]
    assert absent_names("are banks in Turkey supported", "Banks in Spain.") == []  # a country is a doubt of its own
    assert absent_names("are banks in Spain supported, Monday too?", "Banks in Spain, from Mondays on.") == []
    assert absent_names("ARE BANKS IN TURKEY SUPPORTED", "Banks in Spain.") == []


def test_a_price_question_is_not_answered_for_sure_without_a_price() -> None:
    def evidence(text: str) -> BuiltAnswer:
        passage = Passage("1", "a.md", "Shop › Engraving", text)
        return answer(ChatRequest("Ada", "", (PastMessage("user", "how much is engraving a frame"),), (passage,)))

    assert evidence("Engraving a frame costs €20.").band == "quote"
    assert evidence("Engraving a frame is done by hand.").band == "closest"


def test_a_code_has_to_match_to_the_letter() -> None:
    passage = Passage("1", "a.md", "Help › Errors", "F-102 means that the file has another encoding.")

    def band(question: str) -> str:
        return answer(ChatRequest("Ada", "", (PastMessage("user", question),), (passage,))).band

    assert band("I get F-102 when I send it") != "none"
    assert band("the file has another encoding and shows F-103") in ("closest", "none")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=120), max_size=3))
def test_any_question_over_any_passages_gets_an_answer(question: str, texts: list[str]) -> None:
    passages = tuple(Passage(str(at), "page", "A › B", text) for at, text in enumerate(texts))

    found = answer(ChatRequest("Ada", "", (PastMessage("user", question),), passages))

    assert found.text
    assert all(place < len(passages) for place in found.cited)


def test_a_superlative_without_a_family_to_compare_is_never_answered_for_sure() -> None:
    def band(text: str) -> str:
        passage = Passage("1", "a.md", "Shop › Tents", text)
        return answer(ChatRequest("Ada", "", (PastMessage("user", "what is the cheapest tent"),), (passage,))).band

    assert band("The Summit tent costs €900 and sleeps four.") == "closest"
    assert band("Our cheapest tent costs €90 and sleeps two.") == "quote"


def test_a_single_word_that_a_passage_says_is_answered_not_asked_back() -> None:
    passage = Passage("1", "a.md", "Help › Sign-in", "SSO works with any provider that speaks SAML.")

    assert answer(ChatRequest("Ada", "", (PastMessage("user", "sso"),), (passage,))).band == "closest"
    assert answer(ChatRequest("Ada", "", (PastMessage("user", "stuff"),), (passage,))).band == "ask"


def test_below_the_band_a_passage_without_the_thing_asked_for_is_not_shown() -> None:
    text = "Mobile: approvals only. Browsers: all current ones. Approve a match in the app or from chat."
    passage = Passage("1", "a.md", "Help › Supported", text)

    def band(question: str) -> str:
        return answer(ChatRequest("Ada", "", (PastMessage("user", question),), (passage,))).band

    assert band("do you rent scooters to tourists in Brussels") == "none"
    assert band("can I approve a match on my mobile") != "none"


def test_a_question_of_which_one_word_alone_is_known_is_refused() -> None:
    text = "Cup warmer, holds 48 cups, fits all machines and costs 260 dollars."
    passage = Passage("1", "shop.md", "Accessories", text)
    request = ChatRequest("Ada", "", (PastMessage("user", "Who won the football world cup in 1998?"),), (passage,))

    assert answer(request).band == "none"


def test_mail_that_is_not_answered_on_a_day_does_not_say_whether_the_shop_is_open() -> None:
    closed = Passage("1", "shop.md", "Hours", "Open Monday to Saturday, 9:00 to 18:00. Closed on Sunday.")
    mail = Passage(
        "1", "shop.md", "Talk to us", "Ring us during opening hours. We answer mail within a day, not on Sundays."
    )
    asked = (PastMessage("user", "are you open on sunday"),)

    assert answer(ChatRequest("Ada", "", asked, (closed,))).band == "quote"
    assert answer(ChatRequest("Ada", "", asked, (mail,))).band != "quote"
