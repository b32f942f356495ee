"""Stores and answers the turns of a live conversation through the same door as all other messages."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator

from access.callers import Caller
from conversations.intake import door
from conversations.intake.door import Said
from conversations.intake.turns import StoredRecording, Turn
from conversations.messages import reading
from conversations.messages.events import MessageChanged
from conversations.models import Message
from conversations.replies.following import Position, Step, follow
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from voice.files import recordings
from voice.files.keeping import keep_recording, keep_spoken, length_ms, mp3_of
from voice.live.cut_short import store_heard
from voice.live.protocol.frames import AGENT_RATE, MIC_RATE

log = logging.getLogger(__name__)

STORE_S = 5.0  # enough for a working storage; a broken one must not stop the conversation


class SessionTurns:
    """The turns of one session, said by one caller. See `Turns`."""

    def __init__(self, caller: Caller, session_id: uuid.UUID):
        self._caller, self._id = caller, session_id
        self.session_id = str(session_id)

    async def admit(self, client_id: str) -> str:
        """See `Turns`. Raises ServerDraining, SessionMissing, RateLimited."""
        turn = await door.admit(self._caller, self._id, client_id)
        return turn.question.content if turn else ""

    async def say(
        self, text: str, client_id: str, *, is_spoken: bool, recording: StoredRecording | None = None
    ) -> Turn:
        """See `Turns`. Raises ServerDraining, SessionMissing, RateLimited, TurnRefused, ClientIdReused."""
        kind = Message.Type.VOICE if is_spoken else Message.Type.TEXT
        try:
            said = Said(text, client_id, kind, recording)
            turn = await door.say(self._caller, self._id, said, is_admitted=is_spoken)
        except Exception:  # a cancellation keeps the file, because the message may still be stored with its name
            if recording:
                await self.discard_recording(recording)
            raise
        if recording and turn.question.audio != recording.name:
            await self.discard_recording(recording)
        return turn

    async def keep_recording(self, sound: bytes) -> StoredRecording | None:
        try:
            async with asyncio.timeout(STORE_S):
                return await keep_recording(sound, MIC_RATE)
        except Exception as error:  # each storage has its own errors; the words matter more than their sound
            log.warning("session %s: a recording is not stored: %s", self.session_id, type(error).__name__)
            return None

    async def discard_recording(self, recording: StoredRecording) -> None:
        await asyncio.to_thread(recordings.discard, recording.name)

    async def keep_spoken(self, message_id: str, attempt: int, sound: bytes) -> None:
        try:
            mp3 = await asyncio.to_thread(mp3_of, sound, AGENT_RATE)
            await keep_spoken(self.session_id, message_id, attempt, mp3, length_ms(sound, AGENT_RATE))
        except reading.MessageMissing:
            pass
        except Exception as error:  # as above
            log.warning("message %s: its sound is not stored: %s", message_id, type(error).__name__)

    def follow(self, message_id: str, position: Position | None = None) -> AsyncGenerator[Step, None]:
        return follow(self.session_id, position or Position(message_id))

    async def stop(self, message_id: str) -> None:
        await runs().stop(self.session_id, message_id)

    async def keep_heard(self, message_id: str, heard: str) -> None:
        changed = await store_heard(message_id, heard)
        if changed and not changed.is_running:  # a running reply publishes the message when it ends
            hub().publish(changed.session_id, MessageChanged(changed))
