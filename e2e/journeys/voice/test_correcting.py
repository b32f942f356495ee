"""What was understood of a spoken message can be corrected by the visitor, before and after it is answered."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

SPOKEN = "from conversations.models import Message; Message.objects.filter(role='user').update(message_type='voice')"


def said(visit, site, text):
    """A conversation whose first message counts as spoken, as it looks after a reload."""
    visit.page.goto(f"{site.url}/chat/")
    visit.ask(text)
    visit.page.wait_for_url("**/chat/ada/*/")
    site.shell(SPOKEN)


def test_what_was_understood_is_changed_and_sent_anew(visit, scripted_site, upstream):
    upstream.then(Script(text="We sell lambs."), Script(text="We sell lamps."))
    said(visit, scripted_site, "do you sell lambs")
    visit.finished()
    visit.page.reload()

    visit.page.get_by_role("button", name="Correct").click()
    field = visit.page.get_by_role("textbox")
    expect(field).to_be_focused()
    expect(field).to_have_value("do you sell lambs")
    field.fill("do you sell lamps")
    visit.page.keyboard.press("Enter")

    assert "We sell lamps." in visit.finished(2)
    assert "do you sell lamps" in str(upstream.requests[-1].body["messages"][-1])


def test_correcting_stops_the_answer_to_what_was_misheard_and_keeps_a_draft(visit, scripted_site, upstream):
    upstream.then(Script(text="A long answer about lambs. " * 40, rate_per_s=4))
    said(visit, scripted_site, "do you sell lambs")
    visit.page.reload()
    running = visit.page.locator(".message--assistant[data-status=running]")
    expect(running).to_be_visible()
    visit.page.get_by_role("textbox").fill("by the way: ")

    visit.page.get_by_role("button", name="Correct").click()

    expect(visit.page.locator(".message--assistant[data-status=stopped]")).to_be_visible()
    expect(visit.page.get_by_role("textbox")).to_have_value("by the way: do you sell lambs")


def test_a_typed_message_has_nothing_to_correct(visit, scripted_site, upstream):
    upstream.then(Script(text="Yes."))
    visit.page.goto(f"{scripted_site.url}/chat/")
    visit.ask("do you sell lamps")
    visit.finished()

    expect(visit.page.get_by_role("button", name="Correct")).to_have_count(0)
