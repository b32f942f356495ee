"""When people answer instead of an agent, and what they store for that: canned replies, notes, read marks, presence."""

from __future__ import annotations

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from conversations.models import Session
from inbox.hours import HoursInvalid, parse

SHORTCUT = RegexValidator(r"^[\w-]+$", _("Use letters, digits, “-” and “_”."))


def validate_hours(text: str) -> None:
    try:
        parse(text)
    except HoursInvalid as error:
        raise ValidationError(
            _("“%(line)s” is not understood. Write like “Mon-Fri 9:00-17:00”."), params={"line": error.line}
        ) from None


def validate_time_zone(name: str) -> None:
    if name and name not in zoneinfo.available_timezones():
        raise ValidationError(_("Write the name of a time zone, for example Europe/Berlin."))


class HandoverSettings(models.Model):
    """When an agent asks for a person, and how long a visitor waits for one."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="handover_settings", primary_key=True)
    is_on = models.BooleanField(
        _("people can join"),
        default=True,
        help_text=_("Off: visitors cannot ask for a person, and the agent never does. Staff may still take over."),
    )
    wait_s = models.PositiveIntegerField(
        _("how long a visitor waits for a person (s)"),
        default=180,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_("Then they are told that nobody could come, and the agent answers again."),
    )
    answer_s = models.PositiveIntegerField(
        _("how long a person may take for an answer (s)"),
        default=600,
        validators=[MinValueValidator(30), MaxValueValidator(86_400)],
        help_text=_("Then the agent answers again, so that nobody waits for somebody who has left."),
    )
    hours = models.TextField(
        _("when people are there"),
        blank=True,
        max_length=500,
        validators=[validate_hours],
        help_text=_("One line each, for example “Mon-Fri 9:00-17:00”. Without any line they are always there."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Of these hours, for example Europe/Berlin; that of the server where none is named."),
    )
    # For these reasons the agent asks by itself, but only while somebody has the inbox open.
    after_unknown = models.BooleanField(_("after two questions it could not answer"), default=True)
    after_anger = models.BooleanField(_("when the visitor is annoyed"), default=True)
    after_promise = models.BooleanField(_("when it has promised that somebody acts"), default=True)
    at_score = models.PositiveIntegerField(
        _("for leads from this score on"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("From 0 to 100; without a number the score is no reason."),
    )
    at_close = models.BooleanField(_("when the visitor is ready to buy"), default=False)

    class Meta:
        verbose_name = _("hand-over settings")
        verbose_name_plural = _("hand-over settings")
        permissions = (("answer_session", _("Can take conversations over and answer them")),)

    def __str__(self) -> str:
        return str(self.agent)


class CannedReply(models.Model):
    """A prepared text that staff insert into an answer by typing its shortcut."""

    agent = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("agent"),
        help_text=_("Without one it is for all agents."),
    )
    shortcut = models.CharField(
        _("shortcut"), max_length=40, validators=[SHORTCUT], help_text=_("Typed behind “/” in the inbox.")
    )
    text = models.TextField(_("text"), max_length=5000)

    class Meta:
        ordering = ("shortcut",)
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = (models.UniqueConstraint(fields=["agent", "shortcut"], name="canned_reply_shortcut"),)

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class Note(models.Model):
    """A note of staff about a conversation. Only staff see it."""

    is_part = True  # of a session: a deletion counts the session, not its parts

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="notes", verbose_name=_("session"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    author_name = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("text"), max_length=5000)
    after_seq = models.PositiveIntegerField(_("after message"), default=0)
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("created_at", "pk")
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"


class Seen(models.Model):
    """Up to which message a member of staff has read a conversation."""

    is_part = True  # of a session

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = (models.UniqueConstraint(fields=["session", "user"], name="seen_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.seq}"


class Closing(models.Model):
    """Marks a conversation as closed by staff. A newer message than `seq` opens it again."""

    is_part = True  # of a session

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="closing", primary_key=True)
    seq = models.PositiveIntegerField(_("up to message"))
    by = models.CharField(_("closed by"), max_length=80)
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)

    class Meta:
        verbose_name = _("closed conversation")
        verbose_name_plural = _("closed conversations")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.seq}"


class Presence(models.Model):
    """When a member of staff last had the inbox open; renewed while it is open."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seen_at = models.DateTimeField(_("seen"), db_index=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.seen_at}"
