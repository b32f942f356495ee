"""Names and companies: clear introductions, answers, and what only looks like one."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

ASKING = (
    QuestionData("name", "Name", "May I ask your name?", Kind.NAME),
    QuestionData("company", "Company", "Which company are you with?", Kind.COMPANY),
)


@pytest.mark.parametrize(
    ("text", "name", "company"),
    [
        ("I'm Jo Smith from Acme Ltd", "Jo Smith", "Acme Ltd"),
        ("My name is Jo", "Jo", None),
        ("my name is jo smith and i work for Acme", "jo smith", "Acme"),
        ("This is Peter speaking", "Peter", None),
        ("Hi, Dr. Anna Lee here", "Anna Lee", None),
        ("We are Acme Ltd", None, "Acme Ltd"),
        ("our company is called Blue Sky & Sons", None, "Blue Sky & Sons"),
        ("I'm Jo from London", "Jo", None),
        ("I'm Ray, CEO of Orbit Media", "Ray", "Orbit Media"),
        ("Jane here, head of HR at Orbit", "Jane", "Orbit"),
        ("this is ray from orbit media ltd", "ray", "orbit media ltd"),
        ("I'm Ray from the Orbit Group Ltd", "Ray", "Orbit Group Ltd"),
        ("Thanks a lot.\nBest regards,\nMary-Ann Jones", "Mary-Ann Jones", None),
    ],
)
def test_an_introduction_names_the_visitor(text: str, name: str | None, company: str | None) -> None:
    found = values(text)

    assert (found.get("name"), found.get("company")) == (name, company)


@pytest.mark.parametrize(
    "text",
    [
        "I'm looking for a machine",
        "I am interested",
        "I'm German",
        "I'm Anna's sister",
        "We are open",
        "we are a small company",
        "I'm Head of IT",
        "This is great",
        "his name is Bob",
        "I'm OK",
        "it's Monday",
        "We're European",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "asked", "value"),
    [
        ("jo smith", "name", "jo smith"),
        ("It's Jo", "name", "Jo"),
        ("Jo Smith, nice to meet you", "name", "Jo Smith"),
        ("acme ltd", "company", "acme ltd"),
        ("We're called Blue Sky", "company", "Blue Sky"),
    ],
)
def test_an_answer_is_a_name(text: str, asked: str, value: str) -> None:
    assert [(each.key, each.value) for each in read(text, ASKING, asked=asked, at=AT)] == [(asked, value)]


@pytest.mark.parametrize("text", ["why do you ask?", "maybe later", "what is the price", "I want to look first", "12"])
def test_another_answer_is_no_name(text: str) -> None:
    assert [each for each in read(text, ASKING, asked="name", at=AT) if not each.is_declined] == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Ich heiße Jürgen Groß", "de", "Jürgen Groß"),
        ("Je m'appelle Zoé", "fr", "Zoé"),
        ("Me llamo José Núñez", "es", "José Núñez"),
    ],
)
def test_introductions_of_other_languages_are_read(text: str, language: str, name: str) -> None:
    assert values(text, languages=(language,))["name"] == name


@pytest.mark.parametrize("asked", ["email", "phone"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jo Smith", "Jo Smith"),
        ("Jo Smith, jo@x.org", "Jo Smith"),
        ("jo smith, jo.smith@x.org", "jo smith"),
        ("jo smith jo@x.org", "jo smith"),
        ("jo@x.org, Jo Smith", "Jo Smith"),
        ("Jo Smith 07700 900123", "Jo Smith"),
        ("Dr. Anna-Lena van der Berg, office@clinic.org", "Anna-Lena van der Berg"),
        ("Jo, jo@x.org", "Jo"),
        ("Mr Smith", "Smith"),
    ],
)
def test_a_name_beside_or_instead_of_the_contact_that_was_asked_for(text: str, name: str, asked: str) -> None:
    questions = (
        QuestionData("email", "E-mail", "Where can we send it?", Kind.EMAIL),
        QuestionData("phone", "Phone", "On which number can we reach you?", Kind.PHONE),
    )

    found = {each.key: each.value for each in read(text, questions, asked=asked, at=AT, country="GB")}

    assert found["name"] == name


@pytest.mark.parametrize(
    "text",
    ["Acme Coffee", "New York", "Next Week", "Sounds Good", "Hello There", "Jo", "Jo Smith. And you?", "Why Not"],
)
def test_what_is_no_name_stays_none_where_contact_was_asked_for(text: str) -> None:
    questions = (QuestionData("email", "E-mail", "Where can we send it?", Kind.EMAIL),)

    assert "name" not in {each.key for each in read(text, questions, asked="email", at=AT)}


def test_a_bare_name_behind_another_question_is_not_taken_for_one() -> None:
    assert values("Jo Smith", "people") == {}
