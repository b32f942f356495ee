"""Choices said by a synonym, in a sentence or in another language; and words that only look like one."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

OCCASION = QuestionData(
    "occasion", "Occasion", "What is it?", Kind.CHOICE, choices=("Wedding", "Birthday", "Company event")
)
MACHINE = QuestionData("machine", "Machine", "Which one?", Kind.CHOICE, choices=("Bean to cup", "Filter", "Capsules"))
PLAN = QuestionData("plan", "Plan", "Which plan suits you?", Kind.CHOICE, choices=("Starter", "Team", "Enterprise"))
SSO = QuestionData("sso", "Single sign-on", "Do you need single sign-on?", Kind.CHOICE, choices=("Yes", "No"))
LEVEL = QuestionData("level", "Level", "Which level are you at?", Kind.CHOICE, choices=("Beginner", "Advanced"))
LANGUAGES = ("en", "de", "fr", "es")


def chosen(text: str, question: QuestionData, asked: str = "") -> str:
    found = read(text, (question,), asked=asked, at=AT, country="GB", languages=LANGUAGES)
    return next((each.value for each in found if each.key == question.key), "")


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("we're tying the knot in May and want a venue", "Wedding"),
        ("I'm getting married next August, around 70 guests", "Wedding"),
        ("My daughter is turning 18 in March and we need a room", "Birthday"),
        ("my husband's sixtieth is coming up", "Birthday"),
        ("It's not a wedding, it's our nan's 90th", "Birthday"),
        ("it's our office Christmas party", "Company event"),
        ("We're hosting a corporate away day for 45 staff", "Company event"),
        ("We have had to postpone the wedding.", "Wedding"),
        ("were planning a wedding with 60 guests", "Wedding"),
        ("Wir suchen einen Saal für unsere Weihnachtsfeier", "Company event"),
        ("Nous cherchons une salle pour notre mariage", "Wedding"),
        ("Buscamos un salón para el cumpleaños de mi madre", "Birthday"),
    ],
)
def test_an_occasion_is_told_in_other_words(text: str, occasion: str) -> None:
    assert chosen(text, OCCASION) == occasion


@pytest.mark.parametrize(
    "text",
    [
        "My 40th order with you went wrong",
        "My grandmother turned 80 last week",
        "I'm a wedding planner and I love your garden",
        "We had our staff party at yours last year",
        "Does your company event package include drinks?",
        "Alles Gute zum Geburtstag!",
        "our office party last December was a disaster",
        "Thanks for the lovely company party",
        "It's our 25th anniversary",
        "We'd love to host our 30th wedding anniversary with you",
        "We are not getting married, whatever my mother told you",
    ],
)
def test_what_is_over_or_offered_is_no_occasion(text: str) -> None:
    assert chosen(text, OCCASION) == ""


@pytest.mark.parametrize(
    ("text", "asked", "machine"),
    [
        ("we'd like a machine that takes pods", "", "Capsules"),
        ("pods please", "machine", "Capsules"),
        ("b2c, 40 staff", "", "Bean to cup"),
        ("We're after bean-to-cup machines", "", "Bean to cup"),
        ("Wir hätten gerne einen Vollautomaten", "", "Bean to cup"),
        ("Nous voudrions une machine à grains pour 20 personnes", "", "Bean to cup"),
        ("pods are terrible for the planet", "", ""),
        ("we need pods for our machine", "", ""),
        ("we'd like to return the machine that takes pods", "", ""),
        ("we have a Nespresso today", "", ""),
        ("Unser Vollautomat ist kaputt", "", ""),
    ],
)
def test_a_machine_is_named_by_its_synonym(text: str, asked: str, machine: str) -> None:
    assert chosen(text, MACHINE, asked) == machine


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("We would definitely need SSO and 30 seats", "Yes"),
        ("our security team insists on single sign-on", "Yes"),
        ("we want 20 seats, and we need singel sign on", "Yes"),
        ("we can do without sso", "No"),
        ("We don't need SSO.", "No"),
        ("Wir brauchen kein Single Sign-on, aber 20 Lizenzen", "No"),
        ("we need help with single sign-on", ""),
        ("We need single sign-on to stop breaking", ""),
        ("no sso yet in our old tool", ""),
        ("if we need sso we will say so", ""),
        ("do we need sso for that?", ""),
    ],
)
def test_a_need_is_told_unasked(text: str, answer: str) -> None:
    assert chosen(text, SSO) == answer


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("I reckon Starter will do", "Starter"),
        ("Starter should be plenty", "Starter"),
        ("we're going for the enterprise option", "Enterprise"),
        ("we have 9 people, so I think Team would be enough", "Team"),
        ("I think Team is too expensive", ""),
        ("the Team is fine but the invoice is wrong", ""),
    ],
)
def test_what_suits_in_their_opinion_is_chosen(text: str, plan: str) -> None:
    assert chosen(text, PLAN) == plan


def test_a_level_is_named_by_its_synonym() -> None:
    assert chosen("we are complete novices", LEVEL) == "Beginner"
    assert chosen("the last teacher was a novice", LEVEL) == ""
