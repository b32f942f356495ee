"""How an agent sounds: what staff choose for each, and how it says words that a voice gets wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from lib.database import in_database
from voice.reading.normalise import SpokenAs
from voice.stt.names import names_of
from voice.tts.speaker import Voice

DEFAULT_LANGUAGE = "en"
LANGUAGE = RegexValidator(r"^[a-z]{2}$", _("Write a language as two letters, as in en."))


class AgentVoice(models.Model):
    """The voice settings of one agent. An agent without a row has the defaults of this class."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="voice", verbose_name=_("agent"))
    name = models.CharField(
        _("voice"),
        max_length=100,
        blank=True,
        help_text=_("A voice of the speech provider that is set up. Empty: the provider's default."),
    )
    speed = models.FloatField(
        _("speed"),
        default=1.0,
        validators=[MinValueValidator(0.5), MaxValueValidator(2.0)],
        help_text=_("From 0.5 to 2; 1 is natural."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        default=DEFAULT_LANGUAGE,
        validators=[LANGUAGE],
        help_text=_(
            "What visitors speak, as two letters. Where nobody who is set up understands it, no microphone is offered."
        ),
    )
    spoken_greeting = models.CharField(
        _("spoken greeting"),
        max_length=500,
        blank=True,
        help_text=_("Said when a live conversation begins. Empty: the written greeting."),
    )
    may_dictate = models.BooleanField(
        _("dictation by the browser"),
        default=False,
        help_text=_("Visitors may dictate with their browser's own service, which sends the sound to its maker."),
    )

    class Meta:
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        constraints = (models.CheckConstraint(condition=models.Q(speed__gte=0.5, speed__lte=2.0), name="voice_speed"),)

    def __str__(self) -> str:
        return str(_("Voice of %(agent)s") % {"agent": self.agent.name})


class Pronunciation(models.Model):
    """How one word is said."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="pronunciations", verbose_name=_("agent"))
    word = models.CharField(_("word"), max_length=80)
    spoken = models.CharField(_("said as"), max_length=160)

    class Meta:
        ordering = ("word",)
        verbose_name = _("pronunciation")
        verbose_name_plural = _("pronunciations")
        constraints = (models.UniqueConstraint(Lower("word"), "agent", name="pronunciation_word"),)

    def __str__(self) -> str:
        return f"{self.word}: {self.spoken}"


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """What a turn needs to know of an agent's voice; plain values for any thread."""

    voice: Voice
    pronunciations: tuple[SpokenAs, ...] = ()
    greeting: str = ""
    may_dictate: bool = False
    names: tuple[str, ...] = field(default=(), compare=False)  # that recognition had better know


@in_database
def settings_of(agent_id: uuid.UUID) -> VoiceSettings:
    """The settings of one agent, or the defaults."""
    agent = Agent.objects.select_related("voice").filter(pk=agent_id).first()
    row = getattr(agent, "voice", None) or AgentVoice(speed=1.0, language=DEFAULT_LANGUAGE)
    pronunciations = tuple(SpokenAs(each.word, each.spoken) for each in Pronunciation.objects.filter(agent=agent_id))
    return VoiceSettings(
        voice=Voice(row.name, row.speed, row.language),
        pronunciations=pronunciations,
        names=names_of(agent_id, tuple(each.word for each in pronunciations)),
        greeting=row.spoken_greeting or (agent.greeting if agent else ""),
        may_dictate=row.may_dictate,
    )
