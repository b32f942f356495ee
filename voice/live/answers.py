"""Speaks the answers of a live conversation, one at a time, and interrupts them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from conversations.replies.following import Piece, Position, Step
from voice.live.answering import Answering, VisitorTurn
from voice.live.keeping import Keeping
from voice.live.marks import Marks
from voice.live.narration import Narration
from voice.live.protocol import server_frames
from voice.live.protocol.frames import MAX_GEN
from voice.live.stages import Client, Stages, Turns
from voice.speaking.reading_aloud import Ending

log = logging.getLogger(__name__)


class Answers:
    """`current` is the answer that is spoken now.

    `on_end` is called for each answer that ends without an interruption.
    """

    def __init__(
        self,
        turns: Turns,
        stages: Stages,
        client: Client,
        clock: Callable[[], float],
        on_end: Callable[[Narration], None],
        *,
        tells_metrics: bool = False,
    ):
        self.current: Answering | None = None
        self._turns, self._stages, self._client = turns, stages, client
        self._clock, self._on_end, self._tells_metrics = clock, on_end, tells_metrics
        self._keeping = Keeping(turns)
        self._gen = 0
        self._speaking: asyncio.Task[None] | None = None
        self._cutting = asyncio.Lock()
        self._last_heard = ""  # of the last answer, for an interruption that comes after its end

    @property
    def narration(self) -> Narration | None:
        return self.current.narration if self.current else None

    def greet(self, text: str) -> None:
        """Speak a text that is not stored as a message."""
        self._begin("", _spoken_words(text))

    def begin(self, message_id: str, turn: VisitorTurn | None, position: Position | None = None) -> None:
        """Speak the answer to a turn while it is made, from its start or from `position`.

        No other answer may be spoken at the time.
        """
        self._begin(message_id, self._turns.follow(message_id, position), turn)

    def ack(self, gen: int, played_ms: int) -> None:
        """Note how much the client has played."""
        if self.current and self.current.gen == gen:
            self.current.narration.ack(played_ms)

    def pass_on(self, turn: VisitorTurn, words: str) -> None:
        """Tell the client that a person will answer this turn; `words` are spoken, if there are any."""
        self._begin("", _spoken_words(words), turn)

    async def interrupt(self, gen: int, played_ms: int) -> None:
        """Stop an answer that the client has stopped playing after `played_ms`."""
        async with self._cutting:
            if self.current and self.current.gen == gen:
                await self._cut_short(played_ms)
            elif gen == self._gen and gen:  # the answer ended meanwhile, or the client repeats itself
                await self._client.tell(server_frames.cleared(gen, self._last_heard))

    async def make_room(self) -> None:
        """Cut short an answer that is still spoken, and wait until the part that was heard is stored."""
        async with self._cutting:
            await self._cut_short(None)
        await self._keeping.heard_is_kept()

    async def leave(self) -> None:
        """The client is gone: store how much it played, by its last report."""
        async with self._cutting:
            if answering := await self._silence():
                await self._keeping.broken_off(answering)
        await self._keeping.all_is_kept()

    def _begin(self, message_id: str, steps: AsyncGenerator[Step, None], turn: VisitorTurn | None = None) -> None:
        self._gen = self._gen % MAX_GEN + 1
        narration = Narration(self._gen, self._client, turn.marks if turn else Marks(), self._clock)
        self.current = Answering(message_id, turn, narration, self._client, self._stages.clauser())
        self._speaking = asyncio.create_task(self._speak(self.current, steps))

    async def _speak(self, answering: Answering, steps: AsyncGenerator[Step, None]) -> None:
        try:
            await answering.announce()
            ending = await answering.run(steps, self._stages.narrator())
        except Exception:  # the conversation goes on; the answer is stored
            log.exception("session %s: an answer could not be spoken", self._turns.session_id)
            ending = Ending.ERROR
        if self.current is not answering:  # it was interrupted at the same moment
            return
        self.current = None
        self._on_end(answering.narration)
        self._last_heard = answering.narration.heard(answering.narration.played_ms())
        if ending.is_sudden:
            await self._tell_cut(answering, self._last_heard)
        else:
            await self._client.tell(server_frames.turn_end(answering.gen, answering.reason(ending)))
            await self._tell_marks(answering)
            self._keeping.spoken(answering)
        if ending in {Ending.STOPPED, Ending.CUT}:
            await self._keeping.broken_off(answering)
        elif ending is Ending.ANEW and self._speaking is asyncio.current_task():
            self.begin(answering.message_id, answering.turn, answering.goes_on_at)

    async def _cut_short(self, played_ms: int | None) -> None:
        """Stop speaking an answer; without `played_ms`, how much was played is estimated."""
        answering = await self._silence()
        if answering is None:
            return
        if played_ms is None:
            played_ms = answering.narration.played_ms()
        self._last_heard = answering.narration.heard(played_ms)
        self._keeping.cut_short(answering, played_ms)
        await self._tell_cut(answering, self._last_heard)

    async def _silence(self) -> Answering | None:
        """End the speaking. Returns the answer that was spoken; no more of its sound is sent after this."""
        answering, speaking = self.current, self._speaking
        self.current = self._speaking = None
        if speaking:
            if answering:
                speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
        return answering

    async def _tell_cut(self, answering: Answering, heard: str) -> None:
        await answering.announce()
        await self._client.tell(server_frames.cleared(answering.gen, heard))
        await self._client.tell(server_frames.turn_end(answering.gen, "interrupted", heard))
        await self._tell_marks(answering)

    async def _tell_marks(self, answering: Answering) -> None:
        if self._tells_metrics:
            await self._client.tell(server_frames.metrics(answering.gen, answering.narration.marks.ms()))


async def _spoken_words(text: str) -> AsyncGenerator[Step, None]:
    yield Piece(text, Position(""))
