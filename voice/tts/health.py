"""Remembers which providers failed a moment ago, so that the next clause does not wait for them again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from voice.errors import SpeechUnavailable
from voice.tts.timely import Unspeakable

# Somebody has to repair a wrong key or a withdrawn model; any other failure may pass within seconds.
PERMANENT_S = 600.0
TRANSIENT_S = 15.0


@dataclass(frozen=True, slots=True)
class Illness:
    """A failure of a provider, which is not asked again before `until` (by the clock of ProviderHealth)."""

    cause: SpeechUnavailable.Cause
    until: float

    @property
    def is_permanent(self) -> bool:
        return self.cause is SpeechUnavailable.Cause.NOT_CONFIGURED


class ProviderHealth:
    """The recent failures of each provider and voice. `clock` is for tests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._ill: dict[tuple[str, str], Illness] = {}

    def failed(self, name: str, voice: str, error: SpeechUnavailable) -> None:
        if isinstance(error, Unspeakable):
            return
        is_permanent = error.cause is SpeechUnavailable.Cause.NOT_CONFIGURED
        self._ill[name, voice] = Illness(error.cause, self._clock() + (PERMANENT_S if is_permanent else TRANSIENT_S))

    def spoke(self, name: str, voice: str) -> None:
        self._ill.pop((name, voice), None)

    def illness_of(self, name: str, voice: str) -> Illness | None:
        """Why this provider should not be asked for this voice now; None if it may be asked."""
        illness = self._ill.get((name, voice))
        if illness is None or illness.until > self._clock():
            return illness
        del self._ill[name, voice]
        return None

    def worst_of(self, name: str) -> tuple[Illness, float] | None:
        """The provider's failure (with any voice) that lasts longest, and its seconds left; None if there is none."""
        found = [self.illness_of(*known) for known in list(self._ill) if known[0] == name]
        worst = max((each for each in found if each is not None), key=lambda each: each.until, default=None)
        return None if worst is None else (worst, worst.until - self._clock())

    def forget(self) -> None:
        self._ill.clear()
