"""The same facts in the styles in which people write: lists, labels, letters, a hurry; and what only looks so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # a Wednesday
SALE = (
    QuestionData("seats", "Users", "How many users would need access?", Kind.NUMBER),
    QuestionData("budget", "Budget", "What is your budget?", Kind.MONEY),
    QuestionData("date", "Date", "When do you want to go live?", Kind.DATE),
    QuestionData("plan", "Plan", "Which plan suits you?", Kind.CHOICE, choices=("Starter", "Team", "Enterprise")),
    QuestionData("sso", "SSO", "Do you need single sign-on?", Kind.CHOICE, choices=("Yes", "No")),
    QuestionData("occasion", "Occasion", "What is it?", Kind.CHOICE, choices=("Wedding", "Birthday", "Launch party")),
    QuestionData("name", "Name", "May I ask your name?", Kind.NAME),
    QuestionData("email", "E-mail", "Where may we write?", Kind.EMAIL),
)


def values(text: str, asked: str = "") -> dict[str, str]:
    found = read(text, SALE, asked=asked, at=AT, country="GB")
    return {each.key: "declined" if each.is_declined else each.value for each in found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Users: 40\nBudget: 900 EUR / month\nPlan: Enterprise",
         {"seats": "40", "budget": "900 EUR / month", "plan": "Enterprise"}),
        ("- users: 75\n- date: 10/07/2027", {"seats": "75", "date": "2027-07-10"}),
        ("users 200 / Team", {"seats": "200", "plan": "Team"}),
        ("1. 30 users\n2. starter\n3. start in January", {"seats": "30", "plan": "Starter", "date": "2027-01"}),
        ("SSO = no; users = 12", {"sso": "No", "seats": "12"}),
        ("no sso, 30 users", {"sso": "No", "seats": "30"}),
        ("sso yes, 80 users, go live march", {"sso": "Yes", "seats": "80", "date": "2027-03"}),
        ("one or two hundred users", {"seats": "100-200"}),
        ("team is fine", {"plan": "Team"}),
        ("Enterprise", {"plan": "Enterprise"}),
        ("bday, 60ppl", {"occasion": "Birthday"}),
        ("it's for my mum's seventieth birthday", {"occasion": "Birthday"}),
        ("The wedding is on 22 May 2027.", {"occasion": "Wedding", "date": "2027-05-22"}),
        ("our budget would be two and a half thousand pounds", {"budget": "2500 GBP"}),
        ("with a monthly budget not exceeding EUR 4,000", {"budget": "-4000 EUR / month"}),
        ("I'd go up to 150 quid a month", {"budget": "-150 GBP / month"}),
        ("sometime in the second half of January", {"date": "2027-01-16/2027-01-31"}),
        ("within the next two weeks", {"date": "2026-11-25/2026-12-09"}),
        ("Tom Baker, 33 users, tom@baker.example", {"name": "Tom Baker", "seats": "33", "email": "tom@baker.example"}),
        ("We have 12 users.\nYours faithfully,\nHelen Carter", {"seats": "12", "name": "Helen Carter"}),
        ("It's Mei from Lotus Travel", {"name": "Mei"}),
        ("My name it is Dmitri Volkov", {"name": "Dmitri Volkov"}),
    ],
)  # fmt: skip
def test_a_style_hides_no_fact(text: str, found: dict[str, str]) -> None:
    read_out = values(text)

    assert {key: read_out.get(key) for key in found} == found


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, Team",
        "Happy birthday!",
        "We celebrated our wedding at another place",
        "The birthday girl is 40",
        "I saw the wedding photos on your page",
        "The team is fine, the invoice is not",
        "Hello, team!",
        "my team is great",
        "I looked at Starter, Team and Enterprise",
        "The wedding room looks nice",
        "Is the birthday package available?",
        "no sso error any more, great",
        "it's Monday",
        "It's Bosch from Germany",
        "put down the phone",
        "we go to 3 shows a year",
        "my number is plus four four twenty seven nine four six oh nine five eight",
    ],
)
def test_what_only_looks_like_a_fact_is_none(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("not something I want to share right now", "budget"),
        ("rather keep that private", "budget"),
        ("date isn't set yet", "date"),
        ("idk", "seats"),
    ],
)
def test_there_are_many_ways_to_decline(text: str, asked: str) -> None:
    assert values(text, asked) == {asked: "declined"}


@pytest.mark.parametrize(("text", "asked"), [("Team", "use"), ("tomorrow", "name"), ("500 euros", "seats")])
def test_a_bare_word_belongs_to_the_question_that_is_open(text: str, asked: str) -> None:
    use = QuestionData("use", "Used today", "What do you use today?", Kind.TEXT)
    found = read(text, (*SALE, use), asked=asked, at=AT, country="GB")

    assert {each.key for each in found} <= {asked}


def test_a_number_of_people_is_no_budget_whatever_was_asked() -> None:
    assert "budget" not in values("we are 40", "budget")


def test_a_label_alone_does_not_take_the_next_line_for_what_is_counted() -> None:
    assert values("users: 40\nmachines are loud") == {"seats": "40"}
