"""What goes wrong while the inbox is open: double clicks, two tabs, a deleted session, a restart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.conftest import MAKE_PEOPLE, bar, sign_in, wish
from fakes.scripts import Script
from fakes.site import site

pytestmark = pytest.mark.browser

HOLD_TAKEOVERS = """() => {
  const through = new Promise((resolve) => (window.letThrough = resolve));
  const fetchNow = window.fetch;
  window.fetch = async (url, options) => {
    if (String(url).includes("/take/")) await through;
    return fetchNow(url, options);
  };
}"""


def test_double_clicks_take_give_back_and_send_once(waiting):
    sam, one = waiting
    sam.page.locator("[data-do=take]").dblclick()
    expect(sam.standing).to_have_text("You answer")
    sam.page.locator("#inbox-text").fill("Hello.")
    sam.page.get_by_role("button", name="Send").dblclick()
    expect(one.page.locator(".message--staff")).to_have_count(1)
    expect(sam.page.locator("#inbox-text")).to_have_value("")
    expect(one.page.locator(".change")).to_have_count(2)

    one.page.reload()

    expect(one.page.locator(".message--staff")).to_have_count(1)
    expect(one.page.locator(".change")).to_have_count(2)


def test_who_takes_over_and_writes_at_once_is_heard(waiting):
    sam, one = waiting
    sam.page.evaluate(HOLD_TAKEOVERS)
    sam.do("take")
    sam.write("Hello from Sam.")
    sam.write("How can I help?")
    expect(sam.page.locator("#inbox-error")).to_be_empty()
    sam.page.evaluate("letThrough()")

    expect(one.page.locator(".message--staff .prose")).to_have_text(["Hello from Sam.", "How can I help?"])
    expect(sam.page.locator("#inbox-text")).to_have_value("")


def test_a_row_pressed_while_the_list_is_drawn_again_is_opened(waiting, visitor, upstream):
    upstream.then(Script(text="They cost 40 dollars."))
    sam, _one = waiting
    other = visitor()
    sam.open("?tab=all")
    sam.row("waits").hover()
    sam.page.mouse.down()
    with sam.page.expect_response(re.compile("/inbox/list/")):
        other.ask("What do they cost?")
    sam.page.wait_for_timeout(200)
    with sam.page.expect_navigation():
        sam.page.mouse.up()

    expect(sam.page.locator("#panel")).to_be_visible()


def test_two_tabs_of_one_person_and_the_back_button(waiting):
    sam, one = waiting
    other = sam.visit.context.new_page()
    other.goto(sam.page.url)
    sam.do("take")
    expect(other.locator("#standing .badge")).to_have_text("You answer")
    sam.write("From the first tab.")
    expect(other.locator(".message--staff")).to_have_count(1)
    other.locator("#inbox-text").fill("From the second.")
    other.locator("#inbox-text").press("Enter")
    expect(one.page.locator(".message--staff")).to_have_count(2)

    sam.page.go_back()
    sam.page.go_forward()

    expect(sam.page.locator(".message--staff")).to_have_count(2)
    expect(sam.standing).to_have_text("You answer")
    sam.write("Back again.")
    expect(one.page.locator(".message--staff")).to_have_count(3)


def test_a_session_that_its_visitor_deletes_leads_back_to_the_list(waiting, staffed_site):
    sam, one = waiting
    one.page.goto(f"{staffed_site.url}{one.page.locator('#session-delete').get_attribute('href')}")

    one.page.get_by_role("button", name=re.compile("Delete")).click()

    expect(sam.page.locator("#inbox-list")).to_be_visible()
    expect(sam.page.locator("#panel")).to_have_count(0)
    expect(sam.page.locator(".inbox__nothing")).to_contain_text("The visitor deleted this conversation.")


def test_an_agent_that_is_switched_off_while_its_visitor_waits(waiting, staffed_site):
    sam, one = waiting
    toggled = "from agents.models import Agent\na = Agent.objects.get(slug='ada')\na.is_active = {}\na.save()"
    staffed_site.shell(toggled.format(False))
    try:
        sam.do("take")
        expect(sam.standing).to_have_text("You answer")
        sam.write("We are closed for today.")
        expect(sam.page.locator(".message--staff")).to_have_count(1)
        one.page.reload()
        expect(one.page.locator(".message--staff")).to_contain_text("closed for today")
    finally:
        staffed_site.shell(toggled.format(True))


def test_a_restart_is_lived_through_by_both(windows, tmp_path, upstream):
    scripted = {"OPENAI_BASE_URL": upstream.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    upstream.then(Script(text="We sell lamps."))
    with site(tmp_path, begun_with=MAKE_PEOPLE, **scripted) as made:
        made.start()
        sam, one = sign_in(windows(), made, "sam"), windows()
        one.page.goto(f"{made.url}/chat/ada/")
        one.ask("What do you sell?")
        one.finished()
        wish(one)
        sam.open()
        sam.enter("waits")
        sam.do("take")
        expect(bar(one.page)).to_contain_text("You are talking to Sam")

        made.kill()
        one.ask("Are you there?")
        sam.page.locator("#inbox-text").fill("I am.")
        sam.page.locator("#inbox-text").press("Enter")
        expect(sam.page.locator("#inbox-error")).to_contain_text("This was not sent.")
        made.start()

        expect(sam.page.locator(".message--user").last).to_contain_text("Are you there?")
        sam.page.locator("#inbox-text").press("Enter")
        expect(one.page.locator(".message--staff")).to_have_text(re.compile("I am."))
