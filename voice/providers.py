"""What staff are told of a provider of speech, whether it listens or speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderState:
    """`is_ready`: set up; `is_healthy`: did not fail lately; `detail`: what to do, a translated sentence."""

    name: str
    is_ready: bool
    is_healthy: bool
    detail: str
