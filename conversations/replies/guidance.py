"""What a reply asks and may promise, as plain values, which `guides` collects."""

from __future__ import annotations

from dataclasses import dataclass

from agents.llm.request import Promise


@dataclass(frozen=True, slots=True)
class Guidance:
    """For one reply. `instruction` is for a language model, `closing` what the built-in agent ends its answer with."""

    instruction: str = ""
    closing: str = ""
    asked: str = ""  # the key of the question in both; stored with the reply
    instead: str = ""  # both are as in ChatRequest
    thanks: str = ""
    promise: Promise | None = None  # None: contact details reach nobody
