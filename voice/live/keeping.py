"""Stores how much of each answer of a live conversation was heard, and its sound."""

from __future__ import annotations

import asyncio
import logging

from django.db import Error as DatabaseError

from voice.live.answering import Answering
from voice.live.stages import Turns

log = logging.getLogger(__name__)


class Keeping:
    """Stores in the background; the next answer waits only for `heard_is_kept`."""

    def __init__(self, turns: Turns):
        self._turns = turns
        self._keeping: asyncio.Task[None] | None = None
        self._storing: set[asyncio.Task[None]] = set()  # tasks that store sound in files

    def cut_short(self, answering: Answering, played_ms: int) -> None:
        """Stop an answer that the visitor has interrupted, and store the part that they heard."""
        if answering.message_id:
            self._keeping = asyncio.create_task(self._keep_heard(answering, played_ms, stops=True))

    async def broken_off(self, answering: Answering) -> None:
        """Store the part that was heard of an answer that stopped without an interruption; the page shows the rest."""
        if answering.message_id and answering.narration.has_sounded:
            await self._keep_heard(answering, answering.narration.played_ms(), stops=False)

    def spoken(self, answering: Answering) -> None:
        """Store the sound of an answer with its message, if all of it was made."""
        if answering.message_id and answering.is_written and (sound := answering.narration.whole_sound):
            keeping = self._turns.keep_spoken(answering.message_id, answering.attempt, sound)
            storing = asyncio.create_task(keeping)
            self._storing.add(storing)
            storing.add_done_callback(self._storing.discard)

    async def heard_is_kept(self) -> None:
        if self._keeping:
            await asyncio.wait([self._keeping])  # `wait` does not cancel the task, which has to end in any case

    async def all_is_kept(self) -> None:
        await self.heard_is_kept()
        await asyncio.gather(*self._storing, return_exceptions=True)

    async def _keep_heard(self, answering: Answering, played_ms: int, *, stops: bool) -> None:
        narration = answering.narration
        is_over = answering.is_written and narration.is_all_heard(played_ms)
        try:
            if stops and not answering.is_written:
                await self._turns.stop(answering.message_id)
            if not narration.is_silent and not is_over:  # an answer without sound is read on the page
                await self._turns.keep_heard(answering.message_id, narration.heard(played_ms))
        except DatabaseError as error:
            log.warning("message %s: what was heard is not stored: %s", answering.message_id, type(error).__name__)
