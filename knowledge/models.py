"""An agent's knowledge as staff gave it (documents) and as it is searched (chunks)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent


class Document(models.Model):
    """A page of knowledge, pasted or uploaded, and how far its indexing is."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="documents", verbose_name=_("agent"))
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="documents/", blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown or plain text."))
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.name


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
