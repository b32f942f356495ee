"""A recording is told by its content, decoded whatever recorder made it, and measured by what is in it."""

from __future__ import annotations

import io
import re
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.errors import InvalidAudio
from voice.sound.audio import decode, wav
from voice.sound.kinds import KINDS, kind_of
from voice.sound.rates import LISTENING_RATE
from voice.tests.sounds import encoded, picture_only, pitch_of, tone

RECORDED = ["webm", "ogg", "vorbis", "mp4", "fragmented mp4", "mp3", "wav"]
KIND_OF = {"vorbis": "ogg", "fragmented mp4": "mp4"}


def decoded(data: bytes, longest_s: float = 120):
    return decode(io.BytesIO(data), longest_s=longest_s)


def refusal(data: bytes, longest_s: float = 120) -> str:
    with pytest.raises(InvalidAudio) as caught:
        decoded(data, longest_s)
    return str(caught.value)


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_every_type_decodes_to_what_was_recorded(name, rate):
    data = encoded(tone(2, rate), name, rate)

    recording = decoded(data)

    assert recording.kind.name == KIND_OF.get(name, name)
    assert recording.samples.dtype == np.float32
    assert recording.samples.ndim == 1
    assert recording.duration_s == pytest.approx(2, abs=0.15)
    assert recording.duration_s == len(recording.samples) / LISTENING_RATE
    assert pitch_of(recording.samples, LISTENING_RATE) == pytest.approx(440, abs=2)
    assert 0.2 < np.abs(recording.samples).max() <= 1


@pytest.mark.parametrize("name", ["webm", "mp4", "mp3", "wav"])
def test_two_channels_become_one(name):
    recording = decoded(encoded(tone(1), name, channels=2))

    assert recording.duration_s == pytest.approx(1, abs=0.1)
    assert pitch_of(recording.samples, LISTENING_RATE) == pytest.approx(440, abs=2)


