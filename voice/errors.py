"""Errors of speech. Each is caught where a person or a program is told about it."""

from __future__ import annotations

from enum import StrEnum


class InvalidAudio(Exception):
    """The upload is not a usable recording; `str()` tells the visitor why, translated."""


class NothingHeard(Exception):
    """Sound without words. The model is not asked, and nothing is stored."""

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
    """A provider of speech failed. The message is for the log and contains neither keys nor anybody's words."""

    class Cause(StrEnum):
        NOT_CONFIGURED = "not_configured"
        TIMED_OUT = "timed_out"
        RATE_LIMITED = "rate_limited"
        PROVIDER_ERROR = "provider_error"
        LANGUAGE = "language"  # no configured provider understands the language

    def __init__(self, cause: Cause, detail: str = ""):
        super().__init__(f"{cause.value}: {detail}" if detail else cause.value)
        self.cause = cause
