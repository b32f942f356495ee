"""Silence, noise and made-up words never pass; what people say does."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from voice.errors import NothingHeard
from voice.stt import phantoms
from voice.stt.gate import check_sound, check_words, is_made_up
from voice.tests.utterances import Samples, hum, key_clicks, needs_models, silence, speech, syllables, white_noise

Reason = NothingHeard.Reason


def refused(samples: Samples) -> NothingHeard.Reason | None:
    try:
        check_sound(samples)
    except NothingHeard as nothing:
        return nothing.reason
    return None


def is_phantom(text: str) -> bool:
    try:
        check_words(text)
    except NothingHeard as nothing:
        return nothing.reason is Reason.PHANTOM
    return False


# --- Sounds -----------------------------------------------------------------------------------------------------
def test_a_slip_on_the_button_is_too_short() -> None:
    assert refused(white_noise(0.2)) is Reason.SHORT
    assert refused(silence(0)) is Reason.SHORT


@pytest.mark.parametrize("duration_s", [0.3, 2, 60])
def test_silence_is_told(duration_s: float) -> None:
    assert refused(silence(duration_s)) is Reason.SILENCE


def test_the_hiss_and_the_offset_of_a_microphone_are_silence() -> None:
    assert refused(white_noise(2, rms=0.002)) is Reason.SILENCE
    assert refused(silence(2) + np.float32(0.3)) is Reason.SILENCE


@needs_models
@pytest.mark.parametrize("level", [0.1, 1, 5])
@pytest.mark.parametrize(
    "noise", [white_noise(2), white_noise(20), hum(2), key_clicks(5)], ids=["white", "long", "hum", "keys"]
)
def test_noise_is_told_from_speech(noise: Samples, level: float) -> None:
    assert refused(noise * np.float32(level)) in (Reason.NOISE, Reason.SILENCE)


@needs_models
@pytest.mark.parametrize("text", ["No.", "Yes.", "Hi.", "Bye.", "What do you sell?"])
@pytest.mark.parametrize("level", [3, 1, 0.1, 0.01], ids=["overdriven", "usual", "quiet", "very quiet"])
def test_speech_passes_at_any_level(text: str, level: float) -> None:
    assert refused(speech(text) * np.float32(level)) is None


@needs_models
def test_speech_in_a_noisy_room_passes() -> None:
    said = speech("What do you sell?") * np.float32(0.3)

    assert refused(said + white_noise(len(said) / 16_000 + 1, rms=0.005)[: len(said)]) is None


@needs_models
@pytest.mark.parametrize("before_s", [0, 2.2, 2.4, 9.3, 9.7, 25])
def test_speech_is_found_wherever_it_is(before_s: float) -> None:
    assert refused(np.concatenate([silence(before_s), speech("Yes."), silence(5)])) is None


@needs_models
def test_one_word_in_two_minutes_of_hiss_is_found() -> None:
    said = np.concatenate([silence(80), speech("Yes."), silence(35)])

    assert refused(said * np.float32(0.2) + white_noise(120, rms=0.0005)[: len(said)]) is None


def test_without_a_voice_detector_the_level_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)

    assert refused(syllables(2)) is None
    assert refused(white_noise(2)) is Reason.NOISE
    assert refused(hum(2)) is Reason.NOISE
    assert refused(silence(2)) is Reason.SILENCE


_ANY_FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True)


@given(arrays.arrays(np.float32, st.integers(0, 9_000), elements=_ANY_FLOATS, fill=_ANY_FLOATS))
def test_any_samples_pass_or_are_refused(samples: Samples) -> None:
    assert refused(samples) in {None, *Reason}


# --- Words ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["", "  \n", "...", "?!", "🙂", "。", "-", "<|nospeech|>", "\x00"])
def test_no_words_are_a_phantom(text: str) -> None:
    assert is_phantom(text)


@pytest.mark.parametrize(
    "text", ["[Music]", "[BLANK_AUDIO]", " (applause) ", "*coughs*", "♪ la la ♪", "[Musik] [Lachen]."]
)
def test_a_noise_in_brackets_is_a_phantom(text: str) -> None:
    assert is_phantom(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Music] What do you sell?", "What do you sell?"),
        ("What do\nyou  sell? [BLANK_AUDIO]", "What do you sell?"),
        ("Call me (in the evening)", "Call me (in the evening)"),
        ("(555) 010", "(555) 010"),
        ("<|en|> Hello", "Hello"),
    ],
)
def test_noises_go_and_words_stay(text: str, expected: str) -> None:
    assert check_words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you for watching.",
        "Subtitles by the Amara.org community",
        "Please subscribe!",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "SOUS-TITRES REALISES PAR LA COMMUNAUTE D’AMARA.ORG",
        "¡Gracias por ver el vídeo!",
        "Продолжение следует...",
        "ご視聴ありがとうございました。",
        "you",
    ],
)
def test_a_known_phantom_phrase_is_refused(text: str) -> None:
    assert is_phantom(text)


@pytest.mark.parametrize("phrase", phantoms.PHANTOMS)
def test_a_phantom_phrase_is_refused_as_the_whole_and_never_as_a_part(phrase: str) -> None:
    assert is_phantom(f" {phrase.upper()}.")
    assert not is_phantom(f"{phrase}, what does that cost?")
    assert not is_phantom(f"why do you say {phrase}")


@pytest.mark.parametrize("phrase", ["Thank you.", "Bye bye.", "Okay.", "How do I subscribe?", "You?  Who are you?"])
def test_polite_people_are_heard(phrase: str) -> None:
    assert not is_phantom(phrase)


@pytest.mark.parametrize(
    "text",
    [
        "so so so",
        "The, the, the, the, the.",
        "of the of the of the of the of",
        "I'm going to do it. I'm going to do it. I'm going to do it. I'm going to do it.",
        "no " * 12,
        "的的的的的的的",
        "hahahahahaha",
        "0 " * 50,
    ],
)
def test_a_model_in_a_loop_is_refused(text: str) -> None:
    assert is_phantom(text)


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no!",
        "yes yes yes yes",
        "Five five five.",
        "7 7 7",
        "so so",
        "very very very good",
        "stop stop wait",
        "11111",
        "What do you sell? What do you sell? What do you sell?",
        "はいはいはい",
        "好好好好好的谢谢",
    ],
)
def test_people_may_repeat_themselves(text: str) -> None:
    assert not is_phantom(text)


_PIECES = st.sampled_from(["no", "you", "[", "]", "(", ")", "*", "♪", "<|", "|>", ".", "7", "music"])


@given(st.text() | st.lists(_PIECES).map(" ".join))
def test_any_text_is_tidied_or_refused(text: str) -> None:
    if not is_phantom(text):
        tidied = check_words(text)

        assert tidied
        assert check_words(tidied) == tidied


@pytest.mark.parametrize("text", ["(.)" * 5_000 + "x", "♪" * 20_001, "[" * 20_000, "ab" * 20_000 + "c", "no " * 20_000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    is_phantom(text)


def test_a_polite_phrase_is_made_up_only_where_the_model_heard_no_speech() -> None:
    assert is_made_up(" Thank you.", no_speech_prob=0.9)
    assert is_made_up(" you", no_speech_prob=0.9)
    assert not is_made_up(" Thank you.", no_speech_prob=0.2)
    assert not is_made_up(" What do you sell?", no_speech_prob=0.9)


def test_a_model_that_goes_round_in_circles_after_words_is_not_believed():
    with pytest.raises(NothingHeard):
        check_words("How much is the filter for the " + "water, " * 40)

    assert check_words("My number is " + "5 " * 9) == "My number is 5 5 5 5 5 5 5 5 5"
