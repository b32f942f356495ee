"""Visitors who do not want to say, or cannot say yet, what they were asked."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
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
