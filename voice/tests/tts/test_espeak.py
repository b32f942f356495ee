"""The voice of last resort, where its program is installed; with REQUIRE_SERVICES it must be."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from voice.errors import SpeechUnavailable
from voice.sound.rates import BYTES_PER_S
from voice.tts import espeak
from voice.tts.chain import Narrator
from voice.tts.espeak import PROGRAM, Espeak
from voice.tts.speaker import Voice

pytestmark = pytest.mark.skipif(
    not shutil.which(PROGRAM) and not os.environ.get("REQUIRE_SERVICES"), reason="espeak-ng is not installed"
)

PLAIN = Voice()
SENTENCE = "Our Pro plan costs forty nine dollars a month."


async def speak(text: str, voice: Voice = PLAIN) -> bytes:
    return b"".join([piece async for piece in Espeak().stream(text, voice)])


async def test_a_sentence_has_a_sane_length_and_is_no_silence():
    sound = await speak(SENTENCE)

    assert 1.5 < len(sound) / BYTES_PER_S < 5
    assert np.abs(np.frombuffer(sound, "<i2").astype(int)).max() > 3000


@pytest.mark.parametrize("voice", [Voice(language="de"), Voice(language="pt-br"), Voice(name="en-gb+f3")])
async def test_it_speaks_many_languages(voice: Voice):
    assert len(await speak("Guten Tag, wie geht es?", voice)) > BYTES_PER_S // 2


async def test_speed_is_heard():
    assert len(await speak(SENTENCE, Voice(speed=0.6))) > 1.3 * len(await speak(SENTENCE, Voice(speed=1.6)))


@pytest.mark.parametrize("language", ["xx", "../../etc", "-f/etc/passwd", ""])
async def test_a_language_it_does_not_have_is_an_error(language: str):
    with pytest.raises(SpeechUnavailable):
        await speak(SENTENCE, Voice(language=language))


async def test_the_text_is_no_argument_and_no_option(tmp_path: Path):
    sound = await speak("--phonout=" + str(tmp_path / "made") + " hello -w x.wav")

    assert sound
    assert not (tmp_path / "made").exists()


async def test_closing_it_kills_the_program():
    async with aclosing(Espeak().stream("This takes its time. " * 2000, Voice())) as pieces:
        await anext(pieces)

    assert espeak._running == 0


async def test_cancelling_who_listens_kills_the_program():
    listening = asyncio.create_task(speak("This takes its time. " * 2000))
    await asyncio.sleep(0)

    listening.cancel()
    await asyncio.wait([listening])

    assert espeak._running == 0


async def test_many_at_once_are_too_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(espeak, "MAX_PROCESSES", 0)

    with pytest.raises(SpeechUnavailable) as caught:
        await speak(SENTENCE)

    assert caught.value.cause is SpeechUnavailable.Cause.RATE_LIMITED


async def test_what_the_built_in_voice_does_not_speak_comes_here(settings):
    settings.TTS_PROVIDERS = ["builtin", "espeak"]
    narrator = Narrator(Voice(language="de"))

    sound = b"".join([piece async for piece in narrator.speak("Das kostet **zehn** Euro im Monat.")])

    assert sound
    assert narrator.provider == "espeak"
