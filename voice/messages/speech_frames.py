"""A speech in the page's format `application/vnd.salesagent.speech`: frames with a type, a length and a payload.

u8 type, u32 length in bytes (big-endian), payload. Type 1: a clause, JSON `{"i", "text", "start_ms"}`. Type 2: sound,
signed 16 bit samples, little-endian, mono, 24 kHz. Type 3: the end, JSON `{"reason"}`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing

from access import connections
from lib.streams import ClosingStream
from voice.speaking.mp3_sink import Clause, End, Part, Sound
from voice.speaking.speech import Speech

CONTENT_TYPE = "application/vnd.salesagent.speech"
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}  # as in the streams of text
CLAUSE, SOUND, END = 1, 2, 3


class SpeechStream(ClosingStream):
    """A speech from its start, while it is made. A client that disconnects does not stop it."""

    def __init__(self, speech: Speech, address: str):
        super().__init__(frames(speech, address), content_type=CONTENT_TYPE, headers=HEADERS)


async def frames(speech: Speech, address: str) -> AsyncGenerator[bytes, None]:
    with connections.open_from(address):
        async with aclosing(speech.parts()) as parts:
            async for part in parts:
                if frame := packed(part):
                    yield frame


def packed(part: Part) -> bytes:
    """Packs one part as a frame; b"" for sound without samples."""
    match part:
        case Clause(index, text, start_ms):
            return _frame(CLAUSE, json.dumps({"i": index, "text": text, "start_ms": start_ms}).encode())
        case Sound(pcm):
            return _frame(SOUND, pcm) if pcm else b""
        case End(reason):
            return _frame(END, json.dumps({"reason": reason}).encode())


def _frame(kind: int, payload: bytes) -> bytes:
    return struct.pack(">BI", kind, len(payload)) + payload
