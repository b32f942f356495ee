"""A visitor asks for a person, and staff answer in the same minute: on a desk, on a phone, two at once, or nobody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.conftest import ANSWERS, bar, wish
from fakes.scripts import Script

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "color_scheme": "dark"}


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_staff_answer_who_asks_for_a_person_and_give_back(desk, visitor, upstream, screen):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    sam, one = desk("sam", **screen), visitor()
    sam.open("?tab=waiting")
    expect(sam.page.locator(".inbox__empty")).to_be_visible()
    one.ask("What do you sell?")
    one.finished()

    wish(one)
    expect(one.page.locator(".message--assistant").last).to_contain_text("I have asked the team to join us here.")
    expect(sam.page).to_have_title(re.compile(r"^\(1\) "))  # by itself
    sam.enter("waits")
    sam.do("take")
    expect(sam.standing).to_have_text("You answer")
    sam.write("Hello, this is Sam. How can I help?")
    expect(one.page.locator(".message--staff")).to_contain_text("How can I help?")
    expect(one.page.locator(".message__author")).to_have_text("Sam")
    expect(bar(one.page)).to_contain_text("You are talking to Sam, a person from the team.")

    one.ask("Do you deliver to Bern?")
    expect(sam.page.locator(".message--user").last).to_contain_text("Bern")
    sam.write("Yes, in three days.")
    expect(one.page.locator(".message--staff")).to_have_count(2)
    expect(sam.page.locator("#inbox-text")).to_have_value("")
    sam.do("release")

    expect(bar(one.page)).to_be_hidden()
    one.ask("And what do they cost?")
    expect(one.page.locator(ANSWERS).last).to_contain_text("40 dollars")
    assert "in three days" in str(upstream.requests[-1].body)  # the agent knows what was said
    expect(sam.page.locator(ANSWERS).last).to_contain_text("40 dollars")


def test_two_colleagues_at_once(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."))
    sam, kim, one = desk("sam"), desk("kim"), visitor()
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    for each in (sam, kim):
        each.open()
        each.enter("waits")

    sam.do("take")
    expect(kim.standing).to_have_text("Sam answers")
    kim.write("May I?")
    expect(kim.page.locator("#inbox-error")).to_have_text("Sam has this conversation now.")
    expect(kim.page.locator("#inbox-text")).to_have_value("May I?")
    kim.do("force")

    expect(sam.standing).to_have_text("Kim answers")
    expect(kim.standing).to_have_text("You answer")
    expect(bar(one.page)).to_contain_text("You are talking to Kim")
    kim.page.locator("#inbox-text").press("Enter")
    expect(one.page.locator(".message--staff")).to_have_text(re.compile("Kim.*May I?", re.S))


def test_where_nobody_comes_the_visitor_is_told_and_answered(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="They are made of brass."))
    desk("sam")
    one = visitor("hasty")
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    one.ask("What are they made of?")
    expect(one.page.locator(".message--user")).to_have_count(2)

    expect(bar(one.page)).to_be_hidden()
    told = one.page.locator(".message--assistant", has_text="Nobody from the team could come just now.")
    expect(told).to_be_visible()
    expect(told.get_by_role("link", name="Leave your details")).to_be_attached()
    expect(one.page.locator(ANSWERS).last).to_contain_text("made of brass")


def test_who_waits_may_go_on_without_a_person(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="They are made of brass."))
    desk("sam")
    one = visitor()
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    one.ask("What are they made of?")
    expect(one.page.locator(".message--pending")).to_have_count(0)

    one.page.get_by_role("button", name="Go on without them").click()

    expect(bar(one.page)).to_be_hidden()
    expect(one.page.locator(ANSWERS).last).to_contain_text("made of brass")


@pytest.mark.parametrize("text", ["Can I talk to a human please?", ""], ids=["in words", "by the button"])
def test_a_person_is_asked_for_before_any_conversation_exists(desk, visitor, upstream, text):
    sam, one = desk("sam"), visitor()
    sam.open()

    if text:
        one.ask(text)
    else:
        one.page.locator("#composer [data-action=ask-person]").click()

    expect(bar(one.page)).to_have_attribute("data-speaker", "waiting")
    expect(one.page.locator(".message--user")).to_have_count(1)
    expect(sam.page.locator(".inbox__row .badge--waiting")).to_be_visible()
    assert not upstream.requests
