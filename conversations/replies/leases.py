"""Leases of owed replies: the row decides which process works on a reply. The only writes that end a reply are here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F

from agents.llm.request import Attached, PastMessage
from agents.models import Agent, FallbackText
from conversations.languages import language_of_answer
from conversations.messages import history
from conversations.messages.events import MessageData
from conversations.messages.history import PastEntry
from conversations.models import Message, Receipt, Reply, Session
from conversations.replies.guidance import Guidance
from knowledge.search import knowledge_version
from lib import prepared
from lib.database import in_database
from lib.prepared import Given

MAX_TAKEOVERS = 30  # a reply during which so many processes died probably kills them; twenty are survived


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one reply, with everything needed to make it: no row is read again until it ends."""

    reply_id: int
    attempt: int
    message: MessageData
    agent_id: uuid.UUID
    agent_name: str
    system_prompt: str
    model: str
    temperature: float | None
    max_tokens: int | None
    checks_answers: bool
    history: tuple[PastMessage, ...]
    past: tuple[PastEntry, ...] = ()  # the same turns as they are stored, the question last
    guidance: Guidance | None = None  # None: the guides were not asked yet
    knowledge_version: str = ""
    language: str = ""  # of the site's languages, the one that the product's own sentences are in
    stop_requested: bool = False
    is_hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, and the figures that are kept with it."""

    state: Reply.State
    content: str
    sources: tuple[dict[str, object], ...] = ()
    provider: str = ""
    model: str = ""
    closing: str = ""
    notice: str = ""
    certainty: str = ""
    cut: str = ""
    asked: str = ""
    withheld: int = 0
    cause: str = ""
    error: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    first_token_ms: int | None = None
    total_ms: int | None = None
    receipt: dict[str, Any] | None = None


@in_database
def claim(session_id: uuid.UUID | str, owner: str, at: datetime) -> Job | None:
    """Take the session's oldest owed reply for `owner`; None when none is owed or another process works on it."""
    job = _claimed(session_id, owner, at)
    return replace(job, knowledge_version=knowledge_version(job.agent_id)) if job else None


@transaction.atomic
def _claimed(session_id: uuid.UUID | str, owner: str, at: datetime) -> Job | None:
    owed = (
        Reply.objects.running()
        .select_for_update(of=("self",))
        .select_related("message__session__agent__published_prompt", "question")
        .filter(message__session_id=session_id)
    )
    reply = min(owed, key=lambda each: each.message.seq, default=None)
    if reply is None or reply.is_attended(at):
        return None
    reply.claim(owner, at)
    agent = reply.message.session.agent
    reply.message.reply = reply
    assert reply.question  # noqa: S101 for the type checker: one that runs has a question, as the database sees to
    return _job(reply, agent, reply.question, said_before(reply.question))


def new_job(reply: Reply, agent: Agent, before: SaidBefore) -> Job:
    """The job for a reply that this process claimed in the transaction that stored it."""
    assert reply.question  # noqa: S101 as above
    job = _job(reply, agent, reply.question, before)
    return replace(job, knowledge_version=knowledge_version(agent.pk))


def _job(reply: Reply, agent: Agent, question: Message, before: SaidBefore) -> Job:
    turns, entries = with_question(before, question)
    job = job_of(agent, agent.system_prompt, MessageData.of(reply.message), turns, entries)
    return replace(
        job,
        reply_id=reply.pk,
        language=language_of_answer(question.content, reply.message.session),
        stop_requested=reply.stop_requested,
        is_hopeless=reply.takeovers > MAX_TAKEOVERS,
    )


def job_of(
    agent: Agent,
    system_prompt: str,
    message: MessageData,
    history: tuple[PastMessage, ...],
    past: tuple[PastEntry, ...],
) -> Job:
    """The job of making `message` with an agent's settings, for a reply that is not stored."""
    return Job(
        reply_id=0,
        attempt=message.attempt,
        message=message,
        agent_id=agent.pk,
        agent_name=agent.name,
        system_prompt=system_prompt,
        model=agent.model,
        temperature=agent.temperature,
        max_tokens=agent.max_tokens,
        checks_answers=agent.checks_answers,
        history=history,
        past=past,
        language=language_of_answer(history[-1].text if history else ""),
    )


