"""Speaks one answer to one client: announces it, and reads it aloud while it is written, until it ends or is cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from conversations.replies.following import Position, Step
from voice.live.marks import Marks
from voice.live.narration import Narration
from voice.live.protocol import server_frames
from voice.live.stages import Client
from voice.speaking.reading_aloud import Clauses, Ending, Narrates, ReadingAloud


@dataclass(frozen=True, slots=True)
class VisitorTurn:
    """The words of a visitor. `utt` is the number of the utterance, None for typed words."""

    text: str
    client_id: str
    utt: int | None
    marks: Marks


class Answering:
    """Call `run` once. Cancelling it ends the reading and the speaking, but not the reply, which goes on in its run."""

    def __init__(
        self,
        message_id: str,
        turn: VisitorTurn | None,
        narration: Narration,
        client: Client,
        clauser: Clauses,
    ):
        self.message_id = message_id  # "" for words that are not stored as a message, such as a greeting
        self.turn = turn  # None if no visitor asked
        self.narration = narration
        self._client = client
        self._reading = ReadingAloud(narration, clauser)
        self._is_announced = False

    @property
    def gen(self) -> int:
        return self.narration.gen

    @property
    def is_written(self) -> bool:
        """Whether the reply has ended."""
        return self._reading.is_written

    @property
    def attempt(self) -> int:
        """The number of the attempt with which the reply ended."""
        return self._reading.attempt

    @property
    def goes_on_at(self) -> Position | None:
        """After Ending.ANEW, where the next attempt of the reply begins."""
        return self._reading.goes_on_at

    async def announce(self) -> None:
        """Tell the client that the answer begins.

        Only the first call does so; an answer cut before `run` needs it too.
        """
        if self._is_announced:
            return
        utt, client_id = (self.turn.utt, self.turn.client_id) if self.turn else (None, None)
        await self._client.tell(
            server_frames.turn_start(
                self.gen,
                utt=utt,
                client_id=client_id if utt is None else None,
                message_id=self.message_id or None,
            )
        )
        self._is_announced = True

    async def run(self, steps: AsyncGenerator[Step, None], narrator: Narrates) -> Ending:
        """Follow `steps` to the end of the answer, and wait until the client has played all of it."""
        async with asyncio.TaskGroup() as stages:
            playing = stages.create_task(self.narration.run())
            ending = await self._reading.run(steps, narrator)
            if ending.is_sudden:
                playing.cancel()
            else:
                await self.narration.finish()
        return ending

    def reason(self, ending: Ending) -> str:
        """The reason that `turn.end` gives for an answer that was not cut short."""
        is_read = ending is Ending.DONE and self.narration.is_silent
        return "text_only" if is_read else ending.value
