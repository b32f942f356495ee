"""Sessions, their messages, and the replies that are made for them. Nothing of these rows may be lost."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, PromptVersion
from conversations.receipt_models import Receipt as Receipt

TITLE_CHARS = 50  # of a title taken from the first message; staff and API may set up to 200


class SessionQuerySet(models.QuerySet["Session"]):
    def for_visitor(self, visitor: str) -> SessionQuerySet:
        """The sessions one visitor holds; an empty visitor holds none."""
        return self.filter(visitor=visitor) if visitor else self.none()

    def begun(self) -> SessionQuerySet:
        return self.filter(last_seq__gt=0)

    def with_people(self) -> SessionQuerySet:
        """Sessions in which a person answers or is expected.

        Uses the condition of the index `session_with_people` word for word. SQLite does not see that "waiting" implies
        it, and would read all sessions.
        """
        return self.exclude(speaker="agent")


class Session(models.Model):
    """One conversation of one visitor with one agent."""

    class Speaker(models.TextChoices):
        AGENT = "agent", _("the agent")
        WAITING = "waiting", _("nobody yet")
        STAFF = "staff", _("a person")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("agent"))
    visitor = models.CharField(_("visitor"), max_length=64, blank=True, db_index=True, editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    last_seq = models.PositiveIntegerField(_("messages"), default=0, editable=False)
    # Where the visitor came from: page, referrer, utm, locale, as far as their browser told. Never changed later.
    first_touch = models.JSONField(_("first touch"), default=dict, blank=True, editable=False)
    # Who answers now. Changed by `conversations.speakers` alone, under a lock of this row.
    speaker = models.CharField(_("who answers"), max_length=10, choices=Speaker, default=Speaker.AGENT, editable=False)
    speaker_name = models.CharField(_("name of who answers"), max_length=80, blank=True, editable=False)
    speaker_key = models.CharField(_("account or key of who answers"), max_length=64, blank=True, editable=False)
    speaker_number = models.PositiveIntegerField(_("changes of who answers"), default=0, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True, editable=False)
    # Until then a person has to come, or to answer; then the agent answers. NULL if no answer is owed.
    answer_limit_s = models.PositiveIntegerField(_("limit for an answer (s)"), default=0, editable=False)
    answer_due_at = models.DateTimeField(_("answer due"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last activity"), default=timezone.now, db_index=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = (
            models.Index(fields=["agent", "-created_at", "-id"], name="session_newest"),  # the API's pages
            models.Index(fields=["answer_due_at"], name="session_due", condition=Q(answer_due_at__isnull=False)),
            models.Index(fields=["speaker"], name="session_with_people", condition=~Q(speaker="agent")),
            models.Index(fields=["created_at"], name="session_created"),  # what is counted by day
        )

    def __str__(self) -> str:
        return self.title or str(_("New conversation"))

    @property
    def is_with_agent(self) -> bool:
        """True if the agent answers the visitor's next message."""
        return self.speaker == self.Speaker.AGENT

    @property
    def message_count(self) -> int:
        """Messages are never removed one by one, so the highest number is the count."""
        return self.last_seq


