"""What every provider of transcription takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from voice.sound.rates import LISTENING_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said, decoded once: mono samples from -1 to 1 at LISTENING_RATE.

    `language` is an ISO 639-1 code, "" to let the model tell. `keywords` are names worth knowing (products, people).
    """

    samples: NDArray[np.float32]
    language: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return len(self.samples) / LISTENING_RATE


@dataclass(frozen=True, slots=True)
class TranscriptCertainty:
    """What a model tells of its own words; None or "" is what it does not tell."""

    language: str = ""  # that it heard, ISO 639-1
    language_probability: float | None = None
    wanted_probability: float | None = None  # of the language it was asked to listen for
    logprob: float | None = None  # of a token, on average
    compression: float | None = None  # of the text; what repeats itself compresses well


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words, and whose work they are."""

    text: str
    provider: str
    model: str = ""
    certainty: TranscriptCertainty = TranscriptCertainty()


class Transcriber(Protocol):
    """One provider."""

    name: str  # as in STT_PROVIDERS

    def is_ready(self) -> bool:
        """Whether it is configured and its model is there. Cheap; no call to the outside."""
        ...

    def hears(self, language: str) -> bool:
        """Whether it understands this language (ISO 639-1, "" for any). Cheap, as above."""
        ...

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """The words, "" where there are none. Raises SpeechUnavailable; cancelling it ends the request."""
        ...
