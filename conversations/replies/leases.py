"""Which process works on which owed reply, decided by its row; and the only writes that end a reply."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F

from agents.llm.request import PastMessage
from agents.models import Agent, FallbackText
from conversations.messages import history
from conversations.messages.events import MessageData
from conversations.messages.history import PastEntry
from conversations.models import Message, Reply, Session
from conversations.replies.guidance import Guidance
from knowledge.search import knowledge_version
from lib.database import in_database

# Far more than HISTORY_MESSAGES may be set to; pruning to that and to the token budget is the prompt's business.
HISTORY_READ = 200
MAX_TAKEOVERS = 30  # a reply that has outlived this many processes is likely to be what kills them; twenty are survived


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one reply, with all that is needed to make it; no row is read again until it ends."""

    reply_id: int
    attempt: int
    message: MessageData
    agent_id: uuid.UUID
    agent_name: str
    system_prompt: str
    model: str
    temperature: float | None
    max_tokens: int | None
    history: tuple[PastMessage, ...]
    past: tuple[PastEntry, ...] = ()  # what is stored of the same, the question last
    guidance: Guidance | None = None  # None: the guides were not asked yet
    knowledge_version: str = ""
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
    cause: str = ""
    error: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    first_token_ms: int | None = None
    total_ms: int | None = None


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
    """The work on a reply that was stored with its first claim, by the process that is to make it."""
    assert reply.question  # noqa: S101 as above
    job = _job(reply, agent, reply.question, before)
    return replace(job, knowledge_version=knowledge_version(agent.pk))


def _job(reply: Reply, agent: Agent, question: Message, before: SaidBefore) -> Job:
    return Job(
        reply_id=reply.pk,
        attempt=reply.attempt,
        message=MessageData.of(reply.message),
        agent_id=agent.pk,
        agent_name=agent.name,
        system_prompt=agent.system_prompt,
        model=agent.model,
        temperature=agent.temperature,
        max_tokens=agent.max_tokens,
        history=(*before.turns, PastMessage("user", question.content)),
        past=(*before.entries, _entry(question)),
        stop_requested=reply.stop_requested,
        is_hopeless=reply.takeovers > MAX_TAKEOVERS,
    )


@in_database
def own_words(agent_id: uuid.UUID) -> dict[str, str]:
    """What the agent says instead of an answer that could not be made, by cause."""
    return dict(FallbackText.objects.filter(agent=agent_id).values_list("cause", "text"))


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What was said up to a question, oldest first, and whether an answer to some of that is still owed."""

    entries: tuple[PastEntry, ...] = ()

    @property
    def turns(self) -> tuple[PastMessage, ...]:
        """Answers that failed say nothing about the conversation.

        Of a spoken answer that was interrupted it is what was heard: the visitor knows nothing of the rest.
        """
        return tuple(
            _turn(each)
            for each in self.entries
            if each.content and each.heard != "" and each.state not in (Reply.State.FAILED, Reply.State.RUNNING)
        )

    @property
    def is_answer_owed(self) -> bool:
        return any(each.state == Reply.State.RUNNING for each in self.entries)


def said_before(question: Message) -> SaidBefore:
    if question.seq == 1:
        return SaidBefore()
    return SaidBefore(tuple(history.past(question.session_id, HISTORY_READ, before=question.seq)))


def _turn(entry: PastEntry) -> PastMessage:
    if entry.role == Message.Role.USER:
        return PastMessage("user", entry.content)
    if entry.role == Message.Role.STAFF:
        return PastMessage("staff", entry.content, name=entry.author)
    return PastMessage(
        "assistant", entry.content if entry.heard is None else entry.heard, is_cut=entry.heard is not None
    )


def _entry(question: Message) -> PastEntry:
    return PastEntry(question.pk, question.seq, question.role, question.content, None, "", None, None, None, None)


@in_database
def renew(reply_ids: Iterable[int], owner: str, at: datetime) -> dict[int, bool]:
    """Keep the leases of `owner`; returns those still held, each with whether a stop was asked for."""
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
    """Store the end of an attempt, text and figures together; None when the lease was lost and nothing was stored."""
    session_id = job.message.session_id
    # The session first: locked in the order in which a deletion takes them, or PostgreSQL finds the two in each
    # other's way.
    if not Session.objects.filter(pk=session_id).update(updated_at=at):
        return None
    mine = Reply.objects.running().filter(pk=job.reply_id, lease_owner=owner, attempt=job.attempt)
    ended = mine.update(
        state=outcome.state,
        lease_owner="",
        lease_until=None,
        ended_at=at,
        **{name: (getattr(outcome, name) or "")[:limit] for name, limit in _TEXTS.items()},
        **{name: getattr(outcome, name) for name in ("input_tokens", "output_tokens", "first_token_ms", "total_ms")},
    )
    if not ended:
        transaction.set_rollback(True)
        return None
    stored = Message.objects.filter(pk=job.message.id)
    stored.update(content=outcome.content, sources=list(outcome.sources))
    others = Reply.objects.running().filter(message__session_id=session_id)
    heard, is_more_owed = stored.values_list("heard", Exists(others)).get()
    message = replace(
        job.message,
        content=outcome.content,
        status=outcome.state.value,
        notice=outcome.notice[: _TEXTS["notice"]],
        certainty=outcome.certainty,
        cut=outcome.cut,
        sources=outcome.sources,
        heard=heard,  # whoever spoke it may have stored that meanwhile
    )
    return Settled(message, is_more_owed)


_TEXTS = {
    "provider": 40, "model": 100, "closing": 1000, "notice": 300, "certainty": 10, "cut": 10, "asked": 40, "cause": 20,
    "error": 300,
}  # fmt: skip


@in_database
def begin_anew(job: Job, owner: str) -> Job | None:
    """The same job as its next attempt: what was said so far is not the answer. None when the lease was lost."""
    mine = Reply.objects.running().filter(pk=job.reply_id, lease_owner=owner, attempt=job.attempt)
    if not mine.update(attempt=job.attempt + 1):
        return None
    return replace(job, attempt=job.attempt + 1, message=replace(job.message, attempt=job.attempt + 1))


@in_database
def release(reply_ids: Iterable[int], owner: str) -> None:
    """Give leases up unfinished, so that another process may take them at once, before they expire."""
    Reply.objects.running().filter(pk__in=list(reply_ids), lease_owner=owner).update(lease_owner="", lease_until=None)


@in_database
@transaction.atomic
def ask_to_stop(session_id: uuid.UUID | str, message_id: uuid.UUID | str, at: datetime) -> MessageData | None:
    """Mark a running reply to be stopped; one that no process works on ends here and now and is returned."""
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
