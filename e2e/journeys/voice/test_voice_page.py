"""Speaking to the page: the microphone button, what is shown meanwhile, and what becomes of a recording that fails."""

import re

import pytest
from playwright.sync_api import expect

from fakes.patience import wait_until
from fakes.scripts import Script
from fakes.voice import FakeVoice, heard, listening, opened

pytestmark = pytest.mark.browser

LATER = {"error": "Service Unavailable", "detail": "No.", "fallback_message": "Speech is not available just now."}
LIVE = "window.opened.getTracks().map(track => track.readyState === 'live')"
# A request that is answered in the browser has no network to report the progress of.
REPORT_UPLOAD = """() => {
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (body) {
    const tell = (name, loaded) => this.upload.dispatchEvent(new ProgressEvent(name, {loaded, total: 100}))
    send.call(this, body)
    setTimeout(() => tell('progress', 40))
    window.uploaded = () => tell('load', 100)
  }
}"""
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
STILL = {**PHONE, "reduced_motion": "reduce"}
LOOKS = [{**size, "color_scheme": scheme} for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]


@pytest.fixture
def voice(speaking_visit, voice_site):
    return opened(speaking_visit.page, voice_site)


def test_a_press_starts_and_another_sends_what_was_said(speaking_visit, voice, upstream):
    upstream.then(Script(text="It costs 40 dollars."))
    mic = speaking_visit.page.locator("#mic")
    mic.click()
    listening(speaking_visit.page)
    mic.click()
    heard(speaking_visit.page)

    assert "40 dollars" in speaking_visit.finished()
    assert [one.name for one in voice.posted] == ["recording.webm"]
    assert voice.posted[0].audio[:4] == b"\x1a\x45\xdf\xa3"  # a whole WebM file
    assert "/chat/ada/voice/" in voice.posted[0].url


def test_the_second_recording_goes_to_the_conversation_that_the_first_began(speaking_visit, voice, upstream):
    upstream.then(Script(text="One."), Script(text="Two."))
    mic = speaking_visit.page.locator("#mic")
    for count in (1, 2):
        mic.click()
        listening(speaking_visit.page)
        mic.click()
        speaking_visit.finished(count)

    session = speaking_visit.page.locator("#panel").get_attribute("data-session")
    assert session in speaking_visit.page.url
    assert f"/chat/sessions/{session}/voice/" in voice.posted[1].url
    assert speaking_visit.page.locator(".message--user").count() == 2


