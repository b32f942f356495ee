"""What the panel knows of voice: `{% load voice %}{% voice_of agent as voice %}`."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template import Context
from django.utils.translation import override

from agents.models import Agent
from lib.web.content_policy import allow_web_assembly
from voice.models import DEFAULT_LANGUAGE, AgentVoice
from voice.notices import language_name
from voice.stt import chain as ears
from voice.tts import chain as voices

register = template.Library()


@dataclass(frozen=True, slots=True)
class PanelVoice:
    """What a visitor may do by voice with this agent, and the limits of a recording."""

    can_listen: bool
    is_deaf: bool  # it was meant to listen, and cannot just now
    can_speak: bool
    may_dictate: bool
    max_s: int
    max_bytes: int
    unheard: str = ""  # the agent's language, where nobody who is set up understands it

    @property
    def abilities(self) -> str:
        """In the words that scripts and sheets look for."""
        words = {
            "listens": self.can_listen,
            "deaf": self.is_deaf,
            "speaks": self.can_speak,
            "dictates": self.may_dictate,
        }
        return " ".join(word for word, is_so in words.items() if is_so)

    @property
    def can_talk(self) -> bool:
        """A live conversation, which both listens and speaks."""
        return self.can_listen and self.can_speak


@register.simple_tag(takes_context=True)
def voice_of(context: Context, agent: Agent) -> PanelVoice | None:
    """None where nothing can be done by voice. A query for the first of several calls with the same object.

    A page that offers live conversations may run WebAssembly, which voice activity detection is made of; no other may.
    """
    row: AgentVoice | None = getattr(agent, "voice", None)
    may_dictate = bool(row and row.may_dictate)
    language = row.language if row else DEFAULT_LANGUAGE
    can_listen, can_speak = ears.is_available(language), voices.is_available()
    is_heard = ears.hears(language)
    is_deaf = not can_listen and is_heard and ears.is_wanted()
    if not (can_listen or is_deaf or can_speak or may_dictate or not is_heard):
        return None
    limits = settings.MAX_AUDIO_DURATION, settings.MAX_AUDIO_SIZE
    with override(settings.LANGUAGE_CODE):  # read by staff, whose words are English on a page of any language
        unheard = "" if is_heard else language_name(language)
    voice = PanelVoice(can_listen, is_deaf, can_speak, may_dictate, *limits, unheard=unheard)
    if voice.can_talk and (request := context.get("request")):
        allow_web_assembly(request)
    return voice
