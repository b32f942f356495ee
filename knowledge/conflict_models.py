"""The comparisons between an agent's documents, and the conflicts that were found."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

READY = "ready"  # the state of a document, as in models.py, which imports this module


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def unattended(self, at: datetime) -> ComparisonQuerySet:
        """Comparisons that are owed, but no living process works on them."""
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at), is_owed=True)

    def owe(self, document_id: uuid.UUID) -> None:
        """Store that the document is to be compared with the agent's others, because its passages changed."""
        owed = {"is_owed": True, "keys": b"", "takeovers": 0, "lease_owner": "", "lease_until": None}
        self.update_or_create(document_id=document_id, defaults=owed)


class Comparison(models.Model):
    """The state of comparing a document with its agent's others, and the keys by which the others find it."""

    is_part = True  # of its document, and not counted by who deletes that

    LEASE = timedelta(seconds=30)  # renewed with every step of a second or two

    document = models.OneToOneField("knowledge.Document", models.CASCADE, primary_key=True, verbose_name=_("document"))
    is_owed = models.BooleanField(_("to be compared"), default=True)
    keys = models.BinaryField(_("keys"), default=b"")
    rules = models.PositiveSmallIntegerField(_("rules it was compared by"), default=0)
    takeovers = models.PositiveSmallIntegerField(_("taken over from a dead process"), default=0)
    lease_owner = models.CharField(_("worked on by"), max_length=64, blank=True)
    lease_until = models.DateTimeField(_("worked on until"), null=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        indexes = (models.Index(fields=["lease_until"], name="comparison_owed", condition=Q(is_owed=True)),)

    def __str__(self) -> str:
        return self.document.name


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        """Conflicts that staff should look at: both documents are in use."""
        answering = {
            f"{side}__{name}": value
            for side in ("one", "other")
            for name, value in (("status", READY), ("gone_at__isnull", True))
        }
        return self.filter(state=Conflict.State.OPEN, **answering)


class Conflict(models.Model):
    """Passages of two documents of an agent that repeat each other, or give different values for the same thing.

    A quote is the sentence or row of the passage with the figure, which goes from `start` to `end`. The same quotes in
    the same two documents are one row, whatever changes around them. `alike` is equal for the same quotes anywhere.
    """

    is_part = True  # of its documents, and not counted by who deletes those

    class Kind(models.TextChoices):
        CONTRADICTION = "contradiction", _("two values")
        DUPLICATE = "duplicate", _("said twice")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DISMISSED = "dismissed", _("dismissed")
        RESOLVED = "resolved", _("resolved")

    class Reason(models.TextChoices):
        BOTH_RIGHT = "both_right", _("Both are right: they are about two things")
        KNOWN = "known", _("It is known, and stays so for now")
        WRONG = "wrong", _("It is no conflict")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(
        "agents.Agent", on_delete=models.CASCADE, related_name="conflicts", verbose_name=_("agent")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    topic = models.CharField(_("what the figures are"), max_length=20, blank=True)
    alike = models.CharField(_("the same for the same quotes"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=150, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    one = models.ForeignKey("knowledge.Document", models.CASCADE, related_name="+", verbose_name=_("one document"))
    one_heading = models.CharField(_("its heading"), max_length=500, blank=True)
    one_text = models.TextField(_("its passage"))
    one_hash = models.CharField(_("hash of its passage"), max_length=64)
    one_quote = models.TextField(_("what it says"), blank=True)
    one_start = models.PositiveIntegerField(_("where its figure begins"), default=0)
    one_end = models.PositiveIntegerField(_("where its figure ends"), default=0)
    other = models.ForeignKey("knowledge.Document", models.CASCADE, related_name="+", verbose_name=_("other document"))
    other_heading = models.CharField(_("heading of the other"), max_length=500, blank=True)
    other_text = models.TextField(_("passage of the other"))
    other_hash = models.CharField(_("hash of the other passage"), max_length=64)
    other_quote = models.TextField(_("what the other says"), blank=True)
    other_start = models.PositiveIntegerField(_("where the other figure begins"), default=0)
    other_end = models.PositiveIntegerField(_("where the other figure ends"), default=0)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ("-found_at", "pk")
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        indexes = (
            models.Index(fields=["agent", "state"], name="conflict_state"),
            models.Index(fields=["agent", "alike"], name="conflict_alike"),
        )
        constraints = (models.UniqueConstraint(fields=["one", "other", "alike"], name="conflict_once"),)

    def __str__(self) -> str:
        figures = [self.one_quote[self.one_start : self.one_end], self.other_quote[self.other_start : self.other_end]]
        return " / ".join(filter(None, figures)) or f"{self.one} / {self.other}"

    def dismiss(self, reason: str, note: str = "", by: str = "") -> int:
        """Mark it, and the same two quotes in other documents, as no conflict. Returns the number of rows."""
        alike = Conflict.objects.filter(agent=self.agent_id, alike=self.alike, state=self.State.OPEN)
        closed = {"reason": reason, "note": note[:300], "closed_by": by[:150], "changed_at": timezone.now()}
        return alike.update(state=self.State.DISMISSED, **closed)

    def reopen(self) -> int:
        """Undo `dismiss`. Returns the number of rows."""
        alike = Conflict.objects.filter(agent=self.agent_id, alike=self.alike, state=self.State.DISMISSED)
        opened = {"reason": "", "note": "", "closed_by": "", "changed_at": timezone.now()}
        return alike.update(state=self.State.OPEN, **opened)
