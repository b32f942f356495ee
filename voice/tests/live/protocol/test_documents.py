"""docs/asyncapi.yaml and docs/voice-socket.md say what the live voice socket does, and real frames fit them."""

import inspect
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from conversations.intake.refusals import CODES
from conversations.socket.frames import MAX_FRAME_BYTES, typed_object
from fakes.scripts import Script
from voice.errors import NothingHeard, SpeechUnavailable
from voice.live import backchannels, consumer, conversation, ears, entry, turn_taking
from voice.live.marks import NAMES
from voice.live.pacing import AHEAD_MS
from voice.live.protocol import close_codes, frames, refusals, server_frames
from voice.tests.live.scripted import NOTHING, ScriptedEars, ScriptedNarrator
from voice.tests.live.voice_client import VoiceClient, application

DOCS = Path(__file__).parents[4] / "docs"
DOCUMENT: dict[str, Any] = yaml.load((DOCS / "asyncapi.yaml").read_text(), yaml.CSafeLoader)
PAGE = (DOCS / "voice-socket.md").read_text()


def payloads(operation: str) -> dict[str, dict[str, Any]]:
    """The payload of each JSON frame of an operation, by type."""
    found = {}
    for reference in DOCUMENT["operations"][operation]["messages"]:
        payload = DOCUMENT["components"]["messages"][reference["$ref"].rsplit("/", 1)[1]]["payload"]
        if "properties" in payload:
            found[payload["properties"]["type"]["const"]] = payload
    return found


def error_codes() -> set[str]:
    modules = (frames, consumer, conversation, turn_taking)
    source = "".join(map(inspect.getsource, (*modules, typed_object)))
    quoted = r'(?:FrameRefused|server_frames\.error|_end)\(\s*"(\w+)"'
    return set(re.findall(quoted, source)) | CODES | {refusals.STT_UNAVAILABLE}


def test_every_frame_a_client_may_send_is_in_both():
    assert set(payloads("voiceToServer")) == set(frames.READERS)
    assert all(f"`{kind}" in PAGE or f'"{kind}"' in PAGE for kind in frames.READERS)


def test_every_frame_the_server_sends_is_in_both():
    assert set(payloads("voiceToClient")) == set(server_frames.TYPES)
    assert all(f"`{kind}" in PAGE or f'"{kind}"' in PAGE for kind in server_frames.TYPES)


def test_every_error_code_is_in_both():
    assert set(payloads("voiceToClient")["error"]["properties"]["code"]["enum"]) == error_codes()
    assert all(f"`{code}`" in PAGE for code in error_codes())


def test_every_close_code_is_explained():
    assert {int(code) for code in re.findall(r"\| (4\d{3}) \|", PAGE)} == set(close_codes.CLOSE_CODES)


def test_every_reason_and_mark_is_named():
    reasons = payloads("voiceToClient")["transcript.rejected"]["properties"]["reason"]["enum"]
    causes = payloads("voiceToClient")["audio.unavailable"]["properties"]["code"]["enum"]

    assert set(reasons) == {reason.value for reason in NothingHeard.Reason} | {
        server_frames.BACKCHANNEL,
        server_frames.ECHO,
    }
    assert set(causes) == set(SpeechUnavailable.Cause) - {SpeechUnavailable.Cause.LANGUAGE}  # that one is of hearing
    assert all(f"`{name}`" in PAGE for name in (*reasons, *causes, *NAMES))


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Within 5 seconds", consumer.HELLO_S),
        ("read too slowly for 20 seconds", consumer.SEND_S),
        ("1,000 at once", consumer.FRAMES_AT_ONCE),
        ("100 a second on average", consumer.FRAMES_PER_S),
        ("20 frames that could not", consumer.MAX_BAD),
        ("for 5 minutes", conversation.IDLE_S / 60),
        ("has lasted 30", conversation.MAX_DURATION_S / 60),
        ("reaches 60 seconds", ears.MAX_TURN_S),
        ("more than 5 seconds of sound", ears.MAX_EXCESS_S),
        ("faster than 1.2 times", ears.MIC_S_PER_S),
        ("at most 600 ms ahead", AHEAD_MS),
        ("to 3 words such as", backchannels.MAX_WORDS),
        ("in the 4 seconds before", backchannels.RECENT_MS / 1000),
        ("at most 3 of these", entry.MAX_PER_SESSION),
        ("at most 32,000 bytes", frames.MAX_SOUND_BYTES),
        ("at most 131,072 bytes", MAX_FRAME_BYTES),
    ],
)
def test_the_limits_are_the_ones_that_hold(sentence, value):
    assert sentence in " ".join(PAGE.split())
    assert float(re.search(r"[\d,.]*\d", sentence)[0].replace(",", "")) == value


@pytest.mark.django_db(transaction=True)
async def test_the_frames_of_a_conversation_are_as_they_say(agent, upstream):
    upstream.then(Script(text="One two. Three four."), Script(text="Five six. Seven."), Script(text="Eight."))
    hearing, narrator = ScriptedEars("How much?", NOTHING, "And now?", takes_s=0), ScriptedNarrator(0, 1000, fails_at=3)
    client = VoiceClient(application(hearing, narrator))
    await client.open(caps={"metrics": True})
    await client.speak(1)
    await client.hear_until("metrics")
    await client.say({"type": "interrupt", "gen": 1, "played_ms": 10})
    await client.speak(2)
    await client.speak(3)
    await client.hear_until("turn.end", gen=2)
    await client.ask({"type": "speech.end", "utt": "x"})
    await client.ask({"type": "ping"})
    await client.hear_until("pong") if client.frames[-1]["type"] != "pong" else None
    await client.leave()

    for frame in client.frames:
        schema = {**payloads("voiceToClient")[frame["type"]], "components": DOCUMENT["components"]}
        jsonschema.validate(frame, schema)
    rarer = {"transcript.partial", "duck", "unduck"}
    assert {frame["type"] for frame in client.frames} - rarer == set(server_frames.TYPES) - rarer


@pytest.mark.django_db(transaction=True)
async def test_the_frames_of_speech_over_an_answer_are_as_they_say(agent, upstream):
    upstream.then(Script(text="This answer takes longer than the lead. It goes on."))
    hearing, narrator = ScriptedEars("How much?", "Okay.", takes_s=0), ScriptedNarrator(0, 1000)
    client = VoiceClient(application(hearing, narrator))
    client.acks = False
    await client.open(lang="en")
    await client.speak(1)
    await client.hear_sound(15)

    await client.speak(2)
    await client.hear_until("unduck")
    await client.leave()

    seen = [frame for frame in client.frames if frame["type"] in {"duck", "unduck", "transcript.rejected"}]
    assert [frame["type"] for frame in seen] == ["duck", "transcript.rejected", "unduck"]
    for frame in seen:
        schema = {**payloads("voiceToClient")[frame["type"]], "components": DOCUMENT["components"]}
        jsonschema.validate(frame, schema)
