"""Summaries of sessions for a visitor's next one, and who agreed to them. Off until switched on for an agent."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from conversations.models import Session
from leads.models import Lead

MAX_CHARS = 300  # of a summary: what two sentences take, some 75 tokens


class MemorySettings(models.Model):
    """Whether an agent remembers visitors who allow it."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="memory_settings", primary_key=True)
    is_on = models.BooleanField(
        _("remembers visitors who allow it"),
        default=False,
        help_text=_(
            "Each visitor is asked once. After half an hour of rest a short summary of the conversation is kept for"
            " their next visit in the same browser; they can read and delete it."
        ),
    )

    class Meta:
        verbose_name = _("memory settings")
        verbose_name_plural = _("memory settings")

    def __str__(self) -> str:
        return str(self.agent)


class VisitorChoice(models.Model):
    """A visitor's answer to whether agents that are offered together may remember them. Without a row, none may.

    It is kept as long as anything else of the visitor, and for at least a year (`memory.tidying`).
    """

    visitor = models.CharField(_("visitor"), max_length=64)  # as in Session: a hash of their cookie
    circle = models.CharField(_("agents it holds for"), max_length=70)  # as `Brand.circle` names them
    is_allowed = models.BooleanField(_("allowed"))
    question = models.CharField(_("question they answered"), max_length=300)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        verbose_name = _("visitor's choice")
        verbose_name_plural = _("visitors' choices")
        constraints = (models.UniqueConstraint(fields=["visitor", "circle"], name="visitor_choice_once"),)

    def __str__(self) -> str:
        return str(_("allowed") if self.is_allowed else _("refused"))


class SummaryQuerySet(models.QuerySet["SessionSummary"]):
    def kept(self) -> SummaryQuerySet:
        """Summaries with a text: neither forgotten nor still to be made."""
        return self.filter(is_forgotten=False).exclude(text="")

    def forget(self) -> int:
        """Delete their texts for good. These sessions are not summarised again. Returns how many had a text."""
        number = self.kept().count()
        self.update(text="", vector=None, is_forgotten=True, due_at=None)
        return number

    def known_to(self, visitor: str) -> SummaryQuerySet:
        """A visitor's own summaries, and those of other browsers that they have confirmed to be theirs."""
        if not visitor:
            return self.none()
        known = Q(visitor=visitor)
        for earlier, agent_id in VisitorLink.objects.filter(visitor=visitor).values_list("earlier", "agent_id"):
            known |= Q(visitor=earlier, agent=agent_id)
        return self.filter(known)


class SessionSummary(models.Model):
    """The summary of one session, deleted with it. While one is owed, `due_at` says when."""

    is_part = True  # of a session, which is counted itself

    class By(models.TextChoices):
        MODEL = "model", _("written by the model")
        FACTS = "facts", _("from titles and facts")

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="summary")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="summaries", verbose_name=_("agent"))
    visitor = models.CharField(_("visitor"), max_length=64, editable=False)
    text = models.CharField(_("summary"), max_length=MAX_CHARS, blank=True)
    by = models.CharField(_("how it was made"), max_length=10, choices=By, blank=True)
    vector = models.BinaryField(_("vector"), null=True, editable=False)  # float16, little endian; NULL without a model
    last_seq = models.PositiveIntegerField(_("up to message"), default=0, editable=False)
    is_forgotten = models.BooleanField(_("forgotten"), default=False, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    updated_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ("-updated_at",)
        indexes = (models.Index(fields=["visitor", "agent", "-updated_at"], name="summary_of_visitor"),)
        constraints = (
            models.CheckConstraint(condition=Q(is_forgotten=False) | Q(text=""), name="summary_forgotten_is_empty"),
        )

    def __str__(self) -> str:
        return self.text


class VisitorLink(models.Model):
    """`visitor` has confirmed by e-mail that they were here before as `earlier`. Deleted with either lead.

    It works in this direction only: somebody who typed another person's address earlier learns nothing about the person
    who confirms it later.
    """

    is_part = True  # of a lead, which is counted itself

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("agent"))
    visitor = models.CharField(_("visitor"), max_length=64, editable=False)
    earlier = models.CharField(_("earlier visitor"), max_length=64, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", verbose_name=_("lead"))
    earlier_lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", verbose_name=_("earlier lead"))
    created_at = models.DateTimeField(_("confirmed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("visitor's link")
        verbose_name_plural = _("visitors' links")
        constraints = (models.UniqueConstraint(fields=["visitor", "agent", "earlier"], name="visitor_link_once"),)
        indexes = (models.Index(fields=["earlier"], name="visitor_link_earlier"),)

    def __str__(self) -> str:
        return str(self.created_at)


class LinkRequest(models.Model):
    """One e-mail that asks for a link, and whether it was confirmed. Deleted after a day, for which it counts."""

    VALID = timedelta(hours=1)
    KEPT = timedelta(days=1)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("agent"))
    visitor = models.CharField(_("visitor"), max_length=64, editable=False)
    earlier = models.CharField(_("earlier visitor"), max_length=64, editable=False)
    # Whoever deletes a lead cannot have more e-mails sent by it: the row stays, and cannot be confirmed.
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("lead"))
    earlier_lead = models.ForeignKey(
        Lead, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("earlier lead")
    )
    address = models.CharField(_("hash of the address"), max_length=64, editable=False, db_index=True)
    is_over = models.BooleanField(_("used or withdrawn"), default=False, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("request for a link")
        verbose_name_plural = _("requests for links")

    def __str__(self) -> str:
        return str(self.created_at)
