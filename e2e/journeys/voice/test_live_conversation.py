"""Talking with the page: listening, answering aloud, being interrupted, and what happens when something breaks."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import _visit
from fakes.live_voice import Talk, Wire
from fakes.scripts import Script
from fakes.speech import Spoken
from fakes.transcription import DEFAULT_TEXT, Heard
from voice.tests.utterances import needs_models

pytestmark = [pytest.mark.browser, needs_models]  # who speaks into the microphone is our own voice

QUESTION = DEFAULT_TEXT  # hypotheses, too, are answered so
LONG = "We sell lamps. " + " ".join(f"Lamp number {i} is made of brass and glass." for i in range(1, 13))


@pytest.fixture
def talk(speaking_visit, voice_site):
    """A page in which loudness tells who speaks: most of what a conversation does is the same."""
    return Talk(speaking_visit.page).without_model().open(voice_site)


@pytest.fixture
def attentive_talk(speaking_visit, voice_site):
    """A page whose model tells what is speech."""
    return Talk(speaking_visit.page).open(voice_site)


def test_what_is_said_is_answered_aloud_with_captions(attentive_talk, speaking_visit, upstream):
    talk = attentive_talk
    upstream.then(Script(text="We sell **lamps** of brass and glass."))
    talk.start()
    talk.say(QUESTION)

    talk.is_("Speaking")
    expect(talk.page.locator("#live-caption [data-heard]")).to_contain_text("lamps")
    assert "*" not in talk.page.locator("#live-caption").inner_text()
    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)
    assert "lamps" in speaking_visit.finished()
    assert talk.until("turn.end", 2)["reason"] == "done"
    talk.is_("Listening")
    assert speaking_visit.complaints == []


def test_the_agent_greets_first_where_nothing_was_said_yet(talk):
    talk.start()

    greeting = talk.until("clause")
    assert greeting["text"] == "Hello, I am Ada."


def test_the_end_lets_the_microphone_go_and_keeps_the_words(talk, speaking_visit, upstream):
    upstream.then(Script(text="Lamps."))
    talk.start()
    talk.say(QUESTION)
    speaking_visit.finished()
    talk.page.get_by_role("button", name="End the voice conversation").click()

    expect(talk.page.locator("#live")).to_be_hidden()
    expect(talk.page.get_by_role("button", name="Start a voice conversation")).to_be_focused()
    assert talk.page.evaluate("microphone.getTracks()[0].readyState") == "ended"
    expect(talk.page.locator(".session--current .session__title")).to_have_text(QUESTION)
    talk.page.reload()
    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)


def speaks_for_a_while(talk, upstream):
    """The agent is in a long answer, and was heard for longer than echo cancellation needs to learn."""
    upstream.then(Script(text=LONG))
    talk.start()
    talk.say(QUESTION)
    talk.is_("Speaking")
    talk.until("turn.start", 2)
    talk.until_played(3_500)


def test_who_speaks_into_an_answer_silences_it_at_once(attentive_talk, speaking_visit, upstream):
    talk = attentive_talk
    speaks_for_a_while(talk, upstream)
    upstream.then(Script(text="Yes, in green too."))
    talk.say("Wait, do you have that lamp in green as well?")

    cut = talk.until("interrupt", sent=True)
    assert talk.was_silent_first()  # how fast held sound ends, test_live_modules.py says
    assert cut["reason"] == "speech"
    assert talk.until("cleared")["gen"] == cut["gen"]
    heard = talk.came[[frame["type"] for frame in talk.came].index("cleared")]["heard_text"]
    assert LONG.startswith(heard)
    assert 0 < len(heard) < len(LONG)
    expect(talk.page.locator(".message--assistant").last).to_contain_text("Yes, in green too.")
    assert talk.types().count("turn.start") == 3


def test_a_sound_that_is_no_word_does_not_end_the_answer(attentive_talk, speaking_visit, upstream):
    talk = attentive_talk
    speaks_for_a_while(talk, upstream)
    upstream.hear(*[Heard("")] * 30)
    talk.say("Hmm.")

    talk.until("transcript.rejected")
    talk.is_("Speaking")
    assert "interrupt" not in talk.types(sent=True)
    assert "cleared" not in talk.types()


@pytest.mark.parametrize("how", ["button", "key"])
def test_the_answer_is_stopped_by_hand(talk, speaking_visit, upstream, how):
    speaks_for_a_while(talk, upstream)
    if how == "button":
        talk.page.locator("#live-stop").click()
    else:
        talk.page.keyboard.press("Escape")

    talk.is_("Listening")
    assert talk.until("interrupt", sent=True)["reason"] == how
    expect(talk.page.locator("#live")).to_be_visible()


def test_escape_ends_a_silent_conversation_and_leaves_the_floating_panel_open(speaking_visit, voice_site):
    talk = Talk(speaking_visit.page).without_model().open(voice_site, "/")
    talk.page.evaluate("localStorage.setItem('salesagent:widget', '\"open\"')")
    talk.page.reload()
    expect(talk.page.get_by_role("dialog")).to_be_visible()
    talk.start()
    talk.until("turn.end")  # its greeting
    talk.page.keyboard.press("Escape")

    expect(talk.page.locator("#live")).to_be_hidden()
    expect(talk.page.get_by_role("dialog")).to_be_visible()


def test_a_muted_microphone_is_not_heard(talk, speaking_visit, upstream):
    talk.start()
    talk.until("turn.end")
    talk.page.get_by_role("button", name="Mute the microphone").click()
    talk.is_("Microphone muted")
    talk.say(QUESTION)
    talk.page.get_by_role("button", name="Unmute the microphone").click()
    talk.is_("Listening")

    assert "speech.start" not in talk.types(sent=True)
    assert upstream.heard == []


def test_what_is_typed_meanwhile_is_answered_aloud(talk, speaking_visit, upstream):
    upstream.then(Script(text="We do, in brass. Each of them comes in two sizes, and all of them are in stock."))
    talk.start()
    talk.until("turn.end")
    speaking_visit.ask("Do you sell lamps?")

    assert talk.until("turn.start", 2)["client_id"]
    talk.is_("Speaking")
    expect(talk.page.locator("#live-caption")).to_contain_text("We do, in brass")
    assert talk.page.locator(".message--user").count() == 1
    assert len(upstream.requests) == 1


def test_what_was_said_while_the_connection_broke_is_not_lost(speaking_visit, voice_site, upstream):
    wire = Wire(speaking_visit.page)
    talk = Talk(speaking_visit.page).without_model().open(voice_site)
    upstream.then(Script(text="Lamps."))
    talk.start()
    talk.until("turn.end")
    talk.begin_to_say(QUESTION)
    talk.until("speech.start", sent=True)
    wire.cut()

    talk.is_("Reconnecting")
    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)
    assert "Lamps" in speaking_visit.finished()
    assert talk.page.locator(".message--user").count() == 1
    assert len(wire.open) == 2


@pytest.mark.parametrize("how", ["#live-mute", "#live-end"])
def test_what_was_said_until_then_is_a_message(talk, speaking_visit, upstream, how):
    upstream.then(Script(text="Lamps."))
    talk.start()
    talk.until("turn.end")
    talk.begin_to_say(QUESTION)
    talk.until("speech.soft_end", sent=True)
    talk.page.locator(how).click()

    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)
    assert "Lamps." in speaking_visit.finished()


def test_two_presses_begin_one_conversation_that_hears(talk, speaking_visit, upstream):
    upstream.then(Script(text="Lamps."))
    talk.page.locator("#live-start").dblclick()
    talk.is_("Listening")
    talk.until("turn.end")
    talk.say(QUESTION)

    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)
    assert len(talk.sockets) == 1


def test_what_is_typed_and_talked_at_once_is_one_conversation(talk, speaking_visit, upstream):
    upstream.then(Script(text="One."))
    talk.page.get_by_role("textbox").fill("Hello?")
    talk.page.evaluate(
        "document.querySelector('.composer__send').click(); document.querySelector('#live-start').click()"
    )
    talk.is_("Listening")
    speaking_visit.finished()

    assert talk.until("hello", sent=True)["session_id"] == talk.page.locator("#panel").get_attribute("data-session")
    expect(talk.page.locator(".message--user .prose")).to_have_text("Hello?")


def test_without_the_model_loudness_tells_speech(speaking_visit, voice_site, upstream):
    talk = Talk(speaking_visit.page).without_model().open(voice_site)
    upstream.then(Script(text="Lamps."))
    talk.start()
    talk.until("turn.end")
    talk.say(QUESTION)

    expect(talk.page.locator(".message--user .prose")).to_have_text(QUESTION)


def test_without_a_voice_the_answer_is_read(talk, speaking_visit, upstream):
    upstream.say(*[Spoken(status=500)] * 20)
    upstream.then(Script(text="Lamps of brass."))
    talk.start()
    talk.say(QUESTION)

    assert "Lamps of brass." in speaking_visit.finished()
    talk.is_("Listening")


def test_a_denied_microphone_is_explained(wary_visit, voice_site):
    page = wary_visit.page
    page.goto(f"{voice_site.url}/chat/ada/")
    page.locator("#panel[data-voice-started]").wait_for()
    page.locator("#live-start").click()

    expect(page.locator("#composer-error")).to_contain_text("This site may not use the microphone.")
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator("#live-start")).to_be_visible()


def test_one_conversation_at_a_time_in_all_tabs(talk, speaking_visit, voice_site):
    talk.start()
    other = Talk(speaking_visit.context.new_page()).without_model().open(voice_site)
    other.start()

    expect(talk.page.locator("#live")).to_be_hidden()
    expect(talk.page.locator("#composer-error")).to_have_text("The voice conversation goes on in another tab.")
    other.is_("Listening")


def test_a_deleted_session_ends_it(talk, speaking_visit, upstream):
    upstream.then(Script(text="Lamps."))
    talk.start()
    talk.say(QUESTION)
    speaking_visit.finished()
    other = speaking_visit.context.new_page()
    other.goto(talk.page.url)
    other.locator("#session-delete").click()
    other.locator("dialog#delete-dialog").get_by_role("button", name="Delete").click()

    expect(talk.page.locator("#live")).to_be_hidden()
    expect(talk.page.locator(".ended[data-when=deleted]")).to_be_visible()


def test_nothing_of_it_is_loaded_before_its_first_use(speaking_visit, voice_site):
    asked = []
    speaking_visit.page.on("request", lambda request: asked.append(request.url))
    talk = Talk(speaking_visit.page).open(voice_site)
    talk.page.get_by_role("textbox").fill("half a sentence")
    before = [url for url in asked if "vendor" in url or "live" in url or "capture" in url]
    with talk.page.expect_request("**/silero_vad*"):
        talk.start()

    assert before == []


@pytest.mark.parametrize("path", ["/chat/ada/", "/"])
def test_only_pages_with_a_live_conversation_may_run_web_assembly(speaking_visit, voice_site, scripted_site, path):
    def policy(site, path):
        return speaking_visit.context.request.get(site.url + path).headers["content-security-policy"]

    assert "'wasm-unsafe-eval'" in policy(voice_site, path)
    assert "unsafe-eval'" not in policy(voice_site, path).replace("'wasm-unsafe-eval'", "")
    assert "unsafe-eval" not in policy(voice_site, "/admin/login/")


SIZES = [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_every_state_can_be_read_and_used(speaking_browser, voice_site, upstream, size):
    for visit in _visit(speaking_browser, {"viewport": size}):
        talk = Talk(visit.page).without_model().open(voice_site)
        upstream.then(Script(text=LONG))
        talk.start()
        talk.say(QUESTION)
        talk.is_("Speaking")
        assert visit.axe_light_and_dark() == []
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        talk.page.locator("#live-stop").click()
        talk.page.locator("#live-mute").click()
        talk.is_("Microphone muted")
        assert visit.axe_light_and_dark() == []
