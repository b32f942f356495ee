"""The protocol of transcription providers, and the data that they take and return."""

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

    `language` is an ISO 639-1 code, "" to let the model detect it. `keywords` are names that may occur in it.
    """

    samples: NDArray[np.float32]
    language: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return len(self.samples) / LISTENING_RATE


@dataclass(frozen=True, slots=True)
class TranscriptCertainty:
    """How sure a model is of its transcript. A field that the model does not tell is None or ""."""

    language: str = ""  # the language it heard, ISO 639-1
    language_probability: float | None = None
    wanted_probability: float | None = None  # of the language that was asked for
    logprob: float | None = None  # mean log probability of a token
    compression: float | None = None  # compression ratio of the text; repetition makes it high


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words, and which provider and model wrote them."""

    text: str
    provider: str
    model: str = ""
    certainty: TranscriptCertainty = TranscriptCertainty()


class Transcriber(Protocol):
    """A provider of transcription."""

    name: str  # as in STT_PROVIDERS

    def is_ready(self) -> bool:
        """Whether it is configured and its model is there. Cheap; makes no network call."""
        ...

    def hears(self, language: str) -> bool:
        """Whether it understands this language (ISO 639-1, "" for any). Cheap; makes no network call."""
        ...

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Returns the words, "" if there are none. Raises SpeechUnavailable. Cancelling it ends the request."""
        ...
