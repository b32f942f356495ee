"""Visitors who do not want to say, or cannot say yet, what they were asked."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, QUESTIONS, facts

LANGUAGES = ("en", "de", "fr", "es")


@pytest.mark.parametrize(
    "text",
    [
        "I'd rather not say",
        "none of your business",
        "skip",
        "no budget yet",
        "I don't know yet",
        "not sure",
        "no",
        "tbd",
    ],
)
def test_a_question_is_declined(text: str) -> None:
    (fact,) = facts(text, asked="budget")

    assert (fact.key, fact.value, fact.is_declined) == ("budget", "", True)


@pytest.mark.parametrize("text", ["I don't have one yet", "we'll see", "that's a secret"])
def test_a_lack_declines_the_question(text: str) -> None:
    assert [each.is_declined for each in facts(text, asked="start")] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "my manager hasn't decided", "that's up to my partner", "I'd need to ask", "beats me", "haven't counted yet",
        "it varies", "couldn't tell you", "nothing fixed so far", "we can talk about that later", "still open",
        "muss ich erst fragen", "ça dépend", "tengo que preguntar",
    ],
)  # fmt: skip
def test_who_cannot_say_declines(text: str) -> None:
    found = read(text, QUESTIONS, asked="people", at=AT, languages=LANGUAGES)

    assert [(each.key, each.is_declined) for each in found] == [("people", True)]


@pytest.mark.parametrize("text", ["I don't know what you mean", "not sure, maybe 5k", "why?"])
def test_an_answer_or_a_question_declines_nothing(text: str) -> None:
    assert not any(each.is_declined for each in facts(text, asked="budget"))


def test_nothing_is_declined_that_was_not_asked() -> None:
    assert facts("skip") == ()
    assert facts("I don't know") == ()


@pytest.mark.parametrize(
    "text",
    [
        "we havent set one", "no figure has been agreed", "Nobody has told me yet", "we don't discuss it with sellers",
        "could be anything", "hard to quantify", "That's between me and my wife", "let's park the question",
        "My wife handles the money", "procurement would have to approve it first, ask them next week",
        "I'd need to go and count", "ask me again next week", "There isn't really one", "I don't recall",
        "Dazu möchte ich nichts sagen", "nous ne savons pas", "no quiero darlo",
    ],
)  # fmt: skip
def test_a_decline_is_known_by_its_parts(text: str) -> None:
    found = read(text, QUESTIONS, asked="budget", at=AT, languages=LANGUAGES)

    assert [(each.key, each.is_declined) for each in found] == [("budget", True)]


@pytest.mark.parametrize(
    "text",
    [
        "my colleague handles complaints", "my boss knows your boss", "I'm thinking about the filter one",
        "I'm waiting for my lunch", "I have to look after the whole office", "it changes colour when hot",
        "not sure the filter one is loud", "it's hard to find good coffee", "I can't find the price list",
        "I want to check the delivery area", "that isn't what I asked", "sorry can you say that again",
    ],
)  # fmt: skip
def test_a_denial_or_a_delay_of_something_else_declines_nothing(text: str) -> None:
    assert facts(text, asked="budget") == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Email is better for me", Kind.PHONE), ("no calls please", Kind.PHONE), ("please phone me instead", Kind.EMAIL)],
)
def test_who_wants_another_way_declines_this_one(text: str, kind: Kind) -> None:
    (fact,) = read(text, [QuestionData("contact", "Contact", "Where can we reach you?", kind)], asked="contact", at=AT)

    assert fact.is_declined


def test_a_refusal_that_names_its_question_needs_no_asking() -> None:
    assert [each.key for each in facts("Before you ask: I won't discuss budgets")] == ["budget"]