@in_database
def own_words(agent_id: uuid.UUID) -> dict[str, str]:
    """The agent's own texts for an answer that could not be made, by cause."""
    return dict(FallbackText.objects.filter(agent=agent_id).values_list("cause", "text"))


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """The messages before a question, oldest first."""

    entries: tuple[PastEntry, ...] = ()

    @property
    def turns(self) -> tuple[PastMessage, ...]:
        """The messages as a model reads them, without answers that failed or are not ready.

        A spoken answer that was interrupted ends where it was heard to: the visitor does not know the rest.
        """
        return tuple(
            _turn(each)
            for each in self.entries
            if (each.content or each.attached)
            and each.heard != ""
            and each.state not in (Reply.State.FAILED, Reply.State.RUNNING)
        )

    @property
    def is_answer_owed(self) -> bool:
        return any(each.state == Reply.State.RUNNING for each in self.entries)


def said_before(question: Message) -> SaidBefore:
    if question.seq == 1:
        return SaidBefore()
    return SaidBefore(tuple(history.past(question.session_id, before=question.seq)))


def with_question(before: SaidBefore, question: Message) -> tuple[tuple[PastMessage, ...], tuple[PastEntry, ...]]:
    """The conversation with the question at its end: as a model reads it, and as it is stored."""
    asked = PastMessage("user", question.content, attached=_attached(question.attached))
    return (*before.turns, asked), (*before.entries, _entry(question))


def _turn(entry: PastEntry) -> PastMessage:
    if entry.role == Message.Role.USER:
        return PastMessage("user", entry.content, attached=_attached(entry.attached))
    if entry.role == Message.Role.STAFF:
        return PastMessage("staff", entry.content, name=entry.author)
    return PastMessage(
        "assistant", entry.content if entry.heard is None else entry.heard, is_cut=entry.heard is not None
    )


def _attached(stored: Sequence[Mapping[str, Any]]) -> tuple[Attached, ...]:
    """The files of a message without their contents, which are read only if a model is shown them."""
    return tuple(Attached(each["id"], each["name"], each["media_type"]) for each in stored)


def _entry(question: Message) -> PastEntry:
    own = (question.pk, question.seq, question.role, question.content)
    return PastEntry(*own, None, "", None, None, None, None, question.attached)


@in_database
def renew(reply_ids: Iterable[int], owner: str, at: datetime) -> dict[int, bool]:
    """Renew the leases of `owner`. Returns those still held, each with True if a stop was asked for."""
    held = Reply.objects.running().filter(pk__in=list(reply_ids), lease_owner=owner)
    held.update(lease_until=at + Reply.LEASE)
    return dict(held.values_list("pk", "stop_requested"))


@dataclass(frozen=True, slots=True)
class Settled:
    """The answer as it is stored now, and whether the session waits for another one."""

    message: MessageData
    is_more_owed: bool


@in_database
@transaction.atomic
def finish(job: Job, owner: str, outcome: Outcome, at: datetime) -> Settled | None:
    """Store the end of an attempt with its text and figures. None if the lease was lost; then nothing is stored."""
    session_id = job.message.session_id
    # The session first: a deletion locks the rows in this order, and another order would be a deadlock.
    if not _note_activity(session=session_id, updated_at=at):
        return None
    ended = _end(
        **{"reply": job.reply_id, "owner": owner, "of_attempt": job.attempt},
        **{"state": outcome.state, "lease_owner": "", "lease_until": None, "ended_at": at},
        **{name: (getattr(outcome, name) or "")[:limit] for name, limit in _TEXTS.items()},
        **{name: getattr(outcome, name) for name in _NUMBERS},
    )
    if not ended:
        transaction.set_rollback(True)
        return None
    if outcome.receipt is not None:
        Receipt.objects.keep(job.reply_id, outcome.receipt)
    _write(message=job.message.id, content=outcome.content, sources=list(outcome.sources))
    ((heard, is_more_owed),) = _after(message=job.message.id, session=session_id)
    message = replace(
        job.message,
        content=outcome.content,
        status=outcome.state.value,
        notice=outcome.notice[: _TEXTS["notice"]],
        provider=outcome.provider,
        certainty=outcome.certainty,
        cut=outcome.cut,
        withheld=outcome.withheld,
        sources=outcome.sources,
        heard=heard,  # the process that spoke it may have stored that meanwhile
    )
    return Settled(message, bool(is_more_owed))


