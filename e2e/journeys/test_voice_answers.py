"""Hearing the page: spoken answers with their captions, the Listen button, and the player under voice messages."""

import array
import base64
import re
import struct
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from fakes.openai import Script
from fakes.voice import END, PCM, FakeVoice, frame, heard, listening, opened, spoken

pytestmark = pytest.mark.browser

NO_SOUND = "Sound is not available; the text is here."
LONG = spoken("This goes on", "for quite a while,", "and on,", "and on.", seconds_each=8)
ANSWER = ".message--assistant:not([data-status=running])"
PARSE = """async ([chunks, module]) => {
  const { createFrameReader, createSampleReader, PCM } = await import(module)
  const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const reader = createFrameReader(), samplesOf = createSampleReader()
  const frames = chunks.flatMap(chunk => reader.push(bytes(chunk)))
  const samples = frames.filter(one => one.type === PCM).flatMap(one => [...samplesOf(one.payload)])
  return [frames.map(one => [one.type, btoa(String.fromCharCode(...one.payload))]), samples, reader.isWhole]
}"""
# Gives pieces of a ramp to the playback, and gets back what it would sound like.
RENDER = """async ([sizes, module]) => {
  const { createPlayback } = await import(module)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const context = new OfflineAudioContext(1, total + 4800, 24000)
  const playback = createPlayback(context, context.destination)
  let at = 0
  for (const size of sizes) {
    playback.push(Float32Array.from({length: size}, (_, i) => (at + i + 1) / total))
    at += size
  }
  playback.complete()
  const sound = (await context.startRendering()).getChannelData(0)
  const begin = sound.findIndex(sample => sample > 0)
  const worst = Math.max(...Array.from({length: total}, (_, i) => Math.abs(sound[begin + i] - (i + 1) / total)))
  return [begin, worst, playback.underruns, await playback.over]
}"""

# Sound that arrives too late: after it ran out, more is kept before it goes on.
STARVE = """async module => {
  const { createPlayback } = await import(module)
  const context = new OfflineAudioContext(1, 24000, 24000)
  const playback = createPlayback(context, context.destination)
  const second = count => new Float32Array(count).fill(0.5)
  playback.push(second(2400))
  const heard = context.suspend(0.5).then(() => {
    playback.push(second(2400))  // 100 ms: was enough at first, is not now
    const before = playback.heardMs
    playback.push(second(2400))
    playback.complete()
    context.resume()
    return before
  })
  const sound = (await context.startRendering()).getChannelData(0)
  return [await heard, playback.underruns, sound.filter(sample => sample > 0.4).length, sound[11500], sound[13500]]
}"""


@pytest.fixture
def voice(speaking_visit, voice_site):
    """Of a visitor who has used a voice here before: until then there is no switch."""
    speaking_visit.page.goto(voice_site.url)
    speaking_visit.page.evaluate("localStorage.setItem('salesagent:voiceUsed', 'true')")
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


# --- pure parts -------------------------------------------------------------------------------------------------


@pytest.fixture
def modules(speaking_visit, voice_site):
    speaking_visit.page.goto(f"{voice_site.url}/api/health")
    return f"{voice_site.url}/static/js"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames=st.lists(st.tuples(st.integers(1, 3), st.binary(max_size=40)), max_size=8),
    cuts=st.lists(st.integers(0, 400), max_size=20),
)
def test_frames_come_out_whole_wherever_the_stream_was_cut(speaking_visit, modules, frames, cuts):
    stream = b"".join(frame(kind, payload) for kind, payload in frames)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    chunks = [base64.b64encode(stream[a:b]).decode() for a, b in pairwise(edges)]

    found, samples, is_whole = speaking_visit.page.evaluate(PARSE, [chunks, f"{modules}/voice/speech/frames.js"])

    sound = b"".join(payload for kind, payload in frames if kind == PCM)
    expected = array.array("h", sound[: len(sound) // 2 * 2])
    assert [(kind, base64.b64decode(payload)) for kind, payload in found] == frames
    assert samples == [value / 32_768 for value in expected]
    assert is_whole


def test_a_stream_that_ends_within_a_frame_is_not_whole(speaking_visit, modules):
    cut = base64.b64encode(struct.pack(">BI", PCM, 10) + b"12345").decode()

    found, _, is_whole = speaking_visit.page.evaluate(PARSE, [[cut], f"{modules}/voice/speech/frames.js"])

    assert (found, is_whole) == ([], False)


def test_pieces_of_any_size_are_played_without_a_seam(speaking_visit, modules):
    sizes = [7, 1_000, 960, 1, 2_400, 4_801, 33, 960, 12_000]

    begin, worst, underruns, is_heard = speaking_visit.page.evaluate(
        RENDER, [sizes, f"{modules}/voice/speech/playback.js"]
    )

    assert begin <= 480  # 20 ms
    assert worst < 1e-4
    assert underruns == 0
    assert is_heard


def test_sound_that_ran_out_goes_on_with_more_in_hand(speaking_visit, modules):
    heard_ms, underruns, played, in_the_gap, after_it = speaking_visit.page.evaluate(
        STARVE, f"{modules}/voice/speech/playback.js"
    )

    assert heard_ms == 100
    assert underruns == 1
    assert played == 7_200
    assert (in_the_gap, after_it) == (0, 0.5)
