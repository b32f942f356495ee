"""Which embedding model's vectors an agent is searched by, and where the models are that made them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from language.embeddings import KEY_CHARS


class AgentVectors(models.Model):
    """The model whose vectors an agent is searched by. Another one takes its place once all passages have its vectors.

    Made with the first document that is indexed with a model.
    """

    is_part = True  # of its agent, and not counted by who deletes that

    agent = models.OneToOneField(
        Agent, models.CASCADE, primary_key=True, related_name="searched_by", verbose_name=_("agent")
    )
    key = models.CharField(_("model"), max_length=KEY_CHARS)

    class Meta:
        verbose_name = _("vectors of an agent")
        verbose_name_plural = _("vectors of agents")

    def __str__(self) -> str:
        return self.key


class EmbeddingModelQuerySet(models.QuerySet["EmbeddingModel"]):
    def used(self, at: datetime) -> Self:
        """Those that a process is set up with now."""
        return self.filter(used_at__gt=at - EmbeddingModel.LEASE)


class EmbeddingModel(models.Model):
    """A model that was set up here, so that questions can be compared with its vectors while another makes its own.

    The first one by `set_up_at` is the leading one, whose vectors are made; another takes its place only when no
    process is set up with the leading one any more. Processes with different models would else undo each other's work
    for ever.
    """

    LEASE = timedelta(seconds=60)  # a process renews it every few seconds, and may be held up for longer than that

    key = models.CharField(_("model"), max_length=KEY_CHARS, primary_key=True)
    folder = models.CharField(_("folder"), max_length=1000, blank=True)  # "" for the packaged one
    set_up_at = models.DateTimeField(_("set up"))
    used_at = models.DateTimeField(_("used by a process"), null=True, editable=False)

    objects = EmbeddingModelQuerySet.as_manager()

    class Meta:
        ordering = ("-set_up_at",)
        verbose_name = _("embedding model")
        verbose_name_plural = _("embedding models")

    def __str__(self) -> str:
        return self.key
