"""The protocol of speech providers, and the voice that they take."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """How an agent sounds. `name` is a provider's own name of a voice, "" for the provider's default."""

    name: str = ""
    speed: float = 1.0  # 0.5 to 2
    language: str = "en"  # ISO 639-1


class Speaker(Protocol):
    """A provider of speech."""

    name: str  # as in TTS_PROVIDERS

    def is_ready(self) -> bool:
        """Whether it is configured and its model or program is there. Cheap; makes no network call."""
        ...

    def stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """Yields the sound of speakable text (no Markdown) in pieces of whole samples, as they are made.

        Raises SpeechUnavailable before or between pieces. Closing the generator ends the request.
        """
        ...
