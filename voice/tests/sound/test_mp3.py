"""What a speaker yields becomes one MP3, and any rate the one rate, whatever the pieces are."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.sound.audio import Mp3Encoder, Resampler, decode
from voice.sound.kinds import MP3, kind_of
from voice.sound.rates import LISTENING_RATE, SPEAKING_RATE
from voice.tests.sounds import pcm, pitch_of, tone


def pieces_of(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def mp3_of(pieces: list[bytes]) -> bytes:
    encoder = Mp3Encoder()
    return b"".join(encoder.encode(piece) for piece in pieces) + encoder.finish()


def resampled(data: bytes, rate: int, size: int) -> bytes:
    resampler = Resampler(rate)
    return b"".join(resampler.feed(piece) for piece in pieces_of(data, size)) + resampler.finish()


@pytest.mark.parametrize("seconds", [0.01, 0.5, 3, 60.123])
def test_an_mp3_lasts_as_long_as_what_was_fed(seconds):
    data = mp3_of(pieces_of(pcm(tone(seconds, SPEAKING_RATE)), 9600))

    recording = decode(io.BytesIO(data), longest_s=120)

    assert recording.kind is MP3
    assert recording.duration_s == pytest.approx(seconds, abs=0.1)


def test_an_mp3_sounds_like_what_was_fed():
    recording = decode(io.BytesIO(mp3_of([pcm(tone(2, SPEAKING_RATE))])), longest_s=120)

    assert pitch_of(recording.samples, LISTENING_RATE) == pytest.approx(440, abs=2)
    assert np.abs(recording.samples).max() == pytest.approx(0.5, abs=0.1)


def test_frames_come_while_the_sound_is_made():
    encoder = Mp3Encoder()

    first = encoder.encode(pcm(tone(0.5, SPEAKING_RATE)))

    assert kind_of(first) is MP3
    assert decode(io.BytesIO(first), longest_s=120).duration_s > 0.3


def test_the_size_tells_the_length():
    assert len(mp3_of([pcm(tone(10, SPEAKING_RATE))])) == pytest.approx(10 * 48_000 / 8, rel=0.02)


def test_nothing_fed_gives_nothing():
    assert Mp3Encoder().finish() == b""
    assert mp3_of([b"", b"\1"]) == b""


@settings(deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=20))
def test_where_the_pieces_end_makes_no_difference(sizes):
    sound = pcm(tone(0.5, SPEAKING_RATE))
    pieces, at = [], 0
    for size in sizes:
        pieces.append(sound[at : at + size])
        at += size

    assert mp3_of(pieces) == mp3_of([sound[:at]])


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("size", [1, 333, 4096, 1_000_000])
def test_any_rate_becomes_the_speaking_rate(rate, size):
    data = resampled(pcm(tone(0.5, rate)), rate, size)

    samples = np.frombuffer(data, "<i2")
    assert len(samples) / SPEAKING_RATE == pytest.approx(0.5, abs=0.002)
    assert pitch_of(samples.astype(np.float32), SPEAKING_RATE) == pytest.approx(440, abs=3)


def test_the_speaking_rate_passes_unchanged():
    sound = pcm(tone(0.1, SPEAKING_RATE))

    assert resampled(sound, SPEAKING_RATE, 333) == sound


@pytest.mark.parametrize("rate", [16_000, SPEAKING_RATE])
def test_half_a_sample_is_dropped_and_nothing_fed_gives_nothing(rate):
    assert resampled(b"\1", rate, 1) == b""
    assert resampled(b"", rate, 1) == b""


def test_a_rate_below_one_is_refused():
    with pytest.raises(ValueError, match="Hz"):
        Resampler(0)
