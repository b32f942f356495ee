"""Stores sound as a file of its message, and tells everybody who shows the message."""

from __future__ import annotations

import asyncio
import io
import uuid
from functools import partial
from typing import IO

from conversations.intake.turns import StoredRecording
from conversations.messages import reading
from conversations.messages.events import MessageChanged
from conversations.replies.hub import hub
from lib.database import with_fresh_connection
from voice.files import recordings
from voice.sound.kinds import MP3


async def keep_recording(pcm: bytes, rate: int) -> StoredRecording:
    """Store what a visitor said (mono, 16 bit, `rate` in Hz) as an MP3, for a new message.

    Raises what the storage raises.
    """
    name = await asyncio.to_thread(lambda: recordings.store(mp3_of(pcm, rate), MP3))
    return StoredRecording(name, length_ms(pcm, rate))


async def keep_spoken(session_id: str, message_id: str, attempt: int, mp3: IO[bytes], length_ms: int) -> None:
    """Store the sound of this attempt at an answer with its message, and tell everybody who shows it."""
    mp3.seek(0)
    attach = with_fresh_connection(partial(recordings.attach_spoken, attempt=attempt))
    # In a thread of its own, since a storage may take long, which gives its connection back: a pool has few.
    if await asyncio.to_thread(attach, uuid.UUID(message_id), mp3, length_ms):
        changed = await reading.message(session_id, message_id)
        if not changed.is_running:
            hub().publish(session_id, MessageChanged(changed))


def length_ms(pcm: bytes, rate: int) -> int:
    """How long sound plays (mono, 16 bit, `rate` in Hz)."""
    return len(pcm) * 1000 // (rate * 2)


def mp3_of(pcm: bytes, rate: int) -> IO[bytes]:
    """The MP3 of complete sound (mono, 16 bit, `rate` in Hz). Runs in one thread from start to end."""
    from voice.sound.audio import Mp3Encoder, Resampler

    resampler, encoder = Resampler(rate), Mp3Encoder()
    made = encoder.encode(resampler.feed(pcm)) + encoder.encode(resampler.finish())
    return io.BytesIO(made + encoder.finish())
