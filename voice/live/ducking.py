"""Lowers an answer when the visitor speaks over it, and raises it again if that is no turn. Tells an echo of the answer
from words of the visitor.
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
    """The answer that was spoken when an utterance began. `heard` are its words around that moment."""

    narration: Narration
    heard: str
    at_ms: int  # position in the answer's sound


class Ducking:
    """One client's utterances that are not decided yet. `current` returns the running answer, even before it sounds."""

    def __init__(self, client: Client, current: Callable[[], Narration | None], clock: Callable[[], float]):
        self._client, self._current, self._clock = client, current, clock
        self._overlaps: dict[int, _Overlap] = {}
        self._last: Narration | None = None  # the answer that ended last
        self._ended_at = float("-inf")

    def ended(self, narration: Narration) -> None:
        """Note that the client has played all of this answer.

        Its sound may still reach the microphone a moment later.
        """
        self._last, self._ended_at = narration, self._clock()

    async def begin(self, utt: int) -> None:
        """Note that an utterance has begun. If an answer sounds, the client is told to lower it."""
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
        """Whether these words of an utterance are what the agent said at that time, or just before."""
        overlap = self._overlaps.get(utt)
        if overlap is None:
            return False
        narration, from_ms = overlap.narration, overlap.at_ms - echoes.BEFORE_MS
        spoken = narration.heard(narration.played_ms() + echoes.COMING_MS)[len(narration.heard(from_ms)) :]
        return echoes.is_echo(text, spoken, least_words=least_words)

    def is_backchannel(self, utt: int, text: str, language: str) -> bool:
        """Whether these words of an utterance only show that the visitor listens to an answer that still goes on."""
        overlap = self._overlaps.get(utt)
        if overlap is None or overlap.narration is not self._current():
            return False
        return is_backchannel(text, language, overlap.heard)

    def reason_against(self, utt: int, text: str, language: str) -> str:
        """Why these words of an utterance are no turn, as a reason of `transcript.rejected`; "" if they are one."""
        if self.is_echo(utt, text):
            return server_frames.ECHO
        return server_frames.BACKCHANNEL if self.is_backchannel(utt, text, language) else ""

    async def decide(self, utt: int | None) -> None:
        """Forget an utterance that was rejected or became a turn; None is ignored.

        The answer it began over is raised again, if it still goes on and no other utterance is open over it.
        """
        overlap = self._overlaps.pop(utt, None) if utt else None
        if overlap is None or overlap.narration is not self._current():
            return
        if all(other.narration is not overlap.narration for other in self._overlaps.values()):
            await self._client.tell(server_frames.unduck(overlap.narration.gen))
