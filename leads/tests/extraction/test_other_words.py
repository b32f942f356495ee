"""Sums, declines, names, companies and contact details in words that nobody had a rule for."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import CONTACT_KEYS, Kind, QuestionData
from leads.tests.extraction.sale import AT, QUESTIONS, known, values

LANGUAGES = ("en", "de", "fr", "es")
VANS = (QuestionData("budget", "Budget per van", "What can you spend per van and month?", Kind.MONEY),)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("I'd put up to 3 grand into it", "-3000"),
        ("we could stretch to 900 euros but no further", "-900 EUR"),
        ("our ceiling is 1,500 pounds", "-1500 GBP"),
        ("it must not exceed 2,000 euros", "-2000 EUR"),
        ("we have 3,000 Canadian dollars a year for it", "3000 CAD / year"),
        ("mehr als 800 Euro wollen wir nicht ausgeben", "-800 EUR"),
        ("on peut mettre 1500 euros", "1500 EUR"),
        ("£2k-£3k all in", "2000-3000 GBP"),
        ("preferably below 90 euros a month", "-90 EUR / month"),
        ("Budget? Around 3500.", "3500"),
        ("max budget 1,800", "-1800"),
        ("there's 2,000 euros in the kitty", "2000 EUR"),
        ("we have 20 thousand users on our site", None),
        ("the 1,100 euro machine looks nice", None),
    ],
)
def test_a_budget_is_told_in_other_words(text: str, budget: str | None) -> None:
    assert values(text, languages=LANGUAGES).get("budget") == budget


def test_each_is_each_van_where_a_sum_per_van_was_asked_for() -> None:
    assert [each.value for each in read("5 vans, 410 each per month", VANS, at=AT)] == ["410 / month"]


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


@pytest.mark.parametrize("text", ["my boss makes it in a French press", "it varies, mostly a Krups"])
def test_an_answer_in_words_that_speaks_of_others_is_none_the_less_one(text: str) -> None:
    assert values(text, "today") == {"today": text}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thanks for your help! – Rosalind", "Rosalind"),
        ("Hiya, Declan here", "Declan"),
        ("Kind regards Petra Vogt", "Petra Vogt"),
        ("I go by Freddie", "Freddie"),
        ("It's Nadia again", "Nadia"),
        ("Hello, Piet Vos from Keizer Logistics, 30 people", "Piet Vos"),
        ("Hi, I'm Lea Brandt from Acme Ltd.", "Lea Brandt"),
        ("you can call me, Ruth Okafor, on 020 7946 0777", "Ruth Okafor"),
        ("thanks Bella!", None),
    ],
)
def test_names_are_told_in_other_words(text: str, name: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[Kind.NAME]) == name


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("we're from Gable Roofing", "Gable Roofing"),
        ("we at Otter Print are thinking of a machine", "Otter Print"),
        ("I do the buying at Lindner Bau GmbH", "Lindner Bau GmbH"),
        ("our firm's called Halcyon", "Halcyon"),
        ("I'm calling from Manchester", None),
        ("we buy our beans from Rigby Coffee Ltd", None),
    ],
)
def test_companies_are_told_in_other_words(text: str, company: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[Kind.COMPANY]) == company


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("my mail is nora underscore forty two at postbox dot org", Kind.EMAIL, "nora_42@postbox.org"),
        ("I'm lee@hull.example, our billing team is at bills@hull.example", Kind.EMAIL, "lee@hull.example"),
        ("Lee Hull\n01632 960 777", Kind.PHONE, "+441632960777"),
        ("the number on your site, 020 7946 0999, is dead", Kind.PHONE, None),
    ],
)
def test_contact_details_are_read_as_they_are_said(text: str, key: Kind, value: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[key]) == value


@pytest.mark.parametrize(
    ("text", "stored", "corrected"),
    [
        ("one more joined so 16", {"people": (Kind.NUMBER, "15", 1)}, {"people": "16"}),
        ("it has gone up to 22", {"people": (Kind.NUMBER, "15", 1)}, {"people": "22"}),
        ("up to 7k now", {"budget": (Kind.MONEY, "5000", 1)}, {"budget": "-7000"}),
        ("we changed our minds: beans rather than filter", {"machine": (Kind.CHOICE, "Filter", 1)},
         {"machine": "Bean to cup"}),
    ],
)  # fmt: skip
def test_what_was_said_is_replaced(
    text: str, stored: dict[str, tuple[Kind, str, int]], corrected: dict[str, str]
) -> None:
    assert values(text, known=known(**stored)) == corrected


def test_an_answer_ends_where_another_question_is_answered() -> None:
    assert values("a big French press. We're 12 people by the way.", "today") == {
        "today": "a big French press", "people": "12",
    }  # fmt: skip


BILLS = (
    QuestionData("bill", "Monthly electricity bill", "What do you pay for electricity each month?", Kind.MONEY),
    QuestionData("budget", "Budget", "How much would you like to invest?", Kind.MONEY),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wir zahlen 95 Euro im Monat für Strom", {"bill": "95 EUR / month"}),
        ("je paie 70 euros par mois d'électricité", {"bill": "70 EUR / month"}),
        ("pagamos 60 euros al mes de luz", {"bill": "60 EUR / month"}),
        ("we'd put 8 grand into it", {"budget": "8000"}),
    ],
)
def test_a_bill_is_no_budget(text: str, found: dict[str, str]) -> None:
    assert {each.key: each.value for each in read(text, BILLS, at=AT, country="GB", languages=LANGUAGES)} == found
