"""Hearing the page: spoken answers with their captions, the Listen button, and the player under voice messages."""

import re

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script
from fakes.voice import END, FakeVoice, frame, heard, listening, opened, spoken

pytestmark = pytest.mark.browser

NO_SOUND = "Sound is not available; the text is here."
LONG = spoken("This goes on", "for quite a while,", "and on,", "and on.", seconds_each=8)
ANSWER = ".message--assistant:not([data-status=running])"
SEEKS_NOT_FAR = """
const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime')
const set = function (to) { if (to < 1e6) own.set.call(this, to) }
Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', { ...own, set })"""
PLACE_SHOWN = """box => ({ shown: new Promise(done => box.querySelector('audio').addEventListener('timeupdate', () => {
  const place = box.querySelector('.player__bar').value
  if (Number(place) > 0) done(place)
})) })"""
SPOKE_BEFORE = "if (location.protocol === 'http:') localStorage.setItem('salesagent:voiceUsed', 'true')"


@pytest.fixture
def voice(speaking_visit, voice_site):
    """Of a visitor who has used a voice here before: until then there is no switch."""
    speaking_visit.page.add_init_script(SPOKE_BEFORE)
    return opened(speaking_visit.page, voice_site)


def say(page):
    page.locator("#panel[data-voice-started]").wait_for()
    page.locator("#mic").click()
    listening(page)
    page.locator("#mic").click()
    heard(page)


def test_the_answer_to_a_spoken_message_is_heard_with_captions_in_step(speaking_visit, voice, upstream):
    upstream.then(Script(text="It costs forty dollars."))
    voice.says = spoken("It costs", "forty dollars.", seconds_each=3)
    page = speaking_visit.page
    say(page)
    captions = page.locator("#speaking-caption [data-heard]")
    expect(captions).to_have_text("It costs")
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    expect(page.locator("#speaking-caption")).to_have_attribute("aria-hidden", "true")
    assert speaking_visit.axe() == []
    expect(captions).to_have_text("forty dollars.")
    expect(page.locator("#speaking")).to_be_hidden()

    answer = page.locator(".message--assistant").get_attribute("id").removeprefix("m-")
    assert [url.rsplit("/", 2)[-2] for url in voice.spoken] == [answer]
    assert page.locator("#announcer").inner_text() == ""  # who hears it is not told it again


def test_a_typed_message_is_answered_in_silence(speaking_visit, voice, upstream):
    upstream.then(Script(text="Forty dollars."))
    speaking_visit.ask("How much?")
    speaking_visit.finished()
    expect(speaking_visit.page.locator("#announcer")).to_contain_text("Forty dollars.")

    assert voice.spoken == []
    expect(speaking_visit.page.get_by_role("switch")).not_to_be_checked()


def test_the_switch_turned_on_reads_typed_answers_too_and_is_remembered(speaking_visit, voice, upstream):
    upstream.then(Script(text="Forty dollars."))
    page = speaking_visit.page
    page.get_by_role("switch", name="Voice replies").click()
    page.reload()
    expect(page.get_by_role("switch")).to_be_checked()
    speaking_visit.ask("How much?")
    speaking_visit.finished()

    expect(page.locator("#speaking-caption [data-heard]")).to_have_count(1)


def test_the_switch_turned_off_keeps_spoken_messages_silent_too(speaking_visit, voice, upstream):
    upstream.then(Script(text="Forty dollars."))
    page = speaking_visit.page
    page.get_by_role("switch").click()
    page.get_by_role("switch").press("Space")
    expect(page.get_by_role("switch")).not_to_be_checked()
    say(page)
    speaking_visit.finished()
    page.wait_for_timeout(300)

    assert voice.spoken == []


def test_every_answer_can_be_listened_to_and_stopped(speaking_visit, voice, upstream):
    upstream.then(Script(text="Forty dollars."))
    voice.says = LONG
    page = speaking_visit.page
    speaking_visit.ask("How much?")
    speaking_visit.finished()
    page.locator(ANSWER).hover()
    page.get_by_role("button", name="Listen").click()
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    page.locator(ANSWER).get_by_role("button", name="Stop speaking").click()
    expect(page.locator("#speaking")).to_be_hidden()
    page.get_by_role("button", name="Listen").click()
    page.locator("#speaking").get_by_role("button", name="Stop speaking").click()

    expect(page.locator("#speaking")).to_be_hidden()
    assert len(voice.spoken) == 2


@pytest.mark.parametrize("how", ["escape", "record", "send"])
def test_speech_stops_when_the_visitor_goes_on(speaking_visit, voice, upstream, how):
    upstream.then(Script(text="Forty dollars."), Script(text="And?"))
    voice.says = LONG
    page = speaking_visit.page
    say(page)
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    if how == "escape":
        page.keyboard.press("Escape")
    elif how == "record":
        page.locator("#mic").click()
    else:
        speaking_visit.ask("And?")
        speaking_visit.finished(2)  # what is still owed would be answered with the next test's script

    expect(page.locator("#speaking")).to_be_hidden()


def test_stop_ends_the_answer_and_its_voice(speaking_visit, voice, upstream):
    upstream.then(Script(text="word " * 200, rate_per_s=5))
    voice.says = LONG
    page = speaking_visit.page
    say(page)
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    page.get_by_role("button", name="Stop the answer").click()

    expect(page.locator("#speaking")).to_be_hidden()
    assert "Stopped" in speaking_visit.finished()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b""),
        (200, frame(END, {"reason": "unavailable"})),
        (200, b""),  # broken off
        (200, b"\x02\xff\xff\xff\xff no frame at all"),
    ],
)
def test_without_sound_the_text_is_pointed_to(speaking_visit, voice, upstream, status, body):
    upstream.then(Script(text="Forty dollars."))
    voice.speech_status, voice.says = status, body
    page = speaking_visit.page
    say(page)

    expect(page.locator("#speaking-state")).to_have_text(NO_SOUND)
    expect(page.locator("#notices")).to_have_text(NO_SOUND)
    assert "Forty dollars." in speaking_visit.finished()
    assert speaking_visit.axe() == []


