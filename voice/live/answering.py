"""One answer on its way to one client: read as it is written, shown as text, spoken; until it is whole or cut short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from enum import StrEnum

from conversations.replies.following import Anew, BrokenOff, Ended, Piece, Position, Quiet, Step
from conversations.replies.making import cut_text
from voice.live.marks import Marks
from voice.live.narration import Narration
from voice.live.pending import PendingText
from voice.live.protocol import server_frames
from voice.live.stages import Client

TEXT_S = 0.03  # between two pieces of text: as smooth as a screen draws, and few frames


class Ending(StrEnum):
    """How an answer ended by itself; the first three are what `turn.end` says."""

    DONE = "done"
    TEXT_ONLY = "text_only"
    ERROR = "error"
    STOPPED = "stopped"  # on another page, or by staff
    ANEW = "anew"  # given up by a process that died, and begun again by another one
    CUT = "cut"  # this server ends, or the conversation was deleted


class _Broken(Exception):
    """The answer does not come to its own end."""

    def __init__(self, ending: Ending):
        super().__init__(ending.value)
        self.ending = ending


class Answering:
    """`run` once. Cancelling it ends the reading and the speaking; the reply itself goes on, by its row."""

    def __init__(
        self,
        message_id: str,
        start: server_frames.Frame,
        narration: Narration,
        client: Client,
        marks: Marks,
        clock: Callable[[], float],
    ):
        self.message_id = message_id  # "" for words that are no message, such as a greeting
        self.narration = narration
        self.marks = marks
        self.is_written = False  # the reply has ended
        self.attempt = 0  # the one that it ended with
        self.goes_on_at: Position | None = None
        self._client, self._clock = client, clock
        self._start, self._is_announced = start, False
        self._text = PendingText()
        self._has_text = False
        self._ending = Ending.DONE

    @property
    def gen(self) -> int:
        return self.narration.gen

    async def announce(self) -> None:
        """Tell that it begins, once; also of an answer that is cut before it ran."""
        if not self._is_announced:
            await self._client.tell(self._start)
            self._is_announced = True

    async def run(self, steps: AsyncGenerator[Step, None]) -> Ending:
        """Follow `steps` to the end of the answer, and until all of it was played."""
        broken: list[_Broken] = []
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(self.narration.run())
                stages.create_task(self._show())
                await self._read(steps)
                self.narration.finish()
                self._text.close()
        except* _Broken as group:
            broken = [error for error in group.exceptions if isinstance(error, _Broken)]
        if broken:
            return broken[0].ending
        return Ending.TEXT_ONLY if self._ending is Ending.DONE and self.narration.is_silent else self._ending

    async def _read(self, steps: AsyncGenerator[Step, None]) -> None:
        async with aclosing(steps):
            async for step in steps:
                self._take(step)

    def _take(self, step: Step) -> None:
        match step:
            case Piece(text):
                self.marks.set("llm_first", self._clock())
                self._say(text)
            case Anew(position):
                self.goes_on_at = position
                raise _Broken(Ending.ANEW)
            case Ended(message, _, failure):
                self.is_written, self.attempt = True, message.attempt
                if message.was_stopped:
                    raise _Broken(Ending.STOPPED)
                if failure:
                    self._ending = Ending.ERROR
                    self._say(f"\n\n{failure.fallback}" if self._has_text else failure.fallback)
                elif note := cut_text(message.cut):
                    self._say(f"\n\n{note}")  # a listener sees no mark under the text
            case BrokenOff():
                raise _Broken(Ending.CUT)
            case Quiet():
                pass

    def _say(self, text: str) -> None:
        self._has_text = True
        self._text.put(text)
        self.narration.feed(text)

    async def _show(self) -> None:
        """The text never waits for the speech: it is read meanwhile, or instead."""
        while (text := await self._text.take()) is not None:
            await self._client.tell(server_frames.text_delta(self.gen, text))
            await asyncio.sleep(TEXT_S)
