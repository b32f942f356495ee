"""What a language model proposes counts only with the visitor's own words, and only where it may be a fact."""

from __future__ import annotations

import pytest

from fakes.effort import within_effort
from leads.extraction.proposals import accepted, open_questions, pairs
from leads.terms import Kind, QuestionData

NAME = QuestionData("name", "Name", "May I ask your name?", Kind.NAME)
COMPANY = QuestionData("firm", "Company", "Which company are you with?", Kind.COMPANY)
USE = QuestionData("use", "What for", "What do you want to use it for?", Kind.TEXT)
MAIL = QuestionData("email", "E-mail", "Which address may we write to?", Kind.EMAIL)
ALL = (NAME, COMPANY, USE, MAIL)


def took(text: str, agent_name: str = "Ada", **words: str) -> dict[str, str]:
    return {fact.key: fact.value for fact in accepted(text, words.items(), ALL, agent_name=agent_name)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hiya jo smith of acme, need a quote", {"name": "jo smith", "firm": "acme"}),
        ("Ms O'Neill-Berg writing for Müller & Söhne", {"name": "O'Neill-Berg", "firm": "Müller & Söhne"}),
        ("It would stand in our showroom, for guests.", {"use": "stand in our showroom, for guests"}),
        ("Jo Smith here, what does it cost?", {"name": "Jo Smith"}),
        ("Hi Jo here, we are Acme", {"name": "Jo", "firm": "Acme"}),
        ("José, 田中商事", {"name": "José", "firm": "田中商事"}),
    ],
)
def test_words_of_the_visitor_become_facts_at_their_place(text: str, words: dict[str, str]) -> None:
    facts = accepted(text, words.items(), ALL)

    assert {fact.key: fact.value for fact in facts} == words
    assert all(text[fact.start :].startswith(fact.words) for fact in facts)
    assert all(0 < fact.confidence < 0.8 for fact in facts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hiya jo smith of acme", {"name": "Jo Smith"}),  # not letter for letter
        ("hiya jo smith of acme", {"name": "jo  smith"}),
        ("I'm Johanna", {"name": "Jo"}),  # a part of a word
        ("we need lamps", {"name": "Anna Schmidt"}),  # made up
        ("hiya jo", {"name": ""}),
        ("I'm interested, thanks", {"name": "interested"}),
        ("Hi Peter, how are you?", {"name": "Peter"}),  # who is greeted
        ("Thanks Peter!", {"name": "Peter"}),
        ("Hi Ada, we need lamps", {"name": "Ada"}),  # the agent
        ("I'm Anna's sister", {"name": "Anna"}),
        ("my boss is Peter Wood", {"name": "Peter Wood"}),
        ("Is Jo Smith in today?", {"name": "Jo Smith"}),
        ("I'm not Jo Smith", {"name": "Jo Smith"}),
        ("your competitor Lampenwelt is cheaper", {"firm": "Lampenwelt"}),
        ("if we were Siemens, would you come?", {"firm": "Siemens"}),
        ("write to jo@example.org", {"firm": "jo@example.org", "name": "jo@example.org"}),
        ("we take 40 of them", {"name": "40", "firm": "40"}),
        ("What can I use it for?", {"use": "use it for"}),
        ("my mail is jo@example.org", {"email": "jo@example.org"}),  # a kind that rules know better
        ("we need it", {"unknown": "need it"}),
        ("a b c d e f g h i j", {"name": "a b c d e f"}),
        ("x" * 900, {"use": "x" * 900}),
    ],
)
def test_anything_else_is_dropped(text: str, words: dict[str, str]) -> None:
    questions = tuple(each for each in ALL if each.kind is not Kind.EMAIL) if "email" not in words else (NAME, COMPANY)

    assert accepted(text, words.items(), questions, agent_name="Ada") == ()


def test_the_first_of_several_proposals_counts() -> None:
    facts = accepted("jo of acme", [("name", "jo"), ("name", "acme")], ALL)

    assert [fact.words for fact in facts] == ["jo"]


def test_a_name_that_is_denied_first_is_found_where_it_is_stated() -> None:
    text = "not Acme, sorry: this is for Acme"

    assert accepted(text, [("firm", "Acme")], ALL)[0].start == text.rindex("Acme")


def test_models_write_their_answer_in_several_ways() -> None:
    written = [
        {"key": "name", "words": "Jo"},
        {"key": "firm", "value": "Acme"},
        {"use": "guests", "name": None},
        {"key": "name", "words": 7},
        {"other": "x"},
    ]

    assert list(pairs(written, {"name", "firm", "use"})) == [("name", "Jo"), ("firm", "Acme"), ("use", "guests")]


@pytest.mark.parametrize(
    ("text", "asked", "is_worth_it"),
    [
        ("hiya jo smith of acme", "name", True),
        ("hi, its for the showroom", "", True),
        ("this is jo", "", True),
        ("im jo", "", True),
        ("What does it cost for Acme?", "", True),
        ("I'm looking", "", False),
        ("how much is it?", "", False),
        ("how much is it?", "name", False),
        ("Ok", "", False),
        ("40", "name", False),
        ("", "name", False),
    ],
)
def test_a_model_is_asked_only_where_the_message_may_hold_something(text: str, asked: str, is_worth_it: bool) -> None:
    found = open_questions(text, ALL, asked=asked, known={"email"})

    assert found == ((NAME, COMPANY, USE) if is_worth_it else ())


def test_what_is_known_or_declined_is_not_looked_for() -> None:
    assert open_questions("this is jo of acme", ALL, asked="name", known={"name", "firm", "use"}) == ()


def test_a_hostile_message_costs_little() -> None:
    text = ("not if " * 300)[:1990] + " Jo"

    def read() -> None:
        open_questions(text, ALL, asked="", known=())
        accepted("Jo " * 660, [("name", "Jo"), ("firm", "Jo"), ("use", "Jo")] * 50, ALL)
        accepted("not Jo, " * 250, [("name", "Jo")] * 50, ALL)

    within_effort(1, read)
