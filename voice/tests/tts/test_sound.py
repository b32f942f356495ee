"""Whatever a server sends as sound becomes samples of one rate, or an error."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.errors import SpeechUnavailable
from voice.sound.rates import SPEAKING_RATE
from voice.tts.sound import SampleStream


def wav(samples: bytes, rate: int = SPEAKING_RATE, channels: int = 1, *, length: int | None = None, extra=b"") -> bytes:
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    size = len(samples) if length is None else length
    return b"RIFF\0\0\0\0WAVE" + fmt + extra + struct.pack("<4sI", b"data", size) + samples


def heard(data: bytes, *cuts: int) -> bytes:
    sound = SampleStream()
    ends = sorted({*cuts, len(data)})
    starts = [0, *ends[:-1]]
    return b"".join(sound.feed(data[start:end]) for start, end in zip(starts, ends, strict=True)) + sound.finish()


def tone(rate: int, seconds: float = 0.5) -> bytes:
    at = np.arange(round(rate * seconds))
    return (np.sin(2 * np.pi * 200 * at / rate) * 10_000).astype("<i2").tobytes()


def test_bare_samples_pass_as_they_are():
    assert heard(tone(SPEAKING_RATE), 1, 3, 1000) == tone(SPEAKING_RATE)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_a_wav_of_any_rate_keeps_its_length_and_pitch(rate: int):
    made = np.frombuffer(heard(wav(tone(rate), rate)), "<i2").astype(float)

    expected = np.frombuffer(tone(SPEAKING_RATE), "<i2").astype(float)
    shared = min(len(made), len(expected))
    assert abs(len(made) - len(expected)) <= SPEAKING_RATE / rate
    assert np.abs(made[:shared] - expected[:shared]).max() < 300


def test_two_channels_become_one():
    left_and_right = np.array([[100, 300], [-100, 300]], "<i2").tobytes()

    assert np.frombuffer(heard(wav(left_and_right, channels=2)), "<i2").tolist() == [200, 100]


def test_what_stands_around_the_samples_is_not_heard():
    title = struct.pack("<4sI", b"LIST", 5) + b"title\0"

    assert heard(wav(tone(SPEAKING_RATE), extra=title) + title) == tone(SPEAKING_RATE)


@pytest.mark.parametrize("length", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_length_nobody_knew_is_not_believed(length: int):
    assert heard(wav(tone(SPEAKING_RATE), length=length)) == tone(SPEAKING_RATE)


@pytest.mark.parametrize(
    "data", [b"ID3\4", b"\xff\xfb\x90\0", b"OggS\0", b"<!doctype html>", b'{"error": 1}', wav(b"", rate=1),
             wav(b"", channels=9), b"RIFF" + b"x" * 100_000]
)  # fmt: skip
def test_other_things_are_refused(data: bytes):
    with pytest.raises(SpeechUnavailable):
        heard(data)


@settings(deadline=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_no_bytes_break_it(data: bytes, cuts: list[int]):
    for kind in (data, wav(data, 22_050), b"RIFF" + data):
        try:
            made = heard(kind, *(min(cut, len(kind)) for cut in cuts))
        except SpeechUnavailable:
            continue
        assert len(made) <= len(kind) * 3


@settings(deadline=None)
@given(st.lists(st.integers(0, 2000), max_size=6))
def test_how_it_comes_in_pieces_changes_nothing(cuts: list[int]):
    data = wav(tone(22_050, 0.04), 22_050)

    assert heard(data, *(min(cut, len(data)) for cut in cuts)) == heard(data)
