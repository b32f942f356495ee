"""One answer spoken aloud: heard by any number of listeners from its start, kept as an MP3 at its end.

The answer itself is made by `conversations.replies.runs`; this only reads along, so a failing voice never costs a word.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing

from conversations.intake.door import agent_of
from conversations.messages import reading
from conversations.messages.events import MessageData
from conversations.messages.reading import SessionMissing
from conversations.replies.following import Position, follow
from voice.errors import SpeechUnavailable
from voice.files.keeping import keep_spoken
from voice.models import VoiceSettings, settings_of
from voice.reading.clauses import Clauser
from voice.speaking.mp3_sink import Mp3Sink, Part, Reason
from voice.speaking.reading_aloud import ReadingAloud
from voice.tts.chain import Narrator

log = logging.getLogger(__name__)


class Speech:
    """One answer being spoken. `parts()` may be called often and late: each listener hears all of it."""

    def __init__(self, answer: MessageData, voice: VoiceSettings | None = None):
        """`voice` is read when it is not given."""
        self.answer = answer
        self._voice = voice
        self._sound = Mp3Sink()
        self._reading = ReadingAloud(self._sound, Clauser(), attempt=answer.attempt)
        self.task: asyncio.Task[None] | None = None

    @property
    def attempt(self) -> int:
        """The one that is spoken."""
        return self._reading.attempt

    @property
    def is_written(self) -> bool:
        """Whether this attempt has ended, and all its words are known."""
        return self._reading.is_written

    @property
    def is_over(self) -> bool:
        return self._sound.is_over

    def parts(self) -> AsyncGenerator[Part, None]:
        """Everything from the start, then what comes, to the End."""
        return self._sound.parts()

    async def over(self) -> None:
        """Wait for the End; the sound is stored by then, if there is any."""
        async with aclosing(self.parts()) as parts:
            async for _part in parts:
                pass

    async def run(self) -> None:
        """Speak the answer to its end and store the sound. Listeners always get an End, even after an error."""
        reason: Reason = "unavailable"
        try:
            # First, while the first clause is being written, so that nobody waits for this.
            voice = self._voice or await settings_of(await agent_of(uuid.UUID(self.answer.session_id)))
            steps = follow(self.answer.session_id, Position(self.answer.id))
            ending = await self._reading.run(steps, Narrator(voice.voice, voice.pronunciations))
            reason = "stopped" if ending.is_sudden else "done"
            await self._keep()
        except SpeechUnavailable as error:
            log.warning("answer %s is not spoken: %s", self.answer.id, error)
        except (SessionMissing, reading.MessageMissing):
            reason = "stopped"
        except Exception:  # an unexpected error costs the sound, never the words
            log.exception("answer %s: its speech failed", self.answer.id)
        finally:
            self._sound.end(reason)

    async def _keep(self) -> None:
        """Store the sound with its message, and let every page show it."""
        mp3, duration_ms = await self._sound.mp3(), self._sound.duration_ms
        if duration_ms and not self.answer.tts_audio:
            await keep_spoken(self.answer.session_id, self.answer.id, self.attempt, mp3, duration_ms)
