"""The frames that the server sends in `voice.v1`, as plain values. docs/voice-socket.md explains each of them."""

from __future__ import annotations

from typing import Any

from voice.live.protocol.frames import AGENT_FRAME_MS, AGENT_RATE, MIC_FRAME_MS, MIC_RATE

Frame = dict[str, Any]

# Settings of the browser's voice activity detection. Transcription begins after 200 ms of silence, and the turn ends
# after 500 ms, so that the transcription runs while the page waits for the end.
VAD = {
    "positive": 0.5,
    "negative": 0.35,
    "min_speech_ms": 250,
    "pre_roll_ms": 500,
    "soft_end_ms": 200,
    "commit_ms": 500,
    "max_commit_ms": 2500,
}

TYPES = (
    "ready",
    "transcript.partial",
    "transcript.final",
    "transcript.rejected",
    "turn.start",
    "text.delta",
    "clause",
    "turn.end",
    "cleared",
    "audio.unavailable",
    "duck",
    "unduck",
    "metrics",
    "error",
    "pong",
)


def ready(conversation: Frame, limits: dict[str, int]) -> Frame:
    """Tells that the client was let in. `conversation` has the session and its messages so far."""
    return {
        **conversation,
        "type": "ready",
        "in": {"rate": MIC_RATE, "frame_ms": MIC_FRAME_MS},
        "out": {"rate": AGENT_RATE, "frame_ms": AGENT_FRAME_MS},
        "vad": VAD,
        "limits": limits,
    }


def partial(utt: int, text: str) -> Frame:
    return {"type": "transcript.partial", "utt": utt, "text": text}


def final(utt: int, text: str, language: str) -> Frame:
    return {"type": "transcript.final", "utt": utt, "text": text, "lang": language}


# Reasons to reject words, in addition to those of NothingHeard.
BACKCHANNEL = "backchannel"
ECHO = "echo"


def rejected(utt: int, reason: str, message: str = "") -> Frame:
    """`message` is for the visitor, if they have to do something."""
    return {"type": "transcript.rejected", "utt": utt, "reason": reason} | ({"message": message} if message else {})


def turn_start(gen: int, *, utt: int | None, client_id: str | None, message_id: str | None) -> Frame:
    """`message_id` is that of the answer; a greeting has none."""
    return {"type": "turn.start", "gen": gen, "utt": utt, "client_id": client_id, "message_id": message_id}


def text_delta(gen: int, delta: str) -> Frame:
    return {"type": "text.delta", "gen": gen, "delta": delta}


def clause(gen: int, number: int, text: str, start_ms: int) -> Frame:
    return {"type": "clause", "gen": gen, "i": number, "text": text, "start_ms": start_ms}


def turn_end(gen: int, reason: str, heard: str | None = None) -> Frame:
    return {"type": "turn.end", "gen": gen, "reason": reason} | ({} if heard is None else {"heard": heard})


def cleared(gen: int, heard_text: str) -> Frame:
    return {"type": "cleared", "gen": gen, "heard_text": heard_text}


def audio_unavailable(gen: int, code: str) -> Frame:
    return {"type": "audio.unavailable", "gen": gen, "code": code}


def duck(gen: int) -> Frame:
    """Tells the client to lower this answer, because somebody speaks over it."""
    return {"type": "duck", "gen": gen}


def unduck(gen: int) -> Frame:
    """Tells the client to raise this answer again."""
    return {"type": "unduck", "gen": gen}


def metrics(gen: int, marks: dict[str, int]) -> Frame:
    """`marks` are milliseconds since the end of the utterance; earlier stages are negative."""
    return {"type": "metrics", "gen": gen, "marks": marks}


def error(code: str, message: str, *, retryable: bool = False, utt: int | None = None, client_id: str = "") -> Frame:
    frame: Frame = {"type": "error", "code": code, "message": message, "retryable": retryable}
    return frame | ({} if utt is None else {"utt": utt}) | ({"client_id": client_id} if client_id else {})


def pong() -> Frame:
    return {"type": "pong"}
