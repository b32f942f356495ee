"""What a visitor's pages show of a person: without JavaScript, in two tabs, through a reload, amid an answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.conftest import ANSWERS, bar, wish
from fakes.scripts import Script

pytestmark = pytest.mark.browser


def test_without_javascript_a_person_is_asked_for_and_answers(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."))
    sam, one = desk("sam"), visitor(java_script_enabled=False)
    page = one.page
    page.locator("#message").fill("What do you sell?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Talk to a person").click()
    expect(bar(page)).to_contain_text("The team was asked to join.")
    sam.open()
    sam.enter("waits")
    sam.do("take")
    sam.write("Hello from Sam.")
    expect(sam.page.locator(".message--staff")).to_have_count(1)

    page.reload()
    expect(bar(page)).to_contain_text("You are talking to Sam, a person from the team.")
    expect(page.locator(".message--staff")).to_contain_text("Hello from Sam.")
    page.locator("#message").fill("Thank you")
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".message--user").last).to_contain_text("Thank you")
    expect(sam.page.locator(".message--user").last).to_contain_text("Thank you")


def test_two_tabs_and_a_reload_show_the_person_and_each_message_once(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."))
    sam, one = desk("sam"), visitor()
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    other = one.context.new_page()
    other.goto(one.page.url)
    sam.open()
    sam.enter("waits")
    sam.do("take")
    sam.write("First.")
    for page in (one.page, other):
        expect(bar(page)).to_contain_text("You are talking to Sam")
        expect(page.locator(".message--staff")).to_have_count(1)

    one.page.reload()
    sam.write("Second.")
    one.ask("Third.")

    for page in (one.page, other):
        expect(page.locator(".message--staff .prose")).to_have_text(["First.", "Second."])
        expect(page.locator(".message--user")).to_have_count(2)
        expect(page.locator(".change")).to_have_count(2)


def test_a_takeover_amid_an_answer_silences_it_in_each_tab(desk, visitor, upstream):
    upstream.then(Script(tokens=("Our ", "lamps ", "are ", "LATE ", "WORDS"), hold_after_tokens=3))
    sam, one = desk("sam"), visitor()
    one.ask("Tell me about lamps")
    expect(one.page.locator(".message--assistant")).to_contain_text("lamps are")
    other = one.context.new_page()
    other.goto(one.page.url)
    expect(other.locator(".message--assistant")).to_contain_text("lamps are")
    sam.open("?tab=all")
    sam.enter("Tell me about lamps")

    sam.do("take")
    for page in (one.page, other):
        expect(bar(page)).to_have_attribute("data-speaker", "staff")
        expect(page.locator(".message--assistant")).to_have_attribute("data-status", "stopped")
    upstream.go_on()
    sam.write("I take over.")

    for page in (one.page, other, sam.page):
        expect(page.locator(".message--staff")).to_have_count(1)
        expect(page.locator("#log")).not_to_contain_text("LATE")
    one.page.reload()
    expect(one.page.locator("#log")).not_to_contain_text("LATE")
    assert one.page.locator(ANSWERS).count() == 0