def test_who_holds_the_button_sends_by_letting_go(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    page = speaking_visit.page
    before = page.locator("#mic").bounding_box()
    page.locator("#mic").hover()
    page.mouse.down()
    listening(page)
    expect(page.locator("#voice-hint")).to_have_text("Let go to send. Slide away to cancel.")
    during = page.locator("#mic").bounding_box()
    page.mouse.up()
    heard(page)

    assert during == before  # it stays under the finger
    assert len(voice.posted) == 1


def test_who_slides_away_and_lets_go_sends_nothing(speaking_visit, voice):
    page = speaking_visit.page
    page.locator("#mic").hover()
    page.mouse.down()
    listening(page)
    box = page.locator("#mic").bounding_box()
    page.mouse.move(box["x"] - 120, box["y"])
    expect(page.locator("#voice-hint")).to_have_text("Let go now to cancel.")
    page.mouse.up()

    expect(page.locator("#recording")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_be_visible()
    assert voice.posted == []


def test_the_keyboard_starts_with_space_and_sends_with_enter(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    page = speaking_visit.page
    page.locator("#mic").focus()
    page.keyboard.press("Space")
    listening(page)
    expect(page.locator("#notices")).to_have_text("Listening")
    expect(page.get_by_role("button", name="Finish and send the recording")).to_be_focused()
    page.keyboard.press("Enter")
    heard(page)

    expect(page.get_by_role("button", name="Record a message")).to_be_focused()
    assert len(voice.posted) == 1


def test_the_send_button_sends_the_recording_and_leaves_the_draft(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    page = speaking_visit.page
    page.get_by_role("textbox").fill("half a sentence")
    page.locator("#mic").click()
    listening(page)
    page.get_by_role("button", name="Send", exact=True).click()
    heard(page)

    expect(page.get_by_role("textbox")).to_have_value("half a sentence")
    assert len(voice.posted) == 1


def test_escape_cancels_the_recording_and_leaves_the_floating_panel_open(speaking_visit, voice_site):
    voice = opened(speaking_visit.page, voice_site, "/")
    page = speaking_visit.page
    page.evaluate("localStorage.setItem('salesagent:widget', '\"open\"')")
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator("#mic").click()
    listening(page)
    page.keyboard.press("Escape")

    expect(page.locator("#recording")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert voice.posted == []


def test_a_press_before_the_scripts_are_there_is_not_lost(speaking_visit, voice_site):
    FakeVoice(speaking_visit.page)
    page = speaking_visit.page
    page.goto(voice_site.url)
    page.locator("#mic").dispatch_event("click")

    listening(page)


def test_the_last_seconds_are_counted_down(speaking_visit, voice):
    page = speaking_visit.page
    page.locator("#panel").evaluate("panel => panel.dataset.voiceMaxS = '20.6'")
    page.locator("#mic").click()

    expect(page.locator("#notices")).to_have_text("20 s left")
    expect(page.locator("#recording-clock")).to_have_text(re.compile(r"^1\d s left$"))


def test_at_its_limit_a_recording_sends_itself(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    page = speaking_visit.page
    page.locator("#panel").evaluate("panel => panel.dataset.voiceMaxS = '1.5'")
    page.locator("#mic").click()
    heard(page)

    assert len(voice.posted) == 1


def test_a_slip_of_the_finger_is_not_sent(speaking_visit, voice):
    page = speaking_visit.page
    page.evaluate("navigator.mediaDevices.getUserMedia({audio: true}).then(stream => window.warm = stream)")
    page.locator("#panel").evaluate(
        """panel => new MutationObserver(() => {
             const isOn = document.querySelector('#recording').dataset.state === 'listening'
             if (isOn && !window.pressed) { window.pressed = true; document.querySelector('#mic').click() }
           }).observe(panel, {subtree: true, attributes: true})"""
    )
    page.locator("#mic").click()

    expect(page.locator("#composer-error")).to_contain_text("too short")
    assert voice.posted == []


def test_progress_and_transcription_are_said_in_words(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    voice.holds = True
    page = speaking_visit.page
    page.evaluate(REPORT_UPLOAD)
    page.locator("#mic").click()
    listening(page)
    page.locator("#mic").click()
    expect(page.locator("#recording-state")).to_have_text("Sending 40 %")
    page.evaluate("window.uploaded()")
    expect(page.locator("#recording-state")).to_have_text("Writing it down")
    expect(page.locator("#notices")).to_have_text("Writing it down")
    expect(page.locator("#mic")).to_have_attribute("aria-disabled", "true")
    voice.release()

    heard(page)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_could_not_be_understood_is_only_said(speaking_visit, voice, status):
    voice.refusals.append((status, {**LATER, "fallback_message": "Nothing was heard."}))
    page = speaking_visit.page
    page.locator("#mic").click()
    listening(page)
    page.locator("#mic").click()

    expect(page.locator("#composer-error")).to_have_text("Nothing was heard.")
    expect(page.locator("#voice-kept")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_be_visible()


def test_the_microphone_is_let_go_after_use(speaking_visit, voice, upstream):
    upstream.then(Script(text="Fine."))
    page = speaking_visit.page
    page.evaluate(
        """() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
                   navigator.mediaDevices.getUserMedia = async what => (window.opened = await ask(what)) }"""
    )
    page.locator("#mic").click()
    listening(page)
    page.locator("#mic").click()
    heard(page)

    wait_until(lambda: page.evaluate(LIVE) == [False], pause_s=0.2)


def test_a_microphone_without_sound_is_pointed_out(speaking_visit, voice):
    page = speaking_visit.page
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () =>
                   new AudioContext().createMediaStreamDestination().stream }"""  # zeros, as from a muted one
    )
    page.locator("#mic").click()

    expect(page.locator("#voice-hint")).to_have_text("No sound is coming in. Is the microphone muted?")


def test_a_microphone_that_is_denied_says_what_to_do(wary_visit, voice_site):
    voice = opened(wary_visit.page, voice_site)
    wary_visit.page.locator("#mic").click()

    expect(wary_visit.page.get_by_role("alert")).to_contain_text("This site may not use the microphone.")
    expect(wary_visit.page.get_by_role("textbox")).to_be_visible()
    assert wary_visit.axe() == []
    assert voice.posted == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("NotFoundError", "No microphone was found."),
        ("NotReadableError", "in use by another program"),
        ("NotSupportedError", "cannot record sound"),
    ],
)
def test_other_faults_say_what_to_do_too(speaking_visit, voice, fault, sentence):
    page = speaking_visit.page
    page.evaluate(
        f"() => {{ navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{fault}')) }}"
    )
    page.locator("#mic").click()

    expect(page.get_by_role("alert")).to_contain_text(sentence)


def test_an_insecure_page_says_so(speaking_visit, voice):
    page = speaking_visit.page
    page.evaluate(
        """() => { Object.defineProperty(navigator, 'mediaDevices', {value: undefined})
                   Object.defineProperty(window, 'isSecureContext', {value: false}) }"""
    )
    page.locator("#mic").click()

    expect(page.get_by_role("alert")).to_contain_text("https")


@pytest.mark.parametrize("speaking_visit", [*LOOKS, STILL], indirect=True)
def test_every_state_passes_axe_and_fits(speaking_visit, voice, upstream):
    upstream.then(Script(text="It costs 40 dollars."))
    voice.holds = True
    voice.recording_url = "/recordings/1"
    voice.refusals.append((503, LATER))
    page = speaking_visit.page

    def check():
        assert speaking_visit.axe() == []
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.evaluate(REPORT_UPLOAD)
    check()
    page.locator("#mic").click()
    listening(page)
    page.evaluate("document.getAnimations().forEach(animation => animation.cancel())")
    check()
    page.locator("#mic").click()
    expect(page.locator("#recording-state")).to_have_text("Sending 40 %")
    check()
    page.evaluate("window.uploaded()")
    expect(page.locator("#recording-state")).to_have_text("Writing it down")
    page.evaluate("document.getAnimations().forEach(animation => animation.cancel())")
    check()
    voice.release()
    expect(page.locator("#voice-kept")).to_be_visible()
    check()
    page.get_by_role("button", name="Try again").click()
    heard(page)
    speaking_visit.finished()
    page.reload()
    expect(page.locator(".player")).to_be_visible()
    check()


@pytest.mark.parametrize("speaking_visit", [STILL], indirect=True)
def test_nothing_moves_for_who_asked_for_no_motion(speaking_visit, voice):
    page = speaking_visit.page
    page.locator("#mic").click()
    listening(page)

    assert page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length") == 0


def test_a_visitor_who_does_not_speak_loads_no_recorder(speaking_visit, voice_site):
    asked = []
    speaking_visit.page.on("request", lambda request: asked.append(request.url))
    speaking_visit.page.goto(voice_site.url)
    speaking_visit.page.wait_for_load_state("networkidle")
    at_first = len(asked)
    speaking_visit.page.goto(f"{voice_site.url}/chat/ada/")
    speaking_visit.page.locator("#panel[data-voice-started]").wait_for()

    assert at_first < 10
    names = [url.rsplit("/", 1)[-1].split(".")[0] for url in asked]
    assert not {"recorder", "voice_message", "speech", "player", "dictation"} & set(names)
