"""Files that claim or unpack to more than they are cost neither memory nor time."""

from __future__ import annotations

import io
import resource
import struct
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.effort import within_effort
from voice.errors import InvalidAudio
from voice.sound import audio, containers
from voice.sound.audio import decode
from voice.tests.sounds import encoded, tone

MANY = 80_000_000  # samples: 2.8 GB once FFmpeg believes them
MAX_MB = 150  # more than decoding takes, and a tenth of what each of these files took
RSS_PER_MB = 2**20 if sys.platform == "darwin" else 2**10


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / RSS_PER_MB


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def fragment(samples: int) -> bytes:
    """A movie fragment whose samples cost no byte each: size and duration are defaults."""
    track = box(
        b"traf",
        box(b"tfhd", struct.pack(">III", 0x20018, 1, 1024), struct.pack(">I", 10)),
        box(b"trun", struct.pack(">II", 0, samples)),
    )
    return box(b"moof", box(b"mfhd", struct.pack(">II", 0, 9)), track) + box(b"mdat", bytes(100))


def claiming(samples: int) -> bytes:
    """An MP4 whose table says that it has so many samples of 10 bytes."""
    data = encoded(tone(0.5, 16_000), "mp4", 16_000)
    at = data.index(b"stsz")
    return data[: at + 8] + struct.pack(">II", 10, samples) + data[at + 16 :]


def tagged(unpacked_bytes: int) -> bytes:
    """An ID3 tag with one frame that unpacks to so many bytes."""

    def synchsafe(number: int) -> bytes:
        return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))

    packer = zlib.compressobj(9)
    block = bytes(2**20)
    packed = b"".join(packer.compress(block) for _ in range(unpacked_bytes // len(block))) + packer.flush()
    body = synchsafe(unpacked_bytes) + packed
    frame = b"PRIV" + synchsafe(len(body)) + b"\x00\x09" + body  # compressed, with its real length before it
    return b"ID3\x04\x00\x00" + synchsafe(len(frame)) + frame


@pytest.mark.parametrize(
    "data",
    [
        claiming(MANY),
        encoded(tone(0.5, 16_000), "fragmented mp4", 16_000) + fragment(MANY),
        encoded(tone(0.5, 16_000), "mp4", 16_000) + box(b"free", box(b"cmov", bytes(100))),
        encoded(tone(0.5, 16_000), "mp4", 16_000) + box(b"moof", box(b"senc", bytes(100))),
        box(b"ftyp", b"isom", bytes(4)) + bytes(4) + b"trun" + struct.pack(">II", 0, MANY),
        box(b"ftyp", b"isom", bytes(4)) + b"\0\0\0\1free" + struct.pack(">Q", 2**62) + fragment(MANY),
    ],
    ids=["table", "fragment", "compressed header", "encrypted", "box of no length", "box beyond the end"],
)
def test_an_mp4_that_claims_too_much_is_refused_before_it_is_believed(data):
    before_mb = peak_mb()

    with pytest.raises(InvalidAudio):
        decode(io.BytesIO(data), longest_s=120)

    assert peak_mb() - before_mb < MAX_MB


def test_a_claim_inside_of_sound_is_none():
    data = encoded(tone(0.5, 16_000), "mp4", 16_000)
    sound = box(b"mdat", b"stsz" + struct.pack(">III", 0, 10, MANY), b"cmov")

    assert decode(io.BytesIO(data + sound), longest_s=120).duration_s > 0.4


def test_a_claim_on_the_edge_of_a_window_is_seen():
    ftyp = box(b"ftyp", b"isom", bytes(4))
    for before in range(containers.WINDOW_BYTES - 24, containers.WINDOW_BYTES + 8):
        data = ftyp + box(b"free", bytes(before - len(ftyp)), b"trun", struct.pack(">II", 0, MANY))
        with pytest.raises(containers.Suspicious):
            containers.window(io.BytesIO(data), "mp4", len(data), budget_s=5)


@pytest.mark.parametrize("name", ["mp3", "wav"])
def test_tags_are_left_out_however_large_they_unpack(name):
    tag = tagged(200 * 2**20)
    sound = encoded(tone(1), name)
    if name == "wav":
        tag += bytes(len(tag) % 2)
        sound = sound[:12] + b"id3 " + struct.pack("<I", len(tag)) + tag + sound[12:]
    before_mb = peak_mb()

    recording = decode(io.BytesIO(sound if name == "wav" else tag + sound), longest_s=120)

    assert recording.duration_s == pytest.approx(1, abs=0.1)
    assert peak_mb() - before_mb < MAX_MB


def test_the_same_bytes_named_as_many_samples_are_refused():
    data = encoded(tone(0.5, 16_000), "fragmented mp4", 16_000) + box(b"mdat", bytes(50_000))
    at = len(data) - 50_000
    for _ in range(20):
        track = box(
            b"traf",
            box(b"tfhd", struct.pack(">IIII", 0x20018, 1, 1024, 50_000)),
            box(b"trun", struct.pack(">IIi", 1, 1, at - len(data))),
        )
        data += box(b"moof", box(b"mfhd", struct.pack(">II", 0, 9)), track)

    with pytest.raises(InvalidAudio):
        decode(io.BytesIO(data), longest_s=120)


def test_a_webm_that_unpacks_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(audio, "BUDGET_S", 0.3)
    monkeypatch.setattr(audio, "BUDGET_PER_S", 0)
    data = packed_webm(blocks=400)

    def give_up():
        with pytest.raises(InvalidAudio):
            decode(io.BytesIO(data), longest_s=120)

    within_effort(4, give_up)  # without a budget 8 s


def test_a_second_vorbis_header_is_not_taken():
    data = encoded(tone(1), "vorbis")

    assert decode(io.BytesIO(data + data), longest_s=120).duration_s > 0.9


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 450), st.integers(-1, 450), st.binary(max_size=20))
def test_a_window_reads_as_a_file_of_prefix_and_part(data, start, size, prefix):
    start = min(start, len(data))
    whole = prefix + data[start:]
    shown = containers.Window(io.BytesIO(data), start, len(data), prefix, budget_s=60)

    assert shown.read(size) == (whole if size < 0 else whole[:size])
    assert shown.seek(-1, io.SEEK_END) == max(0, len(whole) - 1)
    assert shown.read() == whole[-1:]
    assert shown.seek(3) == 3
    assert shown.read(5) == whole[3:8]


