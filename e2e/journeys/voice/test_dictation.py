"""Dictation by the browser's own speech recognition, which a scripted one stands in for."""

import pytest
from playwright.sync_api import expect

from fakes.voice import opened

pytestmark = pytest.mark.browser

RECOGNITION = """window.SpeechRecognition = class {
  start() { window.recognition = this }
  stop() { this.onend() }
  abort() { this.onend() }
  say(text, isFinal) { this.onresult({resultIndex: 0, results: [Object.assign([{transcript: text}], {isFinal})]}) }
}"""


def test_dictation_writes_into_the_field_and_sends_nothing(speaking_visit, voice_site):
    speaking_visit.page.add_init_script(RECOGNITION)
    voice = opened(speaking_visit.page, voice_site)
    page = speaking_visit.page
    page.get_by_role("textbox").fill("Hello,")
    dictate = page.get_by_role("button", name="Dictate")
    dictate.click()
    expect(dictate).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.recognition.say('how mu', false)")
    expect(page.locator("#voice-hint")).to_have_text("how mu")
    page.evaluate("window.recognition.say('how much is it', true)")
    expect(page.get_by_role("textbox")).to_have_value("Hello, how much is it")
    assert speaking_visit.axe() == []
    page.keyboard.press("Escape")

    expect(dictate).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".message")).to_have_count(0)
    assert voice.posted == []


def test_dictation_that_is_not_allowed_says_so(speaking_visit, voice_site):
    speaking_visit.page.add_init_script(RECOGNITION)
    opened(speaking_visit.page, voice_site)
    page = speaking_visit.page
    page.get_by_role("button", name="Dictate").click()
    expect(page.get_by_role("button", name="Dictate")).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => { recognition.onerror({error: 'not-allowed'}); recognition.onend() }")

    expect(page.get_by_role("alert")).to_contain_text("This site may not use the microphone.")
    expect(page.get_by_role("button", name="Dictate")).to_have_attribute("aria-pressed", "false")
