"""What the panel knows of voice: `{% load voice %}{% voice_of agent as voice %}`."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings

from agents.models import Agent
from voice.models import AgentVoice
from voice.stt import chain as ears
from voice.tts import chain as voices

register = template.Library()


@dataclass(frozen=True, slots=True)
class PanelVoice:
    """What a visitor may do by voice with this agent, and the limits of a recording."""

    can_listen: bool
    can_speak: bool
    may_dictate: bool
    max_s: int
    max_bytes: int


@register.simple_tag
def voice_of(agent: Agent) -> PanelVoice:
    row = AgentVoice.objects.filter(agent=agent).only("may_dictate").first()
    return PanelVoice(
        can_listen=ears.is_available(),
        can_speak=voices.is_available(),
        may_dictate=bool(row and row.may_dictate),
        max_s=settings.MAX_AUDIO_DURATION,
        max_bytes=settings.MAX_AUDIO_SIZE,
    )
