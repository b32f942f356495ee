"""What a live conversation is made of and does not make itself: hearing, speaking, and its session's turns."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from conversations.intake.turns import StoredRecording, Turn
from conversations.replies.following import Position, Step
from voice.speaking.reading_aloud import Clauses, Narrates
from voice.stt.transcriber import Transcript, Utterance

Transcribe = Callable[[Utterance], Awaitable[Transcript]]  # raises NothingHeard, SpeechUnavailable


@dataclass(frozen=True, slots=True)
class Stages:
    """Hearing and speaking, as the agent of a conversation does both. One narrator and one clauser for each answer."""

    transcribe: Transcribe
    narrator: Callable[[], Narrates]
    clauser: Callable[[], Clauses]
    greeting: str = ""
    language: str = ""  # ISO 639-1, of the visitors; what the client says comes first
    hears: Callable[[str], bool] = lambda language: True
    has_partials: bool = True  # whether the transcription is quick enough to be asked while somebody still speaks


class Turns(Protocol):
    """The turns of one session: the same rows and replies that every other way in has."""

    session_id: str

    async def admit(self, client_id: str) -> str:
        """Count a spoken turn, before anybody is asked for its words. The words of one that is stored under this id
        already, which is not counted again; "" for a new one. Raises what `conversations.intake.door.admit` raises."""
        ...

    async def say(
        self, text: str, client_id: str, *, is_spoken: bool, recording: StoredRecording | None = None
    ) -> Turn:
        """Store what the visitor said and owe the answer; the same client id again is the same turn.

        `recording` is what `keep_recording` stored; where no turn comes of it, it is removed. Raises what
        `conversations.intake.door.say` raises.
        """
        ...

    async def keep_recording(self, sound: bytes) -> StoredRecording | None:
        """Store an utterance as the microphone gave it; None when it could not be stored."""
        ...

    async def discard_recording(self, recording: StoredRecording) -> None:
        """No turn came of it."""
        ...

    async def keep_spoken(self, message_id: str, attempt: int, sound: bytes) -> None:
        """Store the whole sound of an answer, as this attempt made it, in the place of one it may have."""
        ...

    def follow(self, message_id: str, position: Position | None = None) -> AsyncGenerator[Step, None]:
        """An answer as it is made; one that is not there is broken off."""
        ...

    async def stop(self, message_id: str) -> None: ...

    async def keep_heard(self, message_id: str, heard: str) -> None:
        """Store that an answer was cut short, and what of it was heard."""
        ...


class Client(Protocol):
    """The other end of the socket. Both ways of sending keep their order and wait for a slow client."""

    async def tell(self, frame: dict[str, Any]) -> None: ...

    async def play(self, packet: bytes) -> None: ...

    async def close(self, code: int) -> None: ...
