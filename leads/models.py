"""Questions of agents, the facts that visitors told, leads, and alerts to staff."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from conversations.models import Message, Session
from leads.terms import Kind, QuestionData
from leads.terms import Stage as StageName

MAX_QUESTIONS = 20
KIND_LABELS = {
    Kind.NAME: _("name"),
    Kind.EMAIL: _("e-mail address"),
    Kind.PHONE: _("telephone number"),
    Kind.COMPANY: _("company"),
    Kind.NUMBER: _("number"),
    Kind.MONEY: _("amount of money"),
    Kind.DATE: _("date"),
    Kind.CHOICE: _("one of several"),
    Kind.TEXT: _("text"),
}
STAGE_LABELS = {
    StageName.DISCOVER: _("discover"),
    StageName.QUALIFY: _("qualify"),
    StageName.PRESENT: _("present"),
    StageName.OBJECTIONS: _("objections"),
    StageName.CLOSE: _("close"),
    StageName.FOLLOW_UP: _("follow up"),
}
KEY = RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and “_”, beginning with a letter."))
COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Write the two letters of a country, for example GB."))


def validate_addresses(text: str) -> None:
    """Validates a field with one e-mail address on each line."""
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            validate_email(line)
        except ValidationError:
            raise ValidationError(_("“%(line)s” is not an e-mail address."), params={"line": line}) from None


class LeadSettings(models.Model):
    """The settings for an agent's leads: who gets alerts, what visitors are promised, and what they agree to."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="lead_settings", primary_key=True)
    takes_contact = models.BooleanField(
        _("takes contact details"),
        default=True,
        help_text=_("Off: the agent offers no form and promises nothing; what visitors write is still read for facts."),
    )
    alert_addresses = models.TextField(
        _("who is told by e-mail"),
        blank=True,
        max_length=1000,
        validators=[validate_addresses],
        help_text=_("One address a line. Each lead is told of once, and again when more is known of it."),
    )
    answer_time = models.CharField(
        _("when visitors are answered"),
        max_length=200,
        blank=True,
        help_text=_(
            "Said to visitors who leave contact details, for example “They answer on workdays between 9 and 17.”"
        ),
    )
    consent_text = models.CharField(
        _("what visitors agree to"),
        max_length=500,
        default=_("You may use these details to answer me."),
        help_text=_("Stands beside the box that visitors tick; each lead keeps the text that was agreed to."),
    )
    consent_version = models.PositiveIntegerField(_("version of the text"), default=1, editable=False)
    country = models.CharField(
        _("country of telephone numbers"),
        max_length=2,
        blank=True,
        validators=[COUNTRY],
        help_text=_("Two letters, for numbers that are written without +, for example GB."),
    )

    class Meta:
        verbose_name = _("lead settings")
        verbose_name_plural = _("lead settings")

    def __str__(self) -> str:
        return str(self.agent)

    def save(self, *args: object, **kwargs: object) -> None:
        """Count a new version of the text of consent when it changed."""
        before = type(self).objects.filter(pk=self.pk).values_list("consent_text", "consent_version").first()
        if before and before[0] != self.consent_text:
            self.consent_version = before[1] + 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def addresses(self) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in self.alert_addresses.splitlines() if line.strip()))


class Question(models.Model):
    """Something an agent wants to learn from a visitor."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="questions", verbose_name=_("agent"))
    key = models.CharField(_("key"), max_length=40, validators=[KEY], help_text=_("For programs, such as “budget”."))
    label = models.CharField(_("label"), max_length=100, help_text=_("For staff, such as “Budget a month”."))
    ask = models.CharField(
        _("how it is asked"), max_length=300, help_text=_("In the agent's words: “What is your budget a month?”")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind])
    is_required = models.BooleanField(_("required"), default=False)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    when = models.CharField(
        _("asked only when"),
        max_length=141,
        blank=True,
        help_text=_("A key, or “key=value”: asked once that is known. Leave it empty to ask in any case."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = (models.UniqueConstraint(fields=["agent", "key"], name="question_key"),)

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.kind == Kind.CHOICE and len(self.choices) < 2:
            raise ValidationError({"choices": _("Name at least two choices.")})

    @property
    def data(self) -> QuestionData:
        return QuestionData(
            key=self.key,
            label=self.label,
            ask=self.ask,
            kind=Kind(self.kind),
            is_required=self.is_required,
            choices=tuple(self.choices),
            when=self.when,
        )


class LeadQuerySet(models.QuerySet["Lead"]):
    def main(self) -> LeadQuerySet:
        """One row for each person, without leads that are merged into another one."""
        return self.filter(merged_into=None)

    def unseen(self) -> LeadQuerySet:
        return self.main().filter(seen_at=None)


class Lead(models.Model):
    """What one session told about its visitor. Created with the first fact, even if the visitor then leaves."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("open")
        QUALIFIED = "qualified", _("qualified")
        WON = "won", _("won")
        LOST = "lost", _("lost")
        SPAM = "spam", _("spam")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="leads", verbose_name=_("agent"))
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="lead", verbose_name=_("session"))
    # The lead of the same person in another session. A merged lead keeps its facts, so that it can be separated again.
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    # Where that one was merged on by staff: the lead this one belonged to before, and goes back to.
    merged_by_way_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("merged by way of")
    )
    is_apart = models.BooleanField(_("taken apart"), default=False, editable=False)  # by staff; never merged again
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=[(stage.value, STAGE_LABELS[stage]) for stage in StageName],
        default=StageName.DISCOVER.value,
    )
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)  # [{rule, points, fact}]
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="+",
        verbose_name=_("owner"),
    )
    notes = models.TextField(_("notes"), blank=True, max_length=10_000)
    # The newest facts of these keys, for lists and searches.
    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True, db_index=True)
    phone = models.CharField(_("telephone number"), max_length=32, blank=True, db_index=True)
    # From the first touch; never changed later.
    page = models.CharField(_("page"), max_length=2000, blank=True)
    referrer = models.CharField(_("came from"), max_length=2000, blank=True)
    utm = models.JSONField(_("campaign"), default=dict, blank=True)
    locale = models.CharField(_("language"), max_length=35, blank=True)
    consent_text = models.CharField(_("agreed to"), max_length=500, blank=True)
    consent_version = models.PositiveIntegerField(_("version of the text"), null=True, blank=True)
    consent_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("first seen by staff"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        permissions = (("export_lead", _("Can export leads")),)
        indexes = (
            models.Index(fields=["agent", "-created_at", "-id"], name="lead_newest"),
            models.Index(fields=["-score"], name="lead_score"),
        )

    def __str__(self) -> str:
        return self.name or self.email or self.phone or self.company or str(_("Visitor without a name"))

    @property
    def together(self) -> list[Lead]:
        """This lead and those that are merged into it, the oldest of these first: all that is known of the person."""
        return [self, *sorted(self.merged.all(), key=lambda lead: lead.created_at)]

    def known(self, column: str) -> str:
        """A contact column of the person: of this lead, else of one that is merged into it."""
        return next((value for lead in self.together if (value := str(getattr(lead, column)))), "")

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)

    def shares_contact_with(self, other: Lead) -> bool:
        """As leads are merged by themselves: the same address, or the same number of one country."""
        is_same_number = self.phone.startswith("+") and self.phone == other.phone
        return is_same_number or bool(self.email and self.email.lower() == other.email.lower())


