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
def voice_of(agent: Agent) -> PanelVoice | None:
    """None where nothing can be done by voice. A query for the first of several calls with the same object."""
    row: AgentVoice | None = getattr(agent, "voice", None)
    may_dictate = bool(row and row.may_dictate)
    can_listen, can_speak = ears.is_available(), voices.is_available()
    if not (can_listen or can_speak or may_dictate):
        return None
    return PanelVoice(can_listen, can_speak, may_dictate, settings.MAX_AUDIO_DURATION, settings.MAX_AUDIO_SIZE)
