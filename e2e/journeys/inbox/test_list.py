"""The list of the inbox in a browser: pages, search, what stays while conversations arrive, the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

MANY = """
from datetime import timedelta
from django.utils import timezone
from agents.models import Agent
from conversations.models import Message, Session
agent, now = Agent.objects.get(slug="ada"), timezone.now()
for number in range({count}):
    session = Session.objects.create(agent=agent, title=f"Talk {{number}}.", last_seq=1,
                                     updated_at=now - timedelta(minutes=number))
    Message.objects.create(session=session, seq=1, role="user", content=f"About lamp {{number}}.")
"""
AT = "[...document.querySelectorAll('.inbox__row')].find(row => row.innerText.includes('Talk 40.'))"
# In one step: the list is drawn anew as soon as its socket is there.
READ = "(row => { row.scrollIntoView({ block: 'center' }); row.focus(); return row.getBoundingClientRect().top; })"


@pytest.fixture
def many(desk, staffed_site):
    """Opens a window on a list of 70, the newest of them "Talk 0."."""

    def opened(**options):
        sam = desk("sam", **options)
        staffed_site.shell(MANY.format(count=70))
        sam.open("?tab=all")
        return sam

    return opened


def rows(sam):
    return sam.page.locator(".inbox__row")


def test_the_list_goes_on_and_comes_back_by_keyboard(many):
    sam = many()
    page = sam.page
    expect(rows(sam)).to_have_count(60)

    page.get_by_role("link", name="Show the next ones").focus()
    page.keyboard.press("Enter")
    expect(rows(sam)).to_have_count(10)
    expect(rows(sam).first).to_be_focused()
    expect(page).to_have_url(re.compile("after="))
    page.keyboard.press("j")
    expect(rows(sam).nth(1)).to_be_focused()

    page.get_by_role("link", name="Back to the top").click()
    expect(rows(sam)).to_have_count(60)
    page.go_back()
    expect(rows(sam)).to_have_count(10)
    page.reload()
    expect(rows(sam)).to_have_count(10)


def test_a_search_stays_while_a_conversation_is_read_and_ends_in_one_click(many):
    sam = many()
    page = sam.page
    page.keyboard.press("/")
    page.keyboard.type("lamp 33")
    page.keyboard.press("Enter")
    expect(rows(sam)).to_have_count(1)

    sam.enter("Talk 33.")
    expect(rows(sam)).to_have_count(1)
    expect(page.get_by_label("Search conversations")).to_have_value("lamp 33")
    page.get_by_label("Search conversations").fill("nothing like it")
    page.keyboard.press("Enter")
    expect(page.locator(".inbox__empty")).to_contain_text("No conversation has “nothing like it”")
    expect(page.locator("#inbox-news")).to_contain_text("No conversation has")
    expect(page.locator("#panel")).to_be_visible()
    page.get_by_role("link", name="End the search").click()
    expect(rows(sam)).to_have_count(60)
    expect(page.get_by_label("Search conversations")).to_have_value("")


def test_what_is_read_in_the_list_stays_in_its_place_when_somebody_writes(many, visitor, upstream):
    upstream.then(Script(text="We sell lamps."))
    sam = many()
    before = sam.page.evaluate(f"{READ}({AT})")

    visitor().ask("What do you sell?")

    expect(rows(sam).first).to_contain_text("What do you sell?")
    assert sam.page.evaluate("document.activeElement.innerText").startswith("Talk 40.")
    assert sam.page.evaluate(f"{AT}.getBoundingClientRect().top") == pytest.approx(before, abs=2)


def test_on_a_phone_the_way_back_leads_to_the_row_that_was_opened(many):
    sam = many(viewport={"width": 390, "height": 844}, has_touch=True)
    sam.enter("Talk 50.")

    sam.page.get_by_role("link", name="Back to the list").click()

    expect(sam.row("Talk 50.")).to_be_in_viewport()
    assert sam.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_the_list_is_searched_and_paged(many):
    sam = many(java_script_enabled=False)
    sam.page.get_by_role("link", name="Show the next ones").click()
    expect(rows(sam)).to_have_count(10)
    sam.page.get_by_label("Search conversations").fill("lamp 33")
    sam.page.get_by_role("button", name="Search").click()
    expect(rows(sam)).to_have_count(1)