class SpeakerChange(models.Model):
    """One change of who answers in a session. Staff read these as a log; the page shows them between messages."""

    class Reason(models.TextChoices):
        WISH = "wish", _("the visitor asked for a person")
        SCORE = "score", _("a promising lead")
        STAGE = "stage", _("ready to buy")
        UNANSWERED = "unanswered", _("the agent did not know, several times")
        ANGER = "anger", _("the visitor is annoyed")
        PROMISE = "promise", _("the agent promised that somebody acts")
        TAKEN = "taken", _("taken over")
        PASSED = "passed", _("passed to a colleague")
        RELEASED = "released", _("given back")
        CANCELLED = "cancelled", _("the visitor goes on with the agent")
        NOBODY_CAME = "nobody_came", _("nobody came in time")
        NO_ANSWER = "no_answer", _("the person did not answer in time")

    is_part = True  # of a session, which is counted itself

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="speaker_changes", verbose_name=_("session")
    )
    number = models.PositiveIntegerField(_("number"))
    after_seq = models.PositiveIntegerField(_("after message"))
    speaker = models.CharField(_("who answers"), max_length=10, choices=Session.Speaker)
    name = models.CharField(_("name"), max_length=80, blank=True)
    key = models.CharField(_("account or key"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("number",)
        verbose_name = _("change of who answers")
        verbose_name_plural = _("changes of who answers")
        constraints = (models.UniqueConstraint(fields=["session", "number"], name="speaker_change_number"),)
        indexes = (models.Index(fields=["-created_at"], name="speaker_change_newest"),)

    def __str__(self) -> str:
        return f"{self.get_speaker_display()} {self.number}"


class Message(models.Model):
    """One entry of a session. `seq` counts from 1 without gaps and is the order, also for equal times."""

    file_words = _("recordings")  # for who deletes

    class Role(models.TextChoices):
        USER = "user", _("visitor")
        ASSISTANT = "assistant", _("agent")
        STAFF = "staff", _("a person")

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        VOICE = "voice", _("voice")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="messages", verbose_name=_("session"))
    seq = models.PositiveIntegerField(_("number"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    message_type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.TEXT)
    content = models.TextField(_("text"), blank=True)
    author = models.CharField(_("name of the person"), max_length=80, blank=True)  # of staff, as the visitor reads it
    client_id = models.CharField(_("client id"), max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 NULL never collides
    sources = models.JSONField(_("sources"), default=list, blank=True)
    # What is shown of its attachments, which never change once they are sent: a page of messages needs no other table.
    attached = models.JSONField(_("attachments"), default=list, blank=True, editable=False)
    # Of a spoken answer that was interrupted: what the visitor heard. NULL is all of it.
    heard = models.TextField(_("heard"), null=True, blank=True, editable=False)  # noqa: DJ001 "" is nothing of it
    audio = models.FileField(_("recording"), upload_to="recordings/", blank=True)
    tts_audio = models.FileField(_("spoken answer"), upload_to="spoken/", blank=True)
    # How long the two sounds are, for a player that has not fetched them. NULL without a sound, and where not known.
    audio_ms = models.PositiveIntegerField(_("length of the recording (ms)"), null=True, blank=True, editable=False)
    tts_audio_ms = models.PositiveIntegerField(
        _("length of the spoken answer (ms)"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("seq",)
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.UniqueConstraint(fields=["session", "seq"], name="message_seq"),
            models.UniqueConstraint(fields=["session", "client_id"], name="message_client_id"),
        )
        indexes = (  # who asks for a recording names the file
            models.Index(fields=["audio"], name="message_audio"),
            models.Index(fields=["tts_audio"], name="message_tts_audio"),
            models.Index(fields=["created_at"], name="message_created"),  # what is counted by day
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.seq}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unsent(self) -> AttachmentQuerySet:
        return self.filter(message__isnull=True)


class Attachment(models.Model):
    """A picture or PDF that a visitor uploaded; the message it is sent with names it, none until then."""

    is_part = True  # of a message, which is counted itself; its file is counted
    file_words = _("attached files")  # for who deletes

    class Kind(models.TextChoices):
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"
        PDF = "application/pdf", "PDF"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("session")
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="attachments", verbose_name=_("message")
    )
    file = models.FileField(_("file"), upload_to="attachments/")
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=40, choices=Kind)
    size_bytes = models.PositiveIntegerField(_("size (bytes)"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)  # of a picture, as the height
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    text = models.TextField(_("text of the PDF"), blank=True)  # its beginning, for the model
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = (
            models.CheckConstraint(
                condition=Q(media_type__in=["image/jpeg", "image/png", "application/pdf"]), name="attachment_kind"
            ),
        )
        indexes = (
            models.Index(fields=["created_at"], name="attachment_unsent", condition=Q(message__isnull=True)),
            models.Index(fields=["file"], name="attachment_file"),  # the sweep asks by file
        )

    def __str__(self) -> str:
        return self.name


class ReplyQuerySet(models.QuerySet["Reply"]):
    def running(self) -> ReplyQuerySet:
        return self.filter(state=Reply.State.RUNNING)

    def unattended(self, at: datetime) -> ReplyQuerySet:
        """Running replies that no living process works on."""
        return self.running().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))


class Reply(models.Model):
    """The making of one assistant message. The row, not a socket or a task, says that an answer is owed."""

    is_part = True  # of a message, which is counted itself

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETE = "complete", _("complete")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    class Certainty(models.TextChoices):
        ANSWERED = "answered", _("answered")
        HEDGED = "hedged", _("not sure")
        REFUSED = "refused", _("does not know")

    class Cut(models.TextChoices):
        LENGTH = "length", _("too long for the token limit")
        FILTERED = "filtered", _("filtered by the provider")
        HOLE = "hole", _("a piece was lost on the way")
        ENDED = "ended", _("ended early by the provider")

    class Feedback(models.TextChoices):
        UP = "up", _("helped")
        DOWN = "down", _("did not help")

    LEASE = timedelta(seconds=5)  # renewed every third of it; what a killed process left is taken up within 7 s

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="reply", verbose_name=_("message"))
    question = models.OneToOneField(  # NULL where the agent speaks by itself: to say that nobody came
        Message, on_delete=models.CASCADE, null=True, related_name="answer", verbose_name=_("question")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    takeovers = models.PositiveSmallIntegerField(_("taken over from a dead process"), default=0)
    stop_requested = models.BooleanField(_("stop requested"), default=False)
    lease_owner = models.CharField(_("worked on by"), max_length=64, blank=True)
    lease_until = models.DateTimeField(_("worked on until"), null=True, blank=True)
    prompt_version = models.ForeignKey(
        PromptVersion, on_delete=models.RESTRICT, null=True, related_name="+", verbose_name=_("prompt version")
    )
    # As far as the answerer knows; a language model does not say, and small talk is neither.
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty, blank=True)
    cut = models.CharField(_("cut short"), max_length=10, choices=Cut, blank=True)
    withheld = models.PositiveSmallIntegerField(_("sentences withheld"), default=0)
    # The key of the question that the answer was to end with, as the guides had it.
    asked = models.CharField(_("asked for"), max_length=40, blank=True)
    offers_contact = models.BooleanField(_("offers the contact form"), default=False)
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=100, blank=True)
    notice = models.CharField(_("notice"), max_length=300, blank=True)
    # The fallback text that a failed answer ends with, as it was said: the agent's words may change later.
    closing = models.CharField(_("fallback text"), max_length=1000, blank=True)
    cause = models.CharField(_("cause of the failure"), max_length=20, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    input_tokens = models.PositiveIntegerField(_("tokens in"), null=True)
    output_tokens = models.PositiveIntegerField(_("tokens out"), null=True)
    first_token_ms = models.PositiveIntegerField(_("ms to the first token"), null=True)
    total_ms = models.PositiveIntegerField(_("ms in all"), null=True)
    # What the visitor thinks of it. Columns and no row of their own: whoever shows an answer shows this too.
    feedback = models.CharField(_("for the visitor it"), max_length=4, choices=Feedback, blank=True)
    feedback_words = models.CharField(_("the visitor's words on it"), max_length=500, blank=True)
    feedback_at = models.DateTimeField(_("feedback given or taken back"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = (
            models.CheckConstraint(condition=Q(question__isnull=False) | Q(state="complete"), name="reply_question"),
        )
        indexes = (
            models.Index(fields=["lease_until"], name="reply_running", condition=Q(state="running")),
            models.Index(
                fields=["certainty", "created_at"],
                name="reply_unsure",
                condition=Q(certainty__in=["hedged", "refused"]),
            ),
            models.Index(fields=["created_at"], name="reply_withheld", condition=Q(withheld__gt=0)),
            models.Index(fields=["created_at"], name="reply_failed", condition=Q(state="failed")),
            models.Index(fields=["created_at"], name="reply_disliked", condition=Q(feedback="down")),
            # What is counted by day, all of it in the index: the rows themselves are five times as long to read.
            models.Index(fields=["created_at", "state", "certainty", "first_token_ms"], name="reply_by_day"),
            models.Index(fields=["created_at"], name="reply_unasked", condition=Q(question__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.message_id}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    def is_attended(self, at: datetime) -> bool:
        """Whether a living process works on it."""
        return bool(self.lease_until and self.lease_until > at)

    # Transitions of a row that is locked; each writes the fields it changes. How an attempt ends is in `leases.finish`,
    # which must not overwrite what another process did meanwhile.

    def claim(self, owner: str, at: datetime) -> None:
        """Begin the next attempt, worked on by `owner`, with the prompt that is published now."""
        self.takeovers += bool(self.lease_owner)  # its process died without giving it up
        self.lease_owner, self.lease_until = owner, at + self.LEASE
        self.attempt += 1
        self.prompt_version = self.message.session.agent.published_prompt
        self.save(update_fields=["takeovers", "lease_owner", "lease_until", "attempt", "prompt_version"])

    def request_stop(self, at: datetime) -> None:
        """Ask the process that works on it to stop; if there is none, end it now."""
        self.stop_requested = True
        if not self.is_attended(at):
            self.state, self.ended_at = self.State.STOPPED, at
            self.lease_owner, self.lease_until = "", None
        self.save(update_fields=["stop_requested", "state", "ended_at", "lease_owner", "lease_until"])

    def end_by_takeover(self, at: datetime, cause: str) -> None:
        """End it now, even if a process works on it: that process cannot store its result."""
        self.state, self.ended_at, self.cause = self.State.STOPPED, at, cause
        self.lease_owner, self.lease_until = "", None
        self.save(update_fields=["state", "ended_at", "cause", "lease_owner", "lease_until"])

    def reopen(self) -> None:
        """Have the answer made again. Nothing of the last attempt is kept: neither text and sources nor the receipt."""
        self.state, self.stop_requested = self.State.RUNNING, False
        self.lease_owner, self.lease_until = "", None
        self.closing = self.cause = self.error = self.notice = self.certainty = self.cut = self.asked = ""
        self.feedback = self.feedback_words = self.provider = self.model = ""
        self.input_tokens = self.output_tokens = self.first_token_ms = self.total_ms = None
        self.ended_at, self.takeovers, self.withheld, self.feedback_at = None, 0, 0, None
        self.save()
        Receipt.objects.filter(reply=self).delete()
        answer = self.message
        answer.content, answer.sources, answer.heard = "", [], None
        # The stored sound has the words of the old answer; the sweeper removes the file.
        answer.tts_audio, answer.tts_audio_ms = "", None
        answer.save(update_fields=["content", "sources", "heard", "tts_audio", "tts_audio_ms"])
