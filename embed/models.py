"""How an agent appears on other websites, and which were refused. The list of allowed hosts is a field of the agent."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent

MAX_AFTER_S = 3600


def new_secret() -> str:
    """A secret with which a host signs the ids of its users: 32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def validate_paths(text: str) -> None:
    """Validates the model's field: one path on each line, beginning with a slash."""
    if any(line.strip() and not line.strip().startswith("/") for line in text.splitlines()):
        raise ValidationError(_("Begin each path with a slash, for example /pricing or /shop/*."))


class EmbedSettings(models.Model):
    """Place and words of the launcher, when it greets, and the secret for the ids of a host's users."""

    is_part = True  # of an agent, which is counted itself

    class Side(models.TextChoices):
        RIGHT = "right", _("right")
        LEFT = "left", _("left")

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="embed_settings", primary_key=True)
    side = models.CharField(_("corner"), max_length=5, choices=Side, default=Side.RIGHT)
    launcher_text = models.CharField(
        _("words on the button"), max_length=30, blank=True, help_text=_("Without any the button is round.")
    )
    greeting = models.CharField(
        _("greeting"),
        max_length=160,
        blank=True,
        help_text=_("A line beside the button, at most once a visit. Without it nobody is greeted."),
    )
    greet_after_s = models.PositiveIntegerField(
        _("after (s)"), null=True, blank=True, validators=[MaxValueValidator(MAX_AFTER_S)]
    )
    greet_at_scroll = models.PositiveIntegerField(
        _("when so much was scrolled (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    greet_on_exit = models.BooleanField(_("when the mouse leaves the page at its top"), default=False)
    greet_back = models.BooleanField(_("at once, when they have used the chat before"), default=False)
    greet_on = models.TextField(
        _("only on these paths"),
        blank=True,
        max_length=1000,
        validators=[validate_paths],
        help_text=_("One a line; a star stands for anything: /pricing, /shop/*. Without any: on all pages."),
    )
    secret = models.CharField(_("secret"), max_length=64, default=new_secret, editable=False)

    class Meta:
        verbose_name = _("embedding")
        verbose_name_plural = _("embedding")

    def __str__(self) -> str:
        return str(self.agent)


class RefusedHost(models.Model):
    """A website whose pages tried to show an agent that is not listed for it."""

    MAX_PER_AGENT = 50

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="refused_hosts")
    host = models.CharField(_("web site"), max_length=300)
    count = models.PositiveIntegerField(_("how often"), default=1)
    first_at = models.DateTimeField(_("first"), auto_now_add=True)
    last_at = models.DateTimeField(_("last"), auto_now=True)

    class Meta:
        ordering = ("-last_at",)
        verbose_name = _("web site that was refused")
        verbose_name_plural = _("web sites that were refused")
        constraints = (models.UniqueConstraint(fields=["agent", "host"], name="refused_host_once"),)

    def __str__(self) -> str:
        return self.host
