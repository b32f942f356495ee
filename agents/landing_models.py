"""The words of the landing page, which each agent may have. These models import no others."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class LandingPage(models.Model):
    """The words of the landing page for one agent. Only those of the agent on the landing page are shown."""

    agent = models.OneToOneField(
        "agents.Agent", on_delete=models.CASCADE, related_name="landing_page", verbose_name=_("agent")
    )
    headline = models.CharField(_("headline"), max_length=90, help_text=_("A sentence of at most 9 words."))
    subline = models.CharField(
        _("line under it"), blank=True, max_length=220, help_text=_("A sentence of at most 25 words.")
    )
    primary_action = models.CharField(
        _("first button"), blank=True, max_length=40, help_text=_("Leave it empty for “Ask a question”.")
    )
    secondary_action = models.CharField(
        _("second button"), blank=True, max_length=40, help_text=_("Leave it empty for “See how it answers”.")
    )
    how_title = models.CharField(
        _("title of “how it answers”"), blank=True, max_length=90, help_text=_("Leave it empty for “How it answers”.")
    )
    how_question = models.CharField(
        _("question shown there"),
        blank=True,
        max_length=200,
        help_text=_("Answered from the agent's knowledge. Without a question that part is not shown."),
    )
    questions = models.TextField(
        _("questions and answers"),
        blank=True,
        max_length=2000,
        help_text=_("One a line; answered from the agent's knowledge."),
    )

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")

    def __str__(self) -> str:
        return _("Landing page of %(agent)s") % {"agent": self.agent.name}

    def get_absolute_url(self) -> str:
        return reverse("landing")

    @property
    def question_list(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]


class Feature(models.Model):
    """One claim on the landing page, with its proof."""

    page = models.ForeignKey(
        LandingPage, on_delete=models.CASCADE, related_name="features", verbose_name=_("landing page")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("claim"), max_length=80)
    text = models.CharField(_("text"), max_length=240)
    proof = models.CharField(_("proof"), max_length=120, blank=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("feature")
        verbose_name_plural = _("features")

    def __str__(self) -> str:
        return self.title
