"""What staff are told of a provider of speech, whether it listens or speaks; and what is counted of it."""

from __future__ import annotations

from dataclasses import dataclass

from lib.figures import Tally

# `work` is listening or speaking, `cause` one of SpeechUnavailable's.
SPEECH_ERRORS = Tally(
    "salesagent_speech_errors", "Requests to speech providers that failed", ["work", "provider", "cause"]
)


@dataclass(frozen=True, slots=True)
class ProviderState:
    """`is_ready`: set up; `is_healthy`: did not fail lately; `detail`: what to do, a translated sentence."""

    name: str
    is_ready: bool
    is_healthy: bool
    detail: str