class FactQuerySet(models.QuerySet["Fact"]):
    def current(self) -> FactQuerySet:
        return self.filter(is_current=True)


class Fact(models.Model):
    """One thing that a visitor told. A correction is a new fact; the one it replaces stays as history."""

    class By(models.TextChoices):
        RULE = "rule", _("rule")
        MODEL = "model", _("model")
        FORM = "form", _("form")
        STAFF = "staff", _("staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="facts", verbose_name=_("lead"))
    key = models.CharField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind])
    value = models.CharField(_("value"), max_length=2000, blank=True)
    words = models.CharField(_("their words"), max_length=2000, blank=True)
    start = models.PositiveIntegerField(_("where the words begin"), null=True, blank=True)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="facts", verbose_name=_("message")
    )
    seq = models.PositiveIntegerField(_("number of the message"), default=0)
    confidence = models.FloatField(_("confidence"), default=1.0)
    by = models.CharField(_("found by"), max_length=10, choices=By)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    is_declined = models.BooleanField(_("declined"), default=False)
    is_current = models.BooleanField(_("current"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "seq")
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = (
            # Whatever a visitor is said to have said can be pointed at.
            models.CheckConstraint(
                condition=Q(by="staff") | (~Q(words="") & Q(message__isnull=False) & Q(start__isnull=False)),
                name="fact_has_words",
            ),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="fact_confidence"),
            models.UniqueConstraint(fields=["lead", "key"], condition=Q(is_current=True), name="fact_current"),
            # The same reading of the same message, done twice, leaves one fact.
            models.UniqueConstraint(fields=["message", "key", "start", "value"], name="fact_once"),
        )

    def __str__(self) -> str:
        return f"{self.label}: {self.value or _('not told')}"


class ModelReading(models.Model):
    """Records that a language model has read a message, and what that cost."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="model_reading", verbose_name=_("message")
    )
    model = models.CharField(_("model"), max_length=200, blank=True)
    input_tokens = models.PositiveIntegerField(_("tokens in"), null=True)
    output_tokens = models.PositiveIntegerField(_("tokens out"), null=True)
    fact_count = models.PositiveSmallIntegerField(_("facts found"), default=0)
    cause = models.CharField(_("why it failed"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("reading by a model")
        verbose_name_plural = _("readings by a model")

    def __str__(self) -> str:
        return f"{self.model} {self.message_id}"


class AlertQuerySet(models.QuerySet["Alert"]):
    def due(self, at: datetime) -> AlertQuerySet:
        return self.filter(state=Alert.State.WAITING, next_attempt_at__lte=at)


class Alert(models.Model):
    """One e-mail that staff are owed about a lead, with everything known at the time it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    # After these the next attempt; some twelve hours in all. A server that is away for a night loses nothing.
    BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 3600, 7200, 14400, 14400))
    LEASE = timedelta(minutes=2)  # longer than sending may take
    HELD = "RateLimited"  # the error of one that waits because the agent has sent many

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("lead"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    error = models.CharField(_("error"), max_length=300, blank=True)
    addresses = models.TextField(_("sent to"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = (
            models.UniqueConstraint(fields=["lead"], condition=Q(state="waiting"), name="alert_one_waiting"),
        )
        indexes = (models.Index(fields=["next_attempt_at"], name="alert_waiting", condition=Q(state="waiting")),)

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.lead_id}"
