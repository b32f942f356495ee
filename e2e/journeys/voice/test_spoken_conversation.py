"""With no key and no service: a question is spoken into the page, understood, answered from the pages, and heard; and
the same in a voice conversation, where the page itself notices that somebody speaks."""

import asyncio
import io
import re
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from e2e.conftest import _launch, _visit
from voice.sound.audio import decode
from voice.sound.rates import LISTENING_RATE
from voice.stt.builtin import BuiltinTranscriber
from voice.stt.transcriber import Utterance
from voice.tests.utterances import needs_models, silence, speech

pytestmark = [pytest.mark.browser, needs_models]

QUESTION = "How long is the free trial?"


@pytest.fixture
def talking_visit(playwright: Playwright, tmp_path: Path):
    """A visitor whose microphone hears the question, over and over."""
    file = tmp_path / "question.wav"
    with wave.open(str(file), "wb") as writer:
        writer.setparams((1, 2, LISTENING_RATE, 0, "NONE", ""))
        for samples in (speech(QUESTION), silence(4)):
            writer.writeframes((samples * 32_767).astype("<i2").tobytes())
    browser = _launch(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
    )
    yield from _visit(browser, {})
    browser.close()


def words_heard_in(mp3: bytes) -> set[str]:
    """What the built-in ear makes of a spoken answer, of its first half minute."""
    samples = decode(io.BytesIO(mp3), longest_s=300).samples[: 30 * LISTENING_RATE]
    with ThreadPoolExecutor(1) as thread:  # Playwright's loop runs in this one
        transcript = thread.submit(
            asyncio.run, BuiltinTranscriber(model_dir="", timeout_s=120).transcribe(Utterance(samples, "en"))
        ).result()
    return words(transcript.text)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_a_question_is_spoken_and_its_answer_heard(talking_visit, demo_site):
    page = talking_visit.page
    page.goto(f"{demo_site.url}/chat/")
    page.locator("#mic").click()
    expect(page.locator("#recording-state")).to_have_text("Listening")
    page.wait_for_timeout(7_000)  # the question and its pause take 7 s: it is heard whole wherever the loop stands
    page.locator("#mic").click()

    expect(page.locator(".message--user .prose")).to_contain_text("free trial", ignore_case=True)
    expect(page.locator("#speaking-state")).to_have_text("Speaking")
    expect(page.locator("#speaking-caption")).to_contain_text(re.compile(r"^[^*]*14-day", re.DOTALL))
    answer = page.locator(".message--assistant[data-status=complete][data-spoken-url]")
    answer.wait_for()
    assert "14-day" in answer.locator("> .prose").inner_text()
    expect(page.locator("#speaking")).to_be_hidden(timeout=90_000)  # said to its end

    mp3 = talking_visit.context.request.get(demo_site.url + answer.get_attribute("data-spoken-url"))
    assert mp3.headers["content-type"] == "audio/mpeg"
    said = words(answer.locator("> .prose").inner_text())
    assert len(said & words_heard_in(mp3.body())) > 0.7 * len(said)
    recording = page.locator(".message--user").get_attribute("data-audio-url")
    assert talking_visit.context.request.get(demo_site.url + recording).body()[:4] == b"\x1a\x45\xdf\xa3"

    page.reload()
    player = page.locator(".message--assistant").get_by_role("button", name=re.compile("play", re.I))
    player.click()
    expect(page.locator(".message--assistant").get_by_role("button", name=re.compile("pause", re.I))).to_be_visible()
    assert talking_visit.axe() == []


def test_a_voice_conversation_is_held(talking_visit, demo_site):
    page = talking_visit.page
    page.goto(f"{demo_site.url}/chat/")
    page.locator("#panel[data-voice-started]").wait_for()
    page.locator("#live-start").click()

    asked = page.locator(".message--user .prose").filter(has_text=re.compile("free trial", re.IGNORECASE))
    expect(asked.first).to_be_visible(timeout=90_000)
    answered = page.locator(".message--assistant > .prose").filter(has_text="14-day")
    expect(answered.first).to_be_visible(timeout=60_000)
    expect(page.locator("#live-state")).to_have_text("Speaking")
    page.locator("#live-end").click()
    expect(page.locator("#live")).to_be_hidden()
    assert talking_visit.complaints == []
