"""The chat model of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from agents.llm.asking import Memory
    from agents.llm.openai_compatible import Limits, OpenAICompatible


def is_configured() -> bool:
    """Whether a server or a key is set. Otherwise only the built-in model answers."""
    return bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


def configured(limits: Limits | None = None, memories: dict[str, Memory] | None = None) -> OpenAICompatible:
    """The model at the configured server; its default `limits` are those of an answer."""
    from agents.llm import openai_compatible  # not at the top: the client takes a second to import

    return openai_compatible.OpenAICompatible(
        base_url=settings.OPENAI_BASE_URL,
        api_key=settings.OPENAI_API_KEY,
        model=settings.OPENAI_MODEL,
        limits=limits or openai_compatible.Limits(thinking_s=settings.MAX_THINKING_S),
        memories=memories,
    )
