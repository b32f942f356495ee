"""Names, companies and addresses in other habits: spelt, with "myself", in brackets, in small letters."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, known, values

CONTACT = (
    QuestionData("name", "Name", "May I ask your name?", Kind.NAME),
    QuestionData("company", "Company", "Which company are you with?", Kind.COMPANY),
)


def answered(text: str, asked: str) -> str | None:
    found = read(text, CONTACT, asked=asked, at=AT, country="GB")
    return next((each.value for each in found if each.key == asked), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Myself Ramesh Iyer, company name is Ganesh Roadlines Pvt Ltd", ("Ramesh Iyer", "Ganesh Roadlines Pvt Ltd")),
        ("hi this is priya from northwind and we need coffee", ("priya", "northwind")),
        ("hello, this is tom from leeds and we need coffee", ("tom", None)),
        ("Best regards from Dublin, Aoife (office manager at Carrick & Byrne)", ("Aoife", "Carrick & Byrne")),
        ("Kind regards\n\nDr. Henrike Vossberg\nLumenta GmbH & Co. KG", ("Henrike Vossberg", "Lumenta GmbH & Co. KG")),
        ("We, Müller & Söhne GmbH, need a machine", (None, "Müller & Söhne GmbH")),
        ("our company (Halvorsen Shipping AG, 240 people) needs one", (None, "Halvorsen Shipping AG")),
        ("this is for Northgate Dental", (None, "Northgate Dental")),
        ("There's 5 of us at Marlow Translations", (None, "Marlow Translations")),
        ("The name is taken, the company name is Acme Ltd", (None, "Acme Ltd")),
        ("this is great from you guys and we love it", (None, None)),
        ("this is feedback from northwind and it is bad", (None, None)),
        ("Ravi Menon, Facilities, Halden Group. We need coffee", ("Ravi Menon", "Halden Group")),
        ("Best,\nMelanie Cho\nOffice Manager | Redfern & Sloane LLP", ("Melanie Cho", "Redfern & Sloane LLP")),
        ("You can call me Mr Lindqvist, Per Lindqvist", ("Per Lindqvist", None)),
        ("Paris, Lyon, Coffee Group", (None, None)),
        ("We, Anna and I, need a machine", (None, None)),
        ("the offer for Christmas is nice", (None, None)),
    ],
)
def test_who_writes_is_read_in_other_forms(text: str, said: tuple[str | None, str | None]) -> None:
    read = values(text)

    assert (read.get("name"), read.get("company")) == said


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("m a r k 7 at gmail dot com", "mark7@gmail.com"),
        ("n-a-d-i-a at hotmail dot com", "nadia@hotmail.com"),
        ("my mail is j o dot s at example dot org", "jo.s@example.org"),
        ("anna-lena at example dot org", "anna-lena@example.org"),
        ("kim.park AT example DOT org", "kim.park@example.org"),
    ],
)
def test_an_address_may_be_spelt(text: str, email: str) -> None:
    assert values(text, "email")["email"] == email


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mrs. Adaeze Nnamdi", "Adaeze Nnamdi"),
        ("S-i-o-b-h-a-n, Siobhan", "Siobhan"),
        ("hmm, Jo", "Jo"),
    ],
)
def test_a_name_is_answered_with_a_title_or_its_letters(text: str, name: str) -> None:
    assert answered(text, "name") == name


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Hmm, on paper it's Dawson & Daughters Ltd", "Dawson & Daughters Ltd"),
        ("the Riverside Clinic", "Riverside Clinic"),
        ("It's called The Daily Grind", "The Daily Grind"),
        ("the companys called bright sparks electrical ltd", "bright sparks electrical ltd"),
    ],
)
def test_a_company_is_answered_without_what_leads_to_it(text: str, company: str) -> None:
    assert answered(text, "company") == company


def test_somebody_who_is_to_call_has_not_the_number() -> None:
    assert values("Could someone ring me on 0113 496 0456?")["phone"] == "+441134960456"


@pytest.mark.parametrize("text", ["forget the 40, it's 14", "we're fewer now: 14", "ignore that, 14"])
def test_what_is_forgotten_is_replaced(text: str) -> None:
    stored = known(people=(Kind.NUMBER, "40", 3))

    assert values(text, known=stored)["people"] == "14"