def test_an_mp4_that_is_cut_off_within_its_table_which_comes_last_is_refused_or_decoded():
    data = encoded(tone(0.4), "mp4")

    refused = 0
    for part in range(1, 40):
        try:
            decoded(data[: len(data) * part // 40])
        except InvalidAudio:  # any other error would be a 500
            refused += 1

    assert refused > 30


def test_what_is_cut_off_within_its_first_moment_decodes_to_that():
    data = encoded(tone(4), "mp3")

    recording = decoded(data[: len(data) // 16])

    assert recording.duration_s == pytest.approx(0.25, abs=0.1)
    assert pitch_of(recording.samples, LISTENING_RATE) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("name", ["webm", "ogg", "fragmented mp4", "mp3", "wav"])
def test_a_recording_that_is_cut_off_decodes_to_what_is_there(name):
    data = encoded(tone(4), name)

    recording = decoded(data[: len(data) // 2])

    assert 1.5 < recording.duration_s < 2.5


def test_what_webkitgtk_writes_twice_is_heard_once():
    data = encoded(tone(1.2), "fragmented mp4")
    begins = [found.start() - 4 for found in re.finditer(b"ftyp|moof", data)]
    for start in reversed(begins):
        box = data[start : start + int.from_bytes(data[start : start + 4])]
        data = data[:start] + box + data[start:]
    assert len(begins) > 2

    assert decode(io.BytesIO(data), longest_s=10).duration_s == pytest.approx(1.2, abs=0.05)


def test_a_length_in_the_header_is_not_needed():
    data = encoded(tone(2), "webm")
    at = data.index(b"\x44\x89\x88")  # Duration, of 8 bytes; Chrome writes none
    without = data[:at] + b"\xec\x89" + bytes(9) + data[at + 11 :]  # Void

    assert decoded(without).duration_s == pytest.approx(2, abs=0.1)


def test_a_length_in_the_header_is_not_believed():
    data = encoded(tone(3), "wav")
    at = data.index(b"data") + 4
    of_one_second = data[:at] + (96_000).to_bytes(4, "little") + data[at + 4 :]
    endless = data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]

    assert decoded(of_one_second).duration_s == pytest.approx(1, abs=0.01)
    assert decoded(endless).duration_s == pytest.approx(3, abs=0.01)


def test_a_chunk_without_its_header_is_refused():
    data = encoded(tone(4), "webm")

    assert "WebM" in refusal(data[data.index(b"\x1f\x43\xb6\x75") :])
    assert refusal(data[1000:])


@pytest.mark.parametrize("data", [b"", encoded(np.zeros(0, np.float32), "wav")], ids=["no bytes", "no samples"])
def test_an_empty_recording_is_refused_as_such(data):
    assert "is empty" in refusal(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7 and so on", b"\x89PNG\r\n\x1a\n" + bytes(60), b"Hello there", bytes(5000)])
def test_another_type_is_refused_and_the_right_ones_named(data):
    assert "WebM, Ogg, MP4, M4A, MP3, WAV" in refusal(data)


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("size", [12, 64, 150])
def test_a_header_that_is_cut_off_is_refused(name, size):
    assert refusal(encoded(tone(2), name)[:size] if name not in {"wav", "mp3"} else encoded(tone(2), name)[:20])


@pytest.mark.parametrize("head", [encoded(tone(0.1), name)[:64] for name in RECORDED], ids=RECORDED)
def test_a_header_followed_by_noise_is_refused_or_short(head):
    noise = np.random.default_rng(3).bytes(50_000)

    try:
        recording = decoded(head + noise)
    except InvalidAudio:
        return
    assert recording.duration_s < 120


def test_pictures_without_sound_are_refused_as_such():
    assert "no sound track" in refusal(picture_only())


def test_a_codec_no_browser_records_with_is_refused_by_name():
    assert "alac" in refusal(encoded(tone(1), "alac"))


def test_a_recording_over_the_limit_is_refused_and_the_limit_named():
    data = encoded(tone(3), "webm")

    assert "longer than 2 seconds" in refusal(data, longest_s=2)
    assert "longer than 2.5 seconds" in refusal(data, longest_s=2.5)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recording_of_exactly_the_limit_is_taken(name):
    assert decoded(encoded(tone(2, 16_000), name, 16_000), longest_s=2).duration_s >= 2


@pytest.mark.parametrize(("rate", "channels"), [(400, 1), (48_000, 40)])
def test_odd_rates_and_channels_are_refused(rate, channels):
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * channels * 1000))

    assert "channels" in refusal(target.getvalue())


def test_samples_as_wav_are_what_any_reader_expects():
    samples = tone(1, LISTENING_RATE)

    with wave.open(io.BytesIO(wav(samples))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, LISTENING_RATE)
        assert file.getnframes() == LISTENING_RATE
    np.testing.assert_allclose(decoded(wav(samples)).samples, samples, atol=0.001)


def test_loud_samples_are_clipped_not_wrapped():
    loud = decoded(wav(np.array([2, -2] * 1000, np.float32))).samples

    assert (loud[::2] > 0.99).all()
    assert (loud[1::2] < -0.99).all()


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_telling_the_type_never_fails(head):
    assert kind_of(head) in {None, *KINDS}


@settings(deadline=None)
@given(
    st.sampled_from([b"\x1a\x45\xdf\xa3", b"OggS", b"\0\0\0\x20ftyp", b"RIFF\0\0\0\0WAVE", b"ID3", b"\xff\xfb\x90\x00"])
)
def test_each_type_is_told_by_its_first_bytes(head):
    assert kind_of(head + bytes(60)) is not None


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xff\xff\xff",
        b"\xff\xfb\xf0\x00",
        b"\xff\xfb\x9c\x00",
        b"\xff\xf1\x50\x80",
        b"\xff\xeb\x90\x00",
        b"\xff\xfb",
    ],
)
def test_a_sync_word_alone_is_no_mp3(head):
    assert kind_of(head) is None


@settings(deadline=None)
@given(st.sampled_from(RECORDED), st.data())
def test_a_damaged_recording_decodes_or_is_refused(name, data):
    good = GOOD[name]
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + data.draw(st.binary(min_size=1, max_size=40)) + good[at + data.draw(st.integers(0, 40)) :]

    try:
        recording = decoded(bad, longest_s=5)
    except InvalidAudio:
        return
    assert 0 < recording.duration_s <= 5.25


GOOD = {name: encoded(tone(0.5, 16_000), name, 16_000) for name in RECORDED}