@settings(deadline=None)
@given(st.sampled_from(["mp4", "mp3", "wav"]), st.binary(max_size=300))
def test_preparing_any_bytes_ends_in_a_window_or_a_refusal(name, data):
    try:
        shown = containers.window(io.BytesIO(data), name, len(data), budget_s=60)
    except containers.Suspicious:
        return
    assert len(shown.read()) == shown.size


def packed_webm(blocks: int) -> bytes:
    """A WebM whose blocks are compressed, which WebM forbids and the decoder allows; each unpacks to 9.9 MB."""

    def element(name: str, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return bytes.fromhex(name) + b"\x01" + struct.pack(">Q", len(body))[1:] + body

    def number(name: str, value: int) -> bytes:
        return element(name, struct.pack(">I", value))

    packing = element("6d80", element("6240", number("5031", 0), number("5032", 1), element("5034", number("4254", 0))))
    head = b"OpusHead\1\1\0\0" + struct.pack("<I", 48_000) + bytes(3)
    sound = element("e1", element("b5", struct.pack(">f", 48_000)), number("9f", 1))
    track = element(
        "ae",
        number("d7", 1),
        number("73c5", 1),
        number("83", 2),
        element("86", b"A_OPUS"),
        element("63a2", head),
        packing,
        sound,
    )
    block = element("a3", b"\x81\0\0\x80" + zlib.compress(bytes(9_900_000), 9))
    cluster = element("1f43b675", number("e7", 0), block * blocks)
    return element("1a45dfa3", element("4282", b"webm")) + element("18538067", element("1654ae6b", track), cluster)