_NUMBERS = ("withheld", "input_tokens", "output_tokens", "first_token_ms", "total_ms")
_TEXTS = {
    "provider": 40, "model": 100, "closing": 1000, "notice": 300, "certainty": 10, "cut": 10, "asked": 40, "cause": 20,
    "error": 300,
}  # fmt: skip
_LEASE = ("state", "lease_owner", "lease_until", "ended_at")


@prepared.update("updated_at", session=models.UUIDField())
def _note_activity(session: Given) -> models.QuerySet[Session]:
    return Session.objects.filter(pk=session)


@prepared.update(
    *_LEASE,
    *_TEXTS,
    *_NUMBERS,
    reply=models.BigIntegerField(),
    owner=models.CharField(),
    of_attempt=models.IntegerField(),
)
def _end(reply: Given, owner: Given, of_attempt: Given) -> models.QuerySet[Reply]:
    return Reply.objects.running().filter(pk=reply, lease_owner=owner, attempt=of_attempt)


@prepared.update("content", "sources", message=models.UUIDField())
def _write(message: Given) -> models.QuerySet[Message]:
    return Message.objects.filter(pk=message)


@prepared.rows(message=models.UUIDField(), session=models.UUIDField())
def _after(message: Given, session: Given) -> models.QuerySet[Message, Any]:
    """What the process that spoke an answer has stored of it, and whether its session waits for another one."""
    others = Reply.objects.running().filter(message__session=session)
    return Message.objects.filter(pk=message).order_by().values_list("heard", Exists(others))


@in_database
def begin_anew(job: Job, owner: str) -> Job | None:
    """The job as its next attempt, because the text so far was no answer. None if the lease was lost."""
    mine = Reply.objects.running().filter(pk=job.reply_id, lease_owner=owner, attempt=job.attempt)
    if not mine.update(attempt=job.attempt + 1):
        return None
    return replace(job, attempt=job.attempt + 1, message=replace(job.message, attempt=job.attempt + 1))


@in_database
def release(reply_ids: Iterable[int], owner: str) -> None:
    """Give up leases of unfinished replies, so that another process can take them before they expire."""
    Reply.objects.running().filter(pk__in=list(reply_ids), lease_owner=owner).update(lease_owner="", lease_until=None)


@in_database
@transaction.atomic
def ask_to_stop(session_id: uuid.UUID | str, message_id: uuid.UUID | str, at: datetime) -> MessageData | None:
    """Mark a running reply to be stopped. One that no process works on is ended here, and returned."""
    reply = (
        Reply.objects.running()
        .select_for_update(of=("self",))
        .select_related("message")
        .filter(message_id=message_id, message__session_id=session_id)
        .first()
    )
    if reply is None:
        return None
    reply.request_stop(at)
    reply.message.reply = reply
    return None if reply.is_running else MessageData.of(reply.message)


@in_database
def sessions_owed(at: datetime, limit: int = 100) -> list[str]:
    """Sessions with a reply that no living process works on, longest waiting first."""
    rows = Reply.objects.unattended(at).order_by(F("lease_until").asc(nulls_first=True), "pk")
    return list(dict.fromkeys(str(pk) for pk in rows.values_list("message__session_id", flat=True)[:limit]))
