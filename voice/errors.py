"""What can go wrong with speech. Each is caught where a person or a program is told."""

from __future__ import annotations

from enum import StrEnum


class InvalidAudio(Exception):
    """The upload is no recording that can be used; `str()` tells the speaker which limit it broke, translated."""


class NothingHeard(Exception):
    """A sound without words. It never reaches the model, and nothing is stored."""

    class Reason(StrEnum):
        SHORT = "short"
        SILENCE = "silence"
        NOISE = "noise"
        PHANTOM = "phantom"  # words that transcription models make up over silence
        UNCLEAR = "unclear"  # speech, but in another language, or not as the model could be sure of it

    def __init__(self, reason: Reason):
        super().__init__(reason.value)
        self.reason = reason


class SpeechUnavailable(Exception):
    """A provider of speech did not do its work. The message is for the log: it holds no key and nobody's words."""

    class Cause(StrEnum):
        NOT_CONFIGURED = "not_configured"
        TIMED_OUT = "timed_out"
        RATE_LIMITED = "rate_limited"
        PROVIDER_ERROR = "provider_error"
        LANGUAGE = "language"  # of those that are set up none understands it

    def __init__(self, cause: Cause, detail: str = ""):
        super().__init__(f"{cause.value}: {detail}" if detail else cause.value)
        self.cause = cause
