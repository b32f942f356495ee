"""Utterances that begin while an answer is spoken, or just after: it is lowered, and raised again when nothing comes of
them; and what only repeats it is its echo.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voice.live import echoes
from voice.live.backchannels import COMING_MS, RECENT_MS, is_backchannel
from voice.live.narration import Narration
from voice.live.protocol import server_frames
from voice.live.stages import Client


@dataclass(frozen=True, slots=True)
class _Overlap:
    """What was spoken when an utterance began. `heard` are the words around that moment."""

    narration: Narration
    heard: str
    at_ms: int  # of the answer's sound


class Ducking:
    """One client's utterances that are not decided yet. `current` is the answer that is under way, spoken or not."""

    def __init__(self, client: Client, current: Callable[[], Narration | None], clock: Callable[[], float]):
        self._client, self._current, self._clock = client, current, clock
        self._overlaps: dict[int, _Overlap] = {}
        self._last: Narration | None = None  # the answer that came to its end last
        self._ended_at = float("-inf")

    def ended(self, narration: Narration) -> None:
        """All of this answer was played, as far as the client tells; its sound may still be on its way to the ears."""
        self._last, self._ended_at = narration, self._clock()

    async def begin(self, utt: int) -> None:
        """An utterance has begun."""
        narration = self._current()
        if narration and narration.is_sounding:
            heard = narration.heard_around(RECENT_MS, COMING_MS)
            self._overlaps[utt] = _Overlap(narration, heard, narration.played_ms())
            await self._client.tell(server_frames.duck(narration.gen))
        elif self._last and self._clock() - self._ended_at < echoes.AFTER_S:
            played_ms = self._last.played_ms()
            if not echoes.asks(heard := self._last.heard(played_ms)):
                self._overlaps[utt] = _Overlap(self._last, heard, played_ms)

    def is_echo(self, utt: int, text: str, least_words: int = echoes.LEAST_WORDS) -> bool:
        """Whether these words of it are what the agent said meanwhile, or just before."""
        overlap = self._overlaps.get(utt)
        if overlap is None:
            return False
        narration, from_ms = overlap.narration, overlap.at_ms - echoes.BEFORE_MS
        spoken = narration.heard(narration.played_ms() + echoes.COMING_MS)[len(narration.heard(from_ms)) :]
        return echoes.is_echo(text, spoken, least_words=least_words)

    def is_backchannel(self, utt: int, text: str, language: str) -> bool:
        """Whether these words of it are no turn: said over an answer that still goes on, and wanting nothing."""
        overlap = self._overlaps.get(utt)
        if overlap is None or overlap.narration is not self._current():
            return False
        return is_backchannel(text, language, overlap.heard)

    def reason_against(self, utt: int, text: str, language: str) -> str:
        """Why these words of it are no turn, as `transcript.rejected` says it; "" for a turn."""
        if self.is_echo(utt, text):
            return server_frames.ECHO
        return server_frames.BACKCHANNEL if self.is_backchannel(utt, text, language) else ""

    async def decide(self, utt: int | None) -> None:
        """It came to nothing, or became a turn and so ended the answer that it began over; None is no utterance."""
        overlap = self._overlaps.pop(utt, None) if utt else None
        if overlap is None or overlap.narration is not self._current():
            return
        if all(other.narration is not overlap.narration for other in self._overlaps.values()):
            await self._client.tell(server_frames.unduck(overlap.narration.gen))
