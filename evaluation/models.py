"""Test cases of an agent, evaluations with their results, and gaps: what the agent did not know."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, PromptVersion
from conversations.models import Message
from evaluation.phrases import validate_phrase
from knowledge.models import Document
from lib.text import shorten

MAX_CASES = 200  # of one agent; asking them three times takes a model some half an hour
MAX_PHRASES = 20
MAX_TURNS = 20  # as many as a reply gets of its conversation (HISTORY_MESSAGES)
MAX_QUESTION_CHARS = 2000
MAX_TURN_CHARS = 10_000  # the longest message that a visitor may send
ROLES = ("user", "assistant")


def validate_phrases(phrases: Any) -> None:
    if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
        raise ValidationError(_("Write a list of phrases."))
    if len(phrases) > MAX_PHRASES:
        raise ValidationError(_("At most %(most)s phrases are looked for."), params={"most": MAX_PHRASES})
    for phrase in phrases:
        validate_phrase(phrase)


def validate_history(turns: Any) -> None:
    """A list of {"role": "user" or "assistant", "text"}."""
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        raise ValidationError(_("Write a list of turns, each with a role (user or assistant) and a text."))
    if len(turns) > MAX_TURNS:
        raise ValidationError(_("At most %(most)s turns may come before the question."), params={"most": MAX_TURNS})
    if any(len(turn["text"]) > MAX_TURN_CHARS for turn in turns):
        raise ValidationError(_("A turn has more than %(most)s characters."), params={"most": f"{MAX_TURN_CHARS:,}"})


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and turn.get("role") in ROLES
        and isinstance(turn.get("text"), str)
        and bool(turn["text"].strip())
    )


class Case(models.Model):
    """A question with what its answer must and must not hold; what a prompt version is tested with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="cases", verbose_name=_("agent"))
    position = models.PositiveIntegerField(_("order"), default=0)
    question = models.TextField(_("question"), max_length=MAX_QUESTION_CHARS)
    history = models.JSONField(_("said before"), default=list, blank=True, validators=[validate_history])
    must = models.JSONField(_("the answer must say"), default=list, blank=True, validators=[validate_phrases])
    must_not = models.JSONField(_("the answer must not say"), default=list, blank=True, validators=[validate_phrases])
    cites = models.ManyToManyField(
        Document, blank=True, related_name="cases", verbose_name=_("the answer must be taken from")
    )
    refuses = models.BooleanField(_("the agent must say that it does not know"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ("position", "created_at", "id")
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = (models.Index(fields=["agent", "position"], name="case_in_order"),)

    def __str__(self) -> str:
        return shorten(self.question, 60)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Put a new case after the agent's others, unless it has a position."""
        if self._state.adding and not self.position:
            self.position = (self.agent.cases.aggregate(last=Max("position"))["last"] or 0) + 1
        super().save(*args, **kwargs)


def require_expectation(must: Iterable[str], must_not: Iterable[str], cites: Iterable[Any], *, refuses: bool) -> None:
    """Raises ValidationError for a case that could never fail, or never pass."""
    if not (refuses or list(must) or list(must_not) or list(cites)):
        raise ValidationError(_g("Say at least one thing that the answer must or must not do: no answer could fail."))
    if refuses and list(cites):
        raise ValidationError(_g("Who does not know takes the answer from no document: choose one of the two."))


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def under_way(self) -> EvaluationQuerySet:
        return self.filter(status__in=[Evaluation.Status.WAITING, Evaluation.Status.RUNNING])


class Evaluation(models.Model):
    """An agent's cases asked with one prompt version, each `repeat` times. A case passes if all its runs pass."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")

    # Shorter than a task may take (`worker.MAX_RUN`), so that the lease is free when a task is run again.
    LEASE = timedelta(seconds=44)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="evaluations", verbose_name=_("agent"))
    version = models.ForeignKey(
        PromptVersion, on_delete=models.CASCADE, related_name="evaluations", verbose_name=_("prompt version")
    )
    repeat = models.PositiveSmallIntegerField(_("runs of each case"), default=1)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(_("cases"), default=0)
    passed = models.PositiveIntegerField(_("passed"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("begun by"),
    )
    error = models.CharField(_("why it could not be finished"), max_length=300, blank=True)
    publishes = models.BooleanField(_("publishes the version when it passes"), default=False)
    override_reason = models.CharField(_("why it was published all the same"), max_length=500, blank=True)
    overridden_by = models.CharField(_("by whom"), max_length=200, blank=True)  # kept when the account is deleted
    overridden_at = models.DateTimeField(_("when"), null=True, blank=True)
    lease_until = models.DateTimeField(_("worked on until"), null=True, editable=False)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        permissions = (("override_evaluation", _("Can publish a prompt that failed its cases")),)
        indexes = (models.Index(fields=["agent", "-created_at", "-id"], name="evaluation_newest"),)

    def __str__(self) -> str:
        return _g("%(agent)s, version %(number)s") % {"agent": self.agent, "number": self.version.number}

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def progress(self) -> float:
        """The share of its answers that exist, 0 to 1. Makes a query while it is running."""
        if not self.is_under_way:
            return 1.0
        return CaseRun.objects.filter(case__evaluation=self).count() / max(self.total * self.repeat, 1)

    @property
    def share(self) -> float:
        """The share of cases that passed, 0 to 1."""
        return self.passed / self.total if self.total else 1.0

    def claim(self, at: datetime) -> bool:
        """Take its lease, unless a living process has it or it has ended."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=at)
        mine = Evaluation.objects.under_way().filter(free, pk=self.pk)
        return bool(mine.update(lease_until=at + self.LEASE, status=self.Status.RUNNING))

    def release(self) -> None:
        """Give the lease up, so that another process can continue."""
        Evaluation.objects.filter(pk=self.pk).update(lease_until=None)

    def finish(self, passed: int, failed: int, at: datetime) -> None:
        self.passed, self.failed, self.ended_at, self.lease_until = passed, failed, at, None
        self.status = self.Status.FAILED if failed else self.Status.PASSED
        self.save(update_fields=["passed", "failed", "status", "ended_at", "lease_until"])

    def break_off(self, why: str, passed: int, failed: int, at: datetime) -> bool:
        """End it as failed because it cannot be finished. Returns False if it has ended already."""
        mine = Evaluation.objects.under_way().filter(pk=self.pk)
        ended = {"status": self.Status.FAILED, "error": why[:300], "ended_at": at, "lease_until": None}
        return bool(mine.update(passed=passed, failed=failed, **ended))


class EvaluatedCase(models.Model):
    """A copy of a case for one evaluation, so that later changes of the case do not change it."""

    is_part = True  # of an evaluation, which is counted itself

    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="cases", verbose_name=_("evaluation")
    )
    case = models.ForeignKey(
        Case, on_delete=models.SET_NULL, null=True, related_name="evaluated", verbose_name=_("case")
    )
    position = models.PositiveIntegerField(_("order"))
    question = models.TextField(_("question"))
    history = models.JSONField(_("said before"), default=list)
    must = models.JSONField(_("the answer must say"), default=list)
    must_not = models.JSONField(_("the answer must not say"), default=list)
    cites = models.JSONField(_("the answer must be taken from"), default=dict)  # document id -> name
    refuses = models.BooleanField(_("the agent must say that it does not know"), default=False)

    class Meta:
        ordering = ("position",)
        verbose_name = _("evaluated case")
        verbose_name_plural = _("evaluated cases")
        constraints = (models.UniqueConstraint(fields=["evaluation", "position"], name="evaluated_case_once"),)

    def __str__(self) -> str:
        return shorten(self.question, 60)

    @property
    def passed_runs(self) -> int:
        """How many of its answers passed so far. Makes no query if `runs` were prefetched."""
        return sum(run.has_passed for run in self.runs.all())


class CaseRun(models.Model):
    """One answer to an evaluated case, and what was wrong with it, in words."""

    is_part = True

    case = models.ForeignKey(EvaluatedCase, on_delete=models.CASCADE, related_name="runs", verbose_name=_("case"))
    number = models.PositiveSmallIntegerField(_("run"))
    faults = models.JSONField(_("what failed"), default=list)
    answer = models.TextField(_("answer"), blank=True)
    sources = models.JSONField(_("sources"), default=list)
    certainty = models.CharField(_("how sure"), max_length=10, blank=True)
    asked = models.CharField(_("asked for"), max_length=40, blank=True)
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=100, blank=True)
    input_tokens = models.PositiveIntegerField(_("tokens in"), null=True)
    output_tokens = models.PositiveIntegerField(_("tokens out"), null=True)
    total_ms = models.PositiveIntegerField(_("ms in all"), null=True)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        ordering = ("number",)
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = (models.UniqueConstraint(fields=["case", "number"], name="case_run_once"),)

    def __str__(self) -> str:
        return f"{self.case} {self.number}"

    @property
    def has_passed(self) -> bool:
        return not self.faults


