"""Reads one answer aloud while it is written: follows it, cuts it into clauses, has them spoken.

Text and sound go into a sink: `speech.py` for messages, `voice/live/narration.py` for live
conversations.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import StrEnum
from typing import Protocol

from conversations.replies.following import (
    Anew,
    BrokenOff,
    Ended,
    Piece,
    Position,
    Quiet,
    SpeakerTurned,
    Step,
    StillThinking,
)
from conversations.replies.making import cut_text
from voice.speaking.pending import PendingText


class Ending(StrEnum):
    """How an answer ended by itself."""

    DONE = "done"
    ERROR = "error"  # it failed; what the visitor is told instead was spoken
    STOPPED = "stopped"  # by the visitor or staff, on any page
    ANEW = "anew"  # given up by a process that died, and begun again by another one
    CUT = "cut"  # this server ends, or the conversation was deleted

    @property
    def is_sudden(self) -> bool:
        """True if it came in the middle of the answer: the rest will not be spoken."""
        return self in {Ending.STOPPED, Ending.ANEW, Ending.CUT}


class Sink(Protocol):
    """Takes the text and the sound of an answer. The speaking waits while a method of the sink waits."""

    def show_text(self, text: str) -> None:
        """Take more text of the answer."""
        ...

    def end_text(self, closing: str) -> None:
        """The answer is written. `closing` is spoken after it and says why it failed or is not whole."""
        ...

    async def begin_clause(self, clause: str) -> bool:
        """Take a clause that will be spoken now. Returns False to end the reading, if no more sound is wanted."""
        ...

    async def take_sound(self, pcm: bytes) -> None:
        """Take more sound of this clause: whole samples (SPEAKING_RATE)."""
        ...

    async def end_clause(self) -> None:
        """The clause has all its sound."""
        ...

    async def lose_voice(self, error: Exception) -> None:
        """No more sound comes, because of SpeechUnavailable or a fault of ours.

        If this returns, the text goes on without sound. A sink that needs the sound raises the error.
        """
        ...


class Narrates(Protocol):
    """Speaks the clauses of one answer in one voice."""

    def speak(self, clause: str) -> AsyncGenerator[bytes, None]:
        """The sound of a clause in pieces of whole samples (SPEAKING_RATE). Raises SpeechUnavailable."""
        ...


class Clauses(Protocol):
    """Cuts a growing text into clauses, each of which is spoken in one breath."""

    def feed(self, text: str) -> list[str]: ...

    def end_block(self) -> list[str]: ...

    def finish(self) -> list[str]: ...


class ReadingAloud:
    """Call `run` once. Cancelling it ends the following and the speaking, but not the answer itself.

    Reading never waits for speaking: text that is not spoken yet is kept, and an answer has little text.
    """

    def __init__(self, sink: Sink, clauser: Clauses, *, attempt: int = 0):
        self.attempt = attempt  # the one that is read
        self.is_written = False  # this attempt has ended, and all its words are known
        self.goes_on_at: Position | None = None  # where the next attempt begins, after Ending.ANEW
        self._sink, self._clauser = sink, clauser
        self._text = PendingText()
        self._closing = ""

    async def run(self, steps: AsyncGenerator[Step, None], narrator: Narrates) -> Ending:
        """Read to the end of the answer's sound, or, without a voice, to the end of its text.

        A sudden end is returned at once. Raises what following, the sink or a lost voice raises.
        """
        following = asyncio.create_task(self._follow(steps))
        speaking = asyncio.create_task(self._speak(narrator))
        try:
            await asyncio.wait({following, speaking}, return_when=asyncio.FIRST_COMPLETED)
            if following.done() and (ending := following.result()).is_sudden:
                return ending
            await speaking
            return following.result() if following.done() else Ending.DONE
        finally:
            for task in (following, speaking):
                task.cancel()
            await asyncio.gather(following, speaking, return_exceptions=True)

    async def _follow(self, steps: AsyncGenerator[Step, None]) -> Ending:
        ending = Ending.DONE
        async with aclosing(steps):
            async for step in steps:
                match step:
                    case Piece(text, position):
                        self.attempt = position.attempt
                        self._sink.show_text(text)
                        self._text.put(text)
                    case Anew(position):
                        self.goes_on_at = position
                        return Ending.ANEW
                    case BrokenOff():
                        return Ending.CUT
                    case Ended(message, _position, failure):
                        self.attempt, self.is_written = message.attempt, True
                        if message.was_stopped:
                            return Ending.STOPPED
                        self._closing = failure.fallback if failure else cut_text(message.cut)
                        ending = Ending.ERROR if failure else Ending.DONE
                    case Quiet() | StillThinking() | SpeakerTurned():
                        pass
        self._sink.end_text(self._closing)
        self._text.close()
        return ending

    async def _speak(self, narrator: Narrates) -> None:
        has_voice = True
        async with aclosing(self._clauses()) as clauses:
            async for clause in clauses:
                if not has_voice:
                    continue
                if not await self._sink.begin_clause(clause):
                    return
                try:
                    await self._speak_clause(clause, narrator)
                except Exception as error:  # a fault of ours too: the sink decides what goes on
                    has_voice = False
                    await self._sink.lose_voice(error)

    async def _speak_clause(self, clause: str, narrator: Narrates) -> None:
        async with aclosing(narrator.speak(clause)) as pieces:
            async for pcm in pieces:
                await self._sink.take_sound(pcm)
        await self._sink.end_clause()

    async def _clauses(self) -> AsyncGenerator[str, None]:
        while (text := await self._text.take()) is not None:
            for clause in self._clauser.feed(text):
                yield clause
        # End the block first: an answer that ends within a block of code would make the closing part of it.
        for clause in (*self._clauser.end_block(), *self._clauser.feed(self._closing), *self._clauser.finish()):
            yield clause
