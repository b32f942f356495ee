"""Voice in the frame: a recording, a live conversation, and earlier sounds where the browser blocks our cookies."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.live_voice import ROOM, encoded
from fakes.scripts import Script
from fakes.transcription import DEFAULT_TEXT
from voice.tests.utterances import needs_models

pytestmark = [pytest.mark.browser, needs_models]  # what is heard and spoken is ours
ANSWER = ".message--assistant[data-status=complete]"


def open_chat(shop):
    shop.open()
    shop.launcher.click()
    shop.chat.locator("#panel[data-voice-started]").wait_for()


def test_a_recording_is_sent_and_heard_again_where_cookies_are_blocked(speaking_shop, upstream):
    shop = speaking_shop
    upstream.then(Script(text="We sell lamps."))
    shop.page.add_init_script(ROOM)
    open_chat(shop)
    shop.chat.locator("#mic").click()
    expect(shop.chat.locator("#recording-state")).to_have_text("Listening")
    shop.frame().evaluate("sound => say(sound)", encoded(DEFAULT_TEXT))
    shop.chat.locator("#mic").click()
    expect(shop.chat.locator(".message--user .prose")).to_have_text(DEFAULT_TEXT)
    expect(shop.chat.locator(f"{ANSWER}[data-spoken-url]")).to_contain_text("We sell lamps.")
    shop.visit.context.clear_cookies()
    asked = []
    shop.page.on("request", lambda request: asked.append(request) if "/api/audio/" in request.url else None)

    shop.page.reload()

    for message in (".message--user", ".message--assistant"):
        player = shop.chat.locator(f"{message} .player")
        player.get_by_role("button", name="Play").click()
        expect(player.get_by_role("button", name="Pause")).to_be_visible()
        player.locator("audio").evaluate(
            "one => new Promise(done => one.currentTime > 0 ? done() : one.addEventListener('timeupdate', done))"
        )
    assert shop.visit.context.cookies() == []
    token = shop.chat.locator("#panel").get_attribute("data-visitor")
    assert len(asked) == 2
    for request in asked:
        assert request.all_headers()["x-visitor"] == token
        assert token not in request.url


def test_a_live_conversation_is_held_in_the_frame(speaking_shop, upstream):
    shop = speaking_shop
    upstream.then(Script(text="We sell lamps."))
    shop.page.add_init_script(ROOM)
    shop.page.route("**/vendor/vad-web*/**", lambda route: route.abort())  # loudness tells who speaks
    open_chat(shop)
    shop.chat.locator("#live-start").click()
    expect(shop.chat.locator("#live-state")).to_have_text("Listening")

    shop.frame().evaluate("sound => say(sound)", encoded(DEFAULT_TEXT))

    expect(shop.chat.locator(".message--user .prose")).to_have_text(DEFAULT_TEXT)
    expect(shop.chat.locator("#live-state")).to_have_text("Speaking")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.chat.locator("#live-end").click()
    expect(shop.chat.locator("#live")).to_be_hidden()
