"""A conversation with scripted stages, and a visitor who talks to it in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from voice.live.conversation import LiveConversation
from voice.live.protocol.frames import (
    Flag,
    Interrupt,
    Packet,
    PacketKind,
    Playback,
    SpeechEnd,
    SpeechSoftEnd,
    SpeechStart,
)
from voice.tests.live.scripted import (
    ScriptedClient,
    ScriptedEars,
    ScriptedNarrator,
    ScriptedTurns,
    silence,
    stages,
)


class Talk:
    """Everything a test looks at. `say` is one utterance as a browser sends it, from its start to its end."""

    def __init__(self, turns: ScriptedTurns, ears: ScriptedEars, narrator: ScriptedNarrator):
        self.turns, self.ears, self.narrator = turns, ears, narrator
        self.client = ScriptedClient(self._on_playback)
        self.conversation: LiveConversation

    async def say(self, utt: int = 1, ms: int = 300, *, soft_end: bool = True) -> None:
        """Sound for `ms`, a soft end 200 ms later, the end 300 ms after that, all in their time."""
        await self.conversation.take(SpeechStart(utt))
        await self.sound(ms)
        await self.sound(200)
        if soft_end:
            await self.conversation.take(SpeechSoftEnd(utt))
        await self.sound(300)
        await self.conversation.take(SpeechEnd(utt))

    async def sound(self, ms: int) -> None:
        for at_ms in range(0, ms, 100):
            await self.conversation.hear(Packet(PacketKind.MIC, Flag.NONE, 0, at_ms, silence(100)))
            await asyncio.sleep(0.1)

    async def ended(self, count: int = 1) -> dict[str, Any]:
        """The `count`-th end of a turn."""
        frame = (await self.client.wait_for("turn.end", count)).frame
        assert frame
        return frame

    async def played(self, ms: int) -> None:
        """The answer sounds, and so much of it was played."""
        await self.client.wait_for("sound")
        async with asyncio.timeout(600):
            while self.client.played_ms < ms:  # noqa: ASYNC110 it is a matter of time alone
                await asyncio.sleep(0.02)

    async def interrupt(self, gen: int = 1, played_ms: int | None = None) -> None:
        played_ms = self.client.played_ms if played_ms is None else played_ms
        await self.conversation.take(Interrupt(gen, played_ms))

    async def _on_playback(self, gen: int, played_ms: int) -> None:
        await self.conversation.take(Playback(gen, played_ms))


@asynccontextmanager
async def talk(
    *answers: Any,
    ears: ScriptedEars | None = None,
    narrator: ScriptedNarrator | None = None,
    greeting: str = "",
    client: ScriptedClient | None = None,
    **options: Any,
) -> AsyncIterator[Talk]:
    """A conversation that has begun; it is closed at the end."""
    talking = Talk(ScriptedTurns(*answers), ears or ScriptedEars(), narrator or ScriptedNarrator())
    talking.client = client or talking.client
    parts = stages(talking.ears, talking.narrator, greeting)
    talking.conversation = LiveConversation(talking.turns, parts, talking.client, **options)
    talking.conversation.start(greets=bool(greeting))
    try:
        yield talking
    finally:
        await talking.conversation.close()
