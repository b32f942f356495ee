"""An agent's knowledge as staff gave it (documents) and as it is searched (chunks)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import Agent


class DocumentQuerySet(models.QuerySet["Document"]):
    def unattended(self, at: datetime) -> DocumentQuerySet:
        """To be indexed by their rows, but no living process works on them."""
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at), is_owed=True)


class Document(models.Model):
    """A page of knowledge, pasted or uploaded, and how far its indexing is.

    The row, not a request or a thread, says that it is to be indexed: `is_owed`. One that is ready and indexed again
    is searched as it was until then.
    """

    file_words = _("uploaded files")  # for who deletes

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    # Renewed with every step of some two seconds; what a killed process left is taken up within 20 s.
    LEASE = timedelta(seconds=15)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="documents", verbose_name=_("agent"))
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="documents/", blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown or plain text."))
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    is_owed = models.BooleanField(_("to be indexed"), default=True, editable=False)
    progress = models.FloatField(_("progress"), default=0, editable=False)  # 0 to 1
    text_format = models.PositiveSmallIntegerField(_("format its chunks were made in"), default=0, editable=False)
    takeovers = models.PositiveSmallIntegerField(_("taken over from a dead process"), default=0, editable=False)
    lease_owner = models.CharField(_("worked on by"), max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(_("worked on until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        # Without it each look for work reads through the texts, 2 MB each.
        indexes = (models.Index(fields=["lease_until"], name="document_owed", condition=Q(is_owed=True)),)

    def __str__(self) -> str:
        return self.name

    def change_text(self) -> None:
        """Its text is another one: what was indexed is not answered from any more, and whoever is at the old text finds
        the lease gone. Not saved yet."""
        self.status, self.error = self.Status.PENDING, ""
        self.is_owed, self.progress, self.takeovers = True, 0, 0
        self.lease_owner, self.lease_until = "", None


class Chunk(models.Model):
    """One passage of a document, never across a heading, with the vectors of its sentences where a model made them."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="chunks", verbose_name=_("document"))
    position = models.PositiveIntegerField(_("position"))
    heading = models.CharField(_("heading"), max_length=500, blank=True)
    text = models.TextField(_("text"))
    vectors = models.BinaryField(_("vectors"), null=True, editable=False)

    class Meta:
        ordering = ("position",)
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        constraints = (models.UniqueConstraint(fields=["document", "position"], name="chunk_position"),)

    def __str__(self) -> str:
        return f"{self.document.name} › {self.heading}"
