"""One answer to one client: announced, read aloud as it is written, until it is whole or cut short."""

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
    """What the visitor said, as words. `utt` is the utterance they were heard in, None for typed ones."""

    text: str
    client_id: str
    utt: int | None
    marks: Marks


class Answering:
    """`run` once. Cancelling it ends the reading and the speaking; the reply itself goes on, by its row."""

    def __init__(
        self,
        message_id: str,
        turn: VisitorTurn | None,
        narration: Narration,
        client: Client,
        clauser: Clauses,
    ):
        self.message_id = message_id  # "" for words that are no message, such as a greeting
        self.turn = turn  # None where nobody has asked
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
        """The one that it ended with."""
        return self._reading.attempt

    @property
    def goes_on_at(self) -> Position | None:
        """Where its next attempt begins, after Ending.ANEW."""
        return self._reading.goes_on_at

    async def announce(self) -> None:
        """Tell that it begins, once; also of an answer that is cut before it ran."""
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
        """Follow `steps` to the end of the answer, and until all of it was played."""
        async with asyncio.TaskGroup() as stages:
            playing = stages.create_task(self.narration.run())
            ending = await self._reading.run(steps, narrator)
            if ending.is_sudden:
                playing.cancel()
            else:
                await self.narration.finish()
        return ending

    def reason(self, ending: Ending) -> str:
        """Why it has ended, as `turn.end` says it of an answer that was not cut short."""
        is_read = ending is Ending.DONE and self.narration.is_silent
        return "text_only" if is_read else ending.value
