"""Where a rule is unsure it says nothing: a wrong fact misleads a seller, a missed one is asked for again."""

from __future__ import annotations

import pytest

from leads.terms import Kind
from leads.tests.extraction.sale import facts, known, values


@pytest.mark.parametrize(
    "text",
    [
        # names and companies
        "My name is known to you", "The name is taken", "You can call me anytime", "I'm Procurement Lead at the moment",
        "I'm Croatian", "We're from Wolverhampton", "I'm at Heathrow now", "We are Londoners", "We're Arsenal fans",
        "I'm with Vodafone at the moment", "Thanks Anna",
        # numbers
        "It has 3 people on the picture", "40 people per day visit our shop", "3 people told me about you",
        "My 2 colleagues and I", "At peak times 60 people queue here", "For 2 people it would be overkill",
        "We plan to hire 10 people next year", "The room fits 30 people", "We don't need 40 seats for people",
        "I read that 100 employees need two machines", "There are 20 people ahead of me",
        # money
        "5000 is way over budget", "We can't afford 5000", "We have spent our budget of 5k already",
        "We have 300 euros left on the gift card", "I have a 50 euro voucher",
        # dates
        "The lease starts in March", "I'd like to visit you next Thursday", "I want to cancel by 31 December",
        "We are open from Monday to Saturday", "The delivery on 2 December never came",
        "I want a demo on Thursday", "I need the samples by Friday", "The Christmas party was great",
        # choices
        "We don't need the filter machine", "The filter machine page is broken", "I hate capsules",
        # contact details
        "I found sales@acme.com on your site", "My old address jo@x.org is dead", "info@shop.com bounces",
        "Is info@shop.com the right address?",
        "Is 020 7946 0999 the line for orders?", "I got a call from 020 7946 0999", "I tried 020 7946 0999 twice",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_fact_is_none(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I'm Peter from Wuppertal", {"name": "Peter"}),
        ("I'm Peter from Wuppertal Logistics", {"name": "Peter", "company": "Wuppertal Logistics"}),
        ("Our christmas party, 18 december, 40 people", {"start": "2026-12-18", "people": "40"}),
        ("We'd like to replace our old machine in March", {"start": "2027-03"}),
        ("were a company of 22 people", {"people": "22"}),
        ("Could you send it to jo@x.org?", {"email": "jo@x.org"}),
    ],
)
def test_what_is_a_fact_stays_one(text: str, wanted: dict[str, str]) -> None:
    assert values(text) == wanted


@pytest.mark.parametrize("text", ["I'd rather not lease", "We'd prefer not to wait", "I don't give up"])
def test_who_declines_something_else_does_not_decline_the_question(text: str) -> None:
    assert facts(text, "budget") == ()


@pytest.mark.parametrize("text", ["I'd rather stay anonymous", "We don't give out names", "I'd rather not."])
def test_who_does_not_want_to_say_declines(text: str) -> None:
    (fact,) = facts(text, "name") or facts(text, "budget")

    assert fact.is_declined


def test_who_decides_may_be_quoted_where_the_visitor_was_asked() -> None:
    assert values("My boss says 5 to 6k", "budget") == {"budget": "5000-6000"}
    assert values("My boss says 5 to 6k") == {}


def test_a_choice_is_taken_back_like_any_fact() -> None:
    stored = known(machine=(Kind.CHOICE, "Capsules", 3))

    assert values("no, filter, my mistake", "start", known=stored)["machine"] == "Filter"
    assert values("capsules, no, sorry, filter", "machine") == {"machine": "Filter"}
    assert values("no, not the filter", "start", known=stored) == {}
