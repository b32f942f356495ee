"""Control frames and packets: what is taken, and that anything else is refused with a sentence and nothing worse."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.socket.frames import FrameRefused
from voice.live.protocol import frames
from voice.live.protocol.frames import Flag, Packet, PacketKind, read, unpack

PACKETS = st.builds(
    Packet,
    kind=st.sampled_from(PacketKind),
    flags=st.sampled_from([Flag.NONE, Flag.LAST_OF_CLAUSE, Flag.LAST_OF_TURN, Flag(3)]),
    gen=st.integers(0, 2**16 - 1),
    ms=st.integers(0, 2**32 - 1),
    sound=st.binary(max_size=200).map(lambda sound: sound[: len(sound) // 2 * 2]),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.just("metrics"), SCALARS)
FIELDS = st.sampled_from(
    ("utt", "t", "gen", "played_ms", "reason", "text", "client_id", "v", "token", "key", "session_id", "resume_id")
) | st.sampled_from(("agent", "lang", "mic_rate", "out_rate", "caps"))


@given(PACKETS)
def test_a_packet_survives_the_way(packet):
    assert unpack(packet.pack()) == packet


def test_the_header_is_as_the_protocol_says():
    packet = Packet(PacketKind.AGENT, Flag.LAST_OF_CLAUSE, gen=258, ms=40, sound=b"\x01\x00")

    assert packet.pack() == b"\x02\x01\x01\x02\x00\x00\x00\x28\x01\x00"


@given(st.binary(max_size=64))
def test_any_bytes_are_a_packet_or_are_refused(data):
    packet = _taken(unpack, data)

    assert packet is None or packet.pack() == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_sound"),
        (b"\x01" * 7, "bad_sound"),
        (b"\x03" + b"\0" * 7, "bad_sound"),
        (b"\x01\x04" + b"\0" * 6, "bad_sound"),
        (b"\x01" + b"\0" * 8, "bad_sound"),
        (b"\x01" + b"\0" * (7 + 32_002), "too_large"),
    ],
)
def test_what_is_no_packet_is_refused(data, code):
    with pytest.raises(FrameRefused) as refused:
        unpack(data)

    assert refused.value.code == code


@given(st.sampled_from([*frames.READERS, "later.kind"]), st.dictionaries(FIELDS, JSON, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
def test_any_fields_make_a_frame_or_are_refused(kind, fields):
    frame = _taken(read, json.dumps({**fields, "type": kind}))

    assert frame is None or isinstance(frame, frames.ClientFrame)


@given(st.text(max_size=40))
def test_any_other_text_is_refused(text):
    assert _taken(read, text) is None


def test_a_first_frame_is_read_whole():
    session_id = uuid.uuid4()
    frame = {
        "type": "hello",
        "v": 1,
        "token": "t",
        "session_id": str(session_id),
        "lang": "de-AT",
        "mic_rate": 16000,
        "out_rate": 24000,
        "caps": {"aec": True, "metrics": True},
        "greet": True,
    }

    assert read(json.dumps(frame)) == frames.Hello(
        token="t", session_id=session_id, language="de", wants_greeting=True, wants_metrics=True
    )


def test_a_conversation_may_be_named_as_one_to_resume():
    session_id = uuid.uuid4()

    assert read(json.dumps({"type": "hello", "resume_id": str(session_id)})) == frames.Hello(session_id=session_id)


@pytest.mark.parametrize(
    ("frame", "read_as"),
    [
        ({"type": "speech.start", "utt": 1, "t": 20}, frames.SpeechStart(1)),
        ({"type": "speech.soft_end", "utt": 1}, frames.SpeechSoftEnd(1)),
        ({"type": "speech.resume", "utt": 1}, frames.SpeechResume(1)),
        ({"type": "speech.end", "utt": 1, "ms": 800, "peak_rms": 0.2}, frames.SpeechEnd(1)),
        ({"type": "speech.cancel", "utt": 1}, frames.SpeechCancel(1)),
        ({"type": "interrupt", "gen": 2, "played_ms": 120.7, "reason": "key"}, frames.Interrupt(2, 120, "key")),
        ({"type": "playback", "gen": 2, "played_ms": 250, "queued_ms": 90}, frames.Playback(2, 250)),
        ({"type": "text", "text": " Hello ", "client_id": "c1"}, frames.Typed("Hello", "c1")),
        ({"type": "mute"}, frames.Mute()),
        ({"type": "unmute"}, frames.Unmute()),
        ({"type": "ping"}, frames.VoicePing()),
        ({"type": "of.a.later.version", "x": []}, frames.Unknown()),
    ],
)
def test_frames_are_read(frame, read_as):
    assert read(json.dumps(frame)) == read_as


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad_json"),
        ("[" * 20_000, "bad_json"),
        ("null", "invalid"),
        ('{"type": 7}', "invalid"),
        ('{"type": "speech.end"}', "invalid"),
        ('{"type": "speech.end", "utt": true}', "invalid"),
        ('{"type": "speech.end", "utt": 0}', "invalid"),
        ('{"type": "speech.end", "utt": 1e999}', "invalid"),
        ('{"type": "playback", "gen": 65536, "played_ms": 1}', "invalid"),
        ('{"type": "playback", "gen": 1, "played_ms": -1}', "invalid"),
        ('{"type": "interrupt", "gen": 1, "played_ms": 1, "reason": []}', "invalid"),
        ('{"type": "text", "text": " "}', "invalid"),
        ('{"type": "text", "text": "Hi", "client_id": "a b"}', "invalid"),
        (json.dumps({"type": "text", "text": "x" * 10_001}), "invalid"),
        (json.dumps({"type": "ping", "rest": "x" * 131_072}), "too_large"),
        ('{"type": "hello", "v": 2}', "version"),
        ('{"type": "hello", "mic_rate": 48000}', "invalid"),
        ('{"type": "hello", "lang": "../etc"}', "invalid"),
        ('{"type": "hello", "caps": 1}', "invalid"),
        ('{"type": "hello", "session_id": "x"}', "invalid"),
    ],
)
def test_what_is_no_frame_is_refused_with_a_sentence(text, code):
    with pytest.raises(FrameRefused) as refused:
        read(text)

    assert refused.value.code == code
    assert refused.value.detail


def _taken(reader, data):
    """What a reader makes of something, None when it is refused; any other exception fails the test."""
    try:
        return reader(data)
    except FrameRefused:
        return None