class Gap(models.Model):
    """A question that the knowledge did not answer, in all the words in which it was asked."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        DISMISSED = "dismissed", _("dismissed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="gaps", verbose_name=_("agent"))
    question = models.TextField(_("question"))  # in the words of the first time, without personal data
    vector = models.BinaryField(_("meaning"), null=True, editable=False)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.OPEN)
    document = models.ForeignKey(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        indexes = (models.Index(fields=["agent", "status", "-created_at"], name="gap_of_agent"),)

    def __str__(self) -> str:
        return shorten(self.question, 80)

    def close(self, status: Gap.Status, document: Document | None = None) -> None:
        self.status, self.document, self.closed_at = status, document, timezone.now()
        self.save(update_fields=["status", "document", "closed_at"])

    def reopen(self) -> None:
        """Open it again because it was asked again and the answer did not help."""
        self.status, self.closed_at = self.Status.OPEN, None
        self.save(update_fields=["status", "closed_at"])


class GapQuestion(models.Model):
    """One message that asked a gap's question. Deleted with its conversation."""

    is_part = True  # of a gap, which is counted itself

    class Kind(models.TextChoices):
        REFUSED = "refused", _("did not know")
        HEDGED = "hedged", _("was not sure")
        WITHHELD = "withheld", _("a sentence was held back")
        DISLIKED = "disliked", _("the visitor says it did not help")

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="questions", verbose_name=_("gap"))
    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="gap_question", verbose_name=_("message")
    )
    kind = models.CharField(_("why"), max_length=10, choices=Kind)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        ordering = ("-asked_at",)
        verbose_name = _("question of a gap")
        verbose_name_plural = _("questions of gaps")
        indexes = (models.Index(fields=["gap", "-asked_at"], name="gap_question_newest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.message_id}"
