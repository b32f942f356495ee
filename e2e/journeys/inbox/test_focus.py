"""What is drawn anew while somebody works in it by keyboard keeps their place."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.test_list import MANY

pytestmark = pytest.mark.browser
# Another window may be in front: then nothing is focused for CSS, and still something is active.
ACTIVE = "id => document.activeElement.id === id"
LONG = """
from conversations.models import Message, Session
session = Session.objects.order_by("-updated_at").first()
for seq in range(session.last_seq + 1, {upto}):
    Message.objects.create(session=session, seq=seq, role="user", content=f"Line {{seq}}.")
session.last_seq = {upto} - 1
session.save()
print(session.pk)
"""


@pytest.mark.parametrize(("place", "key"), [("[data-do=take]", "Enter"), ("body", "t")])
def test_who_takes_over_by_keyboard_goes_on_to_the_answer_and_gives_back(waiting, place, key):
    sam, _visitor = waiting
    sam.page.locator(place).press(key)
    sam.page.wait_for_function(ACTIVE, arg="inbox-text")

    sam.page.locator("[data-do=release]").press("Enter")
    expect(sam.page.locator("[data-do=take]")).to_be_visible()
    assert sam.page.evaluate("document.activeElement.dataset.do") == "take"


def test_earlier_messages_come_without_taking_the_focus_away(desk, staffed_site):
    sam = desk("sam")
    staffed_site.shell(MANY.format(count=1))
    sam.open(staffed_site.shell(LONG.format(upto=120)).strip() + "/")
    more = sam.page.get_by_role("button", name="Load earlier messages")

    more.press("Enter")
    expect(sam.page.locator("#log")).to_contain_text("Line 20.")
    assert sam.page.evaluate("document.activeElement.closest('#log') !== null")
    more.press("Enter")
    expect(sam.page.locator("#log")).to_contain_text("About lamp 0.")
    expect(more).to_have_count(0)
    assert sam.page.evaluate("document.activeElement.closest('#log') !== null")


def test_a_transcript_that_goes_on_keeps_the_focus(desk, staffed_site):
    sam = desk("sam")
    staffed_site.shell(MANY.format(count=1))
    session = staffed_site.shell(LONG.format(upto=4)).strip()
    sam.page.goto(f"{sam.url}/admin/conversations/session/{session}/change/")
    sam.page.get_by_role("link", name="Make this a case").nth(1).focus()
    address = sam.page.evaluate("document.activeElement.href")

    staffed_site.shell(LONG.format(upto=6))

    expect(sam.page.locator("#transcript")).to_contain_text("Line 5.")
    assert sam.page.evaluate("document.activeElement.href") == address