def test_one_voice_at_a_time_in_all_tabs(speaking_visit, voice, voice_site, upstream):
    upstream.then(Script(text="Forty dollars."))
    voice.says = LONG
    page = speaking_visit.page
    say(page)
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    speaking_visit.finished()
    other = speaking_visit.context.new_page()
    FakeVoice(other, says=LONG)
    other.goto(page.url)
    other.locator("#panel[data-voice-started]").wait_for()
    other.locator(ANSWER).hover()
    other.get_by_role("button", name="Listen").click()

    expect(other.locator("#speaking-state")).to_have_text("Speaking")
    expect(page.locator("#speaking")).to_be_hidden()


# --- the player -------------------------------------------------------------------------------------------------


@pytest.fixture
def player(speaking_visit, voice, upstream):
    """The player under a voice message of four seconds."""
    upstream.then(Script(text="Forty dollars."))
    speaking_visit.page.get_by_role("switch").click()
    speaking_visit.page.get_by_role("switch").click()  # no voice replies here
    voice.recording_url = "/recordings/1"
    say(speaking_visit.page)
    speaking_visit.finished()
    speaking_visit.page.reload()
    return speaking_visit.page.get_by_role("group", name="Your recording")


def test_a_recording_is_played_sought_and_paused_by_keyboard(speaking_visit, player):
    page = speaking_visit.page
    player.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    expect(player.locator(".player__time")).to_contain_text("/ 0:04")
    expect(player.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Enter")
    bar = player.get_by_role("slider", name="Position")
    bar.focus()
    page.keyboard.press("Home")
    expect(player.locator(".player__time")).to_have_text("0:00 / 0:04")
    page.keyboard.press("ArrowRight")

    expect(player.locator(".player__time")).to_have_text("0:04 / 0:04")
    expect(bar).to_have_attribute("aria-valuetext", "0:04 of 0:04")
    assert speaking_visit.axe() == []


def test_the_length_is_shown_before_anything_is_fetched(speaking_visit, voice, player):
    page, fetched = speaking_visit.page, []
    page.on("request", lambda request: fetched.append(request.url) if "/recordings/" in request.url else None)
    expect(player.locator(".player__time")).to_have_text("0:00")
    voice.recording_ms = 4_300
    page.reload()

    expect(player.locator(".player__time")).to_have_text("0:04")
    bar = player.get_by_role("slider", name="Position")
    expect(bar).to_have_attribute("aria-valuetext", "0:00 of 0:04")
    assert fetched == []
    bar.focus()
    page.keyboard.press("ArrowRight")
    expect(player.locator(".player__time")).to_have_text("0:04 / 0:04")
    page.keyboard.press("Home")
    player.get_by_role("button", name="Play").click()
    expect(player.locator(".player__time")).to_contain_text("/ 0:04")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()


def test_the_speed_is_remembered_for_every_recording(speaking_visit, player):
    player.get_by_role("button", name="Speed: 1", exact=True).click()
    player.get_by_role("button", name="Speed: 1.25").click()
    speaking_visit.page.reload()

    expect(player.get_by_role("button", name="Speed: 1.5")).to_be_visible()
    assert player.locator("audio").evaluate("audio => audio.playbackRate") == 1.5


def test_the_length_of_what_a_browser_recorded_is_found_out(speaking_visit, voice, player):
    voice.recording_url = "/recordings/own"
    speaking_visit.page.reload()
    player.get_by_role("button", name="Play").click()

    # About a second was recorded, on a busy machine more; a length that is not found out is none.
    expect(player.locator(".player__time")).to_have_text(re.compile(r"/ 0:0[1-9]$"))


def test_the_place_is_shown_where_a_browser_does_not_find_the_length_out(speaking_visit, voice, player):
    """Firefox does not seek in a sound that does not say where it ends, and tells of no end of seeking either."""
    voice.recording_url = "/recordings/own"
    speaking_visit.page.add_init_script(SEEKS_NOT_FAR)
    speaking_visit.page.reload()
    moved = player.evaluate_handle(PLACE_SHOWN)
    player.get_by_role("button", name="Play").click()

    assert float(moved.evaluate("({ shown }) => shown")) > 0


def test_one_player_at_a_time(speaking_visit, voice, player, upstream):
    upstream.then(Script(text="Fifty."))
    say(speaking_visit.page)
    speaking_visit.finished(2)
    speaking_visit.page.reload()
    player.first.get_by_role("button", name="Play").click()
    expect(player.first.get_by_role("button", name="Pause")).to_be_visible()
    player.last.get_by_role("button", name="Play").click()

    expect(player.last.get_by_role("button", name="Pause")).to_be_visible()
    expect(player.first.get_by_role("button", name="Play")).to_be_visible()


def test_without_script_the_browser_plays_it(speaking_browser, speaking_visit, player):
    cookies = speaking_visit.context.storage_state()
    plain = speaking_browser.new_context(java_script_enabled=False, storage_state=cookies)
    page = plain.new_page()
    FakeVoice(page, recording_url="/recordings/1")
    page.goto(speaking_visit.page.url)

    assert page.locator("audio[controls]").bounding_box()["height"] == 44
    expect(page.locator("#mic")).to_be_hidden()
    plain.close()
