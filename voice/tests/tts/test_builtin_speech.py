"""The built-in voice really speaks."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from voice.errors import SpeechUnavailable
from voice.sound.rates import BYTES_PER_S
from voice.tts import builtin
from voice.tts.builtin import BuiltinSpeaker
from voice.tts.chain import Narrator, prepare
from voice.tts.speaker import Voice
from voice.tts.timely import Unspeakable

pytest.importorskip("hibari")

PLAIN = Voice()
SENTENCE = "Our Pro plan costs forty nine dollars a month."


@pytest.fixture(autouse=True)
async def _loaded() -> None:
    """Loading has no time limit here: a busy machine takes its time."""
    await BuiltinSpeaker().warm_up()


async def speak(text: str, voice: Voice = PLAIN) -> bytes:
    return b"".join([piece async for piece in BuiltinSpeaker().stream(text, voice)])


async def test_a_sentence_has_a_sane_length_and_is_no_silence():
    sound = await speak(SENTENCE)

    loudness = np.abs(np.frombuffer(sound, "<i2").astype(int))
    assert 2.0 < len(sound) / BYTES_PER_S < 4.5
    assert 2000 < loudness.max() < 32_767


async def test_nobody_waits_for_silence_before_the_first_word():
    loudness = np.abs(np.frombuffer(await speak(SENTENCE), "<i2").astype(int))

    first_heard_s = int(np.argmax(loudness > 300)) / (BYTES_PER_S / 2)
    assert first_heard_s < 0.15


async def test_it_keeps_no_memory_of_the_longest_sentence():
    options = builtin._engine.load().sess.get_session_options()

    assert not options.enable_cpu_mem_arena


async def test_it_comes_sentence_by_sentence():
    pieces = [piece async for piece in BuiltinSpeaker().stream("We ship today. It is free. Anything else?", Voice())]

    assert len(pieces) == 3


async def test_speed_is_heard():
    slow, quick = await speak(SENTENCE, Voice(speed=0.75)), await speak(SENTENCE, Voice(speed=1.5))

    assert 1.5 < len(slow) / len(quick) < 3


async def test_several_speak_at_once():
    texts = [f"This is visitor number {number}, who asks for a lamp." for number in range(8)]

    sounds = await asyncio.gather(*map(speak, texts))

    assert all(1.5 < len(sound) / BYTES_PER_S < 6 for sound in sounds)


async def test_closing_it_stops_after_the_sentence():
    async with aclosing(BuiltinSpeaker().stream("This is a sentence. " * 50, Voice())) as pieces:
        await anext(pieces)

    assert len(await speak("And the next one is heard.")) > BYTES_PER_S


@pytest.mark.parametrize("language", ["de", "es", "zh"])
async def test_other_languages_are_left_to_others(language: str):
    with pytest.raises(Unspeakable) as caught:
        await speak("Guten Tag.", Voice(language=language))

    assert caught.value.cause is SpeechUnavailable.Cause.NOT_CONFIGURED


async def test_a_text_without_an_english_sound_is_beyond_it():
    with pytest.raises(Unspeakable):
        await speak("日本語")


async def test_within_an_answer_such_a_text_is_left_out(settings):
    settings.TTS_PROVIDERS = ["builtin"]
    narrator = Narrator(Voice())

    sounds = [b"".join([piece async for piece in narrator.speak(text)]) for text in (SENTENCE, "日本語", SENTENCE)]

    assert [bool(sound) for sound in sounds] == [True, False, True]


async def test_a_page_of_waiting_sentences_is_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(builtin, "MAX_WAITING", -builtin.WORKERS)

    with pytest.raises(SpeechUnavailable) as caught:
        await speak(SENTENCE)

    assert caught.value.cause is SpeechUnavailable.Cause.RATE_LIMITED


async def test_a_file_that_was_changed_is_not_used(tmp_path: Path):
    file = tmp_path / "hibari.onnx"
    file.write_bytes(b"another voice")

    with pytest.raises(ValueError, match=r"hibari\.onnx is not the expected file"):
        builtin._check(file, builtin.SHA256["hibari.onnx"])


async def test_preparing_loads_it_even_with_everything_kept(settings):
    settings.TTS_PROVIDERS = ["builtin"]
    settings.SPEECH_CACHE_BYTES = 0

    await prepare([], Voice())

    assert builtin._engine._model is not None
