"""Names, companies and addresses in other habits: spelt, with "myself", in brackets, in small letters."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values


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
    ],
)
def test_an_address_may_be_spelt(text: str, email: str) -> None:
    assert values(text, "email")["email"] == email
