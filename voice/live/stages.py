"""What a live conversation gets from outside: hearing, speaking, the turns of its session, and the client."""

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
    """How an agent hears and speaks. Each answer gets its own narrator and clauser."""

    transcribe: Transcribe
    narrator: Callable[[], Narrates]
    clauser: Callable[[], Clauses]
    greeting: str = ""
    language: str = ""  # ISO 639-1, of the visitors; used if the client names none
    hears: Callable[[str], bool] = lambda language: True
    has_partials: bool = True  # the transcription is quick enough for partial transcripts


class Turns(Protocol):
    """The turns of one session, stored and answered like those of pages and APIs."""

    session_id: str

    async def admit(self, client_id: str) -> str:
        """Count a spoken turn before it is transcribed, and return "".

        If a turn is stored under this id, return its words and count nothing. Raises what
        `conversations.intake.door.admit` raises.
        """
        ...

    async def say(
        self, text: str, client_id: str, *, is_spoken: bool, recording: StoredRecording | None = None
    ) -> Turn:
        """Store a message and begin its answer; a repeated client id returns the same turn.

        `recording` is from `keep_recording`; it is removed if no turn is stored. Raises what
        `conversations.intake.door.say` raises.
        """
        ...

    async def keep_recording(self, sound: bytes) -> StoredRecording | None:
        """Store the sound of an utterance; None if it could not be stored."""
        ...

    async def discard_recording(self, recording: StoredRecording) -> None:
        """Remove a recording that did not become a turn."""
        ...

    async def keep_spoken(self, message_id: str, attempt: int, sound: bytes) -> None:
        """Store the whole sound of an answer's attempt, in place of any stored before."""
        ...

    def follow(self, message_id: str, position: Position | None = None) -> AsyncGenerator[Step, None]:
        """Yield the steps of an answer while it is made; a BrokenOff if it does not exist."""
        ...

    async def stop(self, message_id: str) -> None: ...

    async def keep_heard(self, message_id: str, heard: str) -> None:
        """Store that an answer was cut short, and the part that was heard."""
        ...


class Client(Protocol):
    """The other end of the socket. `tell` and `play` keep the order of frames and wait for a slow client."""

    async def tell(self, frame: dict[str, Any]) -> None: ...

    async def play(self, packet: bytes) -> None: ...

    async def close(self, code: int) -> None: ...
