"""A recording that could not be sent: kept, sent again, dropped, and there after a reload."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script
from fakes.voice import heard, listening, opened

pytestmark = pytest.mark.browser

LATER = {"error": "Service Unavailable", "detail": "No.", "fallback_message": "Speech is not available just now."}


@pytest.fixture
def voice(speaking_visit, voice_site):
    return opened(speaking_visit.page, voice_site)


def record(page):
    """A short recording, made and sent."""
    page.locator("#mic").click()
    listening(page)
    page.locator("#mic").click()


def test_a_recording_that_failed_is_kept_and_sent_again_under_the_same_id(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    voice.refusals.extend([(503, LATER), None])
    page = speaking_visit.page
    record(page)
    expect(page.locator("#voice-kept")).to_contain_text(LATER["fallback_message"])
    page.locator("#voice-kept").get_by_role("button", name="Try again").click()
    expect(page.locator("#voice-kept")).to_contain_text("Your recording was not sent. It is kept here.")
    page.locator("#mic").click()  # first what becomes of this one
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    heard(page)

    expect(page.locator("#voice-kept")).to_be_hidden()
    assert len(voice.posted) == 3
    assert len({one.client_id for one in voice.posted}) == 1
    assert len({one.audio for one in voice.posted}) == 1


def test_a_recording_that_failed_can_be_dropped(speaking_visit, voice):
    voice.refusals.append((429, {**LATER, "fallback_message": "Please wait a moment."}))
    page = speaking_visit.page
    record(page)
    expect(page.locator("#voice-kept")).to_contain_text("Please wait a moment.")
    page.get_by_role("button", name="Discard").click()

    expect(page.locator("#voice-kept")).to_be_hidden()
    page.locator("#mic").click()
    listening(page)


def test_a_recording_that_failed_survives_a_reload(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    voice.refusals.append((503, LATER))
    page = speaking_visit.page
    record(page)
    expect(page.locator("#voice-kept")).to_be_visible()
    page.reload()
    expect(page.locator("#voice-kept")).to_contain_text("Your recording was not sent. It is kept here.")
    page.locator("#voice-kept").get_by_role("button", name="Try again").click()
    heard(page)

    assert len(voice.posted) == 2
    assert voice.posted[0].audio == voice.posted[1].audio
    assert voice.posted[0].client_id == voice.posted[1].client_id
    page.reload()
    page.locator("#panel[data-voice-started]").wait_for()
    expect(page.locator("#voice-kept")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('recording'))") == []


def test_a_page_that_is_left_while_it_sends_keeps_the_recording(speaking_visit, voice, upstream):
    voice.holds = True
    page = speaking_visit.page
    record(page)
    expect(page.locator("#recording-state")).to_contain_text("Sending")
    page.reload()

    expect(page.locator("#voice-kept")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.reload()
    page.locator("#panel[data-voice-started]").wait_for()
    expect(page.locator("#voice-kept")).to_be_hidden()


def test_a_recording_that_waits_goes_to_the_session_that_a_typed_message_began(speaking_visit, voice, upstream):
    upstream.then(Script(text="One."), Script(text="Two."))
    voice.refusals.append((503, LATER))
    page = speaking_visit.page
    record(page)
    expect(page.locator("#voice-kept")).to_be_visible()
    speaking_visit.ask("And something typed.")
    speaking_visit.finished()
    page.reload()
    page.locator("#voice-kept").get_by_role("button", name="Try again").click()
    heard(page)

    session = page.locator("#panel").get_attribute("data-session")
    assert f"/chat/sessions/{session}/voice/" in voice.posted[1].url
