"""Validates what a visitor says and stores it once, together with the answer that is owed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import Agent
from conversations.attachments import keeping
from conversations.attachments.keeping import AttachmentMissing
from conversations.attachments.refused import AttachmentRefused
from conversations.intake import known_answers
from conversations.intake.joining import AgentMissing
from conversations.intake.known_answers import KnownAnswer
from conversations.intake.signals import message_taken
from conversations.messages.events import AttachedFile, Event, MessageData
from conversations.messages.reading import SessionMissing
from conversations.models import TITLE_CHARS, Attachment, Message, Reply, Session
from conversations.replies import guides, leases
from lib import prepared
from lib.database import in_database
from lib.prepared import Given
from lib.text import clean, shorten

MAX_CHARS = 10_000
MAX_CLIENT_ID_CHARS = 64


class TurnRefused(Exception):
    """The message cannot be taken; `str()` tells the visitor what to do."""


class ServerDraining(Exception):
    """This process is about to end and takes no new turn; another process will."""


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """The sound of a spoken message: the name of its file in the storage, and how long it plays."""

    name: str
    length_ms: int | None = None  # None where that is not known


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored question and its answer, which is running, or finished if the question was a repeat.

    There is no answer while a person has the conversation or is expected: that person will answer.
    """

    question: MessageData
    answer: MessageData | None
    is_new: bool
    job: leases.Job | None = None  # of an answer that was claimed in the transaction that stored it
    event: Event | None = None  # of a known answer, to be published with it

    @property
    def newest(self) -> MessageData:
        """What a page goes to: the answer, or the question where a person answers it."""
        return self.answer or self.question


@in_database
def accept(
    session_id: uuid.UUID,
    text: str,
    client_id: str = "",
    *,
    visitor: str | None = None,
    message_type: str = Message.Type.TEXT,
    recording: StoredRecording | None = None,
    owner: str = "",
    known: KnownAnswer | None = None,
    attachments: Sequence[uuid.UUID] = (),
) -> Turn:
    """Store one message and the answer owed to it, in one transaction; the same client id again changes nothing.

    `recording` is the stored sound of a spoken message; `attachments` are files that wait in the session to be sent.
    With `visitor`, the session must be theirs. An `owner` claims the answer at once if no earlier one is owed, which
    saves a query. A `known` answer is stored with the question. Raises TurnRefused for a text that cannot be taken,
    AttachmentMissing and AttachmentRefused for files, SessionMissing if the session is gone or not theirs.
    """
    content = check(text, client_id, is_blank_taken=bool(attachments))
    try:
        with transaction.atomic():
            said = _Said(content, client_id, message_type, recording, known, tuple(attachments))
            turn = _store(_locked(session_id, visitor), said, owner)
    except (IntegrityError, TurnRefused, AttachmentMissing, AttachmentRefused) as refused:
        # A repeat is rare, so it is looked for only now: a new message costs no query for it.
        with transaction.atomic():
            if repeat := _repeat(session_id, client_id):
                return repeat
        if not isinstance(refused, IntegrityError):
            raise
        raise SessionMissing from None  # deleted in this moment
    return _guided(turn)


def _guided(turn: Turn) -> Turn:
    """The turn with what the guides say about its answer, if that was claimed.

    Asked here because this runs in a thread already. The turn is stored by now, and the session's lock is released.
    """
    if turn.job is None:
        return turn
    return replace(turn, job=replace(turn.job, guidance=guides.guidance_for.sync(turn.job)))


def _locked(session_id: uuid.UUID, visitor: str | None = None) -> Session:
    """The session with its agent. With `visitor`, it must be theirs. Raises SessionMissing."""
    found = _session.first(session=session_id)
    if found is None or (visitor is not None and (not visitor or found.visitor != visitor)):
        raise SessionMissing
    return found


@prepared.objects(Session, session=models.UUIDField())
def _session(session: Given) -> models.QuerySet[Session]:
    found = Session.objects.filter(pk=session)
    return found.select_for_update(of=("self",)).select_related("agent__published_prompt")


@in_database
def begin(
    agent: Agent,
    visitor: str,
    text: str,
    client_id: str = "",
    *,
    message_type: str = Message.Type.TEXT,
    recording: StoredRecording | None = None,
    owner: str = "",
    known: KnownAnswer | None = None,
    first_touch: Mapping[str, Any] | None = None,
) -> Turn:
    """Like `accept`, for a visitor's first message: in a new session, or the one that this client id has begun.

    `first_touch` is where they came from; it is kept with the session.

    Raises TurnRefused, AgentMissing.
    """
    content = check(text, client_id)
    if not agent.is_active:
        raise TurnRefused(_("%(agent)s is not available at the moment.") % {"agent": agent.name})
    with transaction.atomic():
        # Locked, so that the same first message from two tabs begins one session.
        found = Agent.objects.select_for_update(of=("self",)).select_related("published_prompt").filter(pk=agent.pk)
        if (locked := found.first()) is None:
            raise AgentMissing
        agent = locked
        if turn := repeated.sync(client_id, visitor=visitor, agent=agent):
            return turn
        session = Session.objects.create(agent=agent, visitor=visitor, first_touch=dict(first_touch or {}))
        turn = _store(session, _Said(content, client_id, message_type, recording, known), owner)
    return _guided(turn)


@in_database
def repeated(
    client_id: str, *, visitor: str | None = None, agent: Agent | None = None, session_id: uuid.UUID | None = None
) -> Turn | None:
    """The turn this client id has already made in that session, or with that agent; None when it is new."""
    if not client_id or visitor == "":
        return None
    if session_id is not None and not _is_known(session=session_id, client_id=client_id):
        return None  # as nearly always
    named = {"session__agent": agent, "session": session_id, "session__visitor": visitor}
    known = {name: value for name, value in named.items() if value is not None}
    begun = Message.objects.filter(client_id=client_id, **known).order_by("-session__updated_at")
    begun_id = begun.values_list("session", flat=True).first()
    return _repeat(begun_id, client_id) if begun_id else None


@prepared.rows(session=models.UUIDField(), client_id=models.CharField())
def _is_known(session: Given, client_id: Given) -> models.QuerySet[Message, Any]:
    return Message.objects.filter(session=session, client_id=client_id).order_by().values_list("pk")


@in_database
def stored_answer(session_id: uuid.UUID, message_id: uuid.UUID, *, visitor: str | None = None) -> MessageData:
    """An answer as it is stored. With `visitor`, the session must be theirs. Raises SessionMissing if there is none."""
    found = Message.objects.select_related("reply").filter(pk=message_id, session=session_id, reply__isnull=False)
    if visitor is not None:
        found = found.filter(session__in=Session.objects.for_visitor(visitor))
    if (message := found.first()) is None:
        raise SessionMissing
    return MessageData.of(message)


@in_database
def ask_again(session_id: uuid.UUID, message_id: uuid.UUID) -> MessageData:
    """Store that a failed, stopped or cut answer is to be made again. One that is running or whole stays as it is.

    Raises SessionMissing, and TurnRefused while a person has the conversation or is expected.
    """
    with transaction.atomic():
        session = _locked(session_id)
        reply = (
            Reply.objects.select_for_update(of=("self",))
            .select_related("message")
            .filter(message=message_id, message__session=session_id)
            .first()
        )
        if reply is None:
            raise SessionMissing
        if MessageData.of(reply.message).may_be_made_anew:
            if not session.is_with_agent:
                raise TurnRefused(_("A person from the team answers here now."))
            reply.reopen()
        reply.message.reply = reply
        return MessageData.of(reply.message)


def check(text: str, client_id: str, *, is_blank_taken: bool = False) -> str:
    """The text as it will be stored; raises TurnRefused for a text or a client id that cannot be taken.

    `is_blank_taken`: a message with files needs no text.
    """
    content = clean(text)
    if not content and not is_blank_taken:
        raise TurnRefused(_("Write a message first."))
    if len(content) > MAX_CHARS:
        raise TurnRefused(
            _("This message is %(length)s characters long; at most %(limit)s can be sent. Please shorten it.")
            % {"length": f"{len(content):,}", "limit": f"{MAX_CHARS:,}"}
        )
    if len(client_id) > MAX_CLIENT_ID_CHARS or not client_id.isascii() or clean(client_id) != client_id:
        raise TurnRefused(_("The client id must be at most 64 ASCII characters."))
    return content


def _repeat(session_id: uuid.UUID, client_id: str) -> Turn | None:
    if not client_id:
        return None
    try:
        question = Message.objects.get(session=session_id, client_id=client_id)
    except Message.DoesNotExist:
        return None
    answer = Message.objects.select_related("reply").filter(reply__question=question).first()
    return Turn(MessageData.of(question), MessageData.of(answer) if answer else None, is_new=False)


@dataclass(frozen=True, slots=True)
class _Said:
    content: str
    client_id: str
    message_type: str
    recording: StoredRecording | None
    known: KnownAnswer | None = None
    attachments: tuple[uuid.UUID, ...] = ()


def _store(session: Session, said: _Said, owner: str) -> Turn:
    agent = session.agent
    if not agent.is_active:
        raise TurnRefused(_("%(agent)s is not available at the moment.") % {"agent": agent.name})
    now = timezone.now()
    known = said.known
    attached = keeping.waiting(session, said.attachments)
    if known is None and said.content and session.is_with_agent:
        known = known_answers.find(session, said.content)
    is_answered = session.is_with_agent or (known is not None and session.speaker == Session.Speaker.WAITING)
    question = Message(
        session=session,
        seq=session.last_seq + 1,
        role=Message.Role.USER,
        message_type=said.message_type,
        content=said.content,
        client_id=said.client_id or None,
        audio=said.recording.name if said.recording else "",
        audio_ms=said.recording.length_ms if said.recording else None,
        attached=[asdict(AttachedFile.of(each)) for each in attached],
        created_at=now,
    )
    if not is_answered:
        return _store_for_person(session, question, known, attached)
    answer = Message(
        session=session,
        seq=session.last_seq + 2,
        role=Message.Role.ASSISTANT,
        message_type=said.message_type,
        content=known.answer if known else "",
        created_at=now,
    )
    _insert_messages(question, answer)
    keeping.sent_with(question, attached)
    message_taken.send(Message, message=question)
    before = leases.said_before(question)
    reply = Reply(message=answer, question=question, prompt_version_id=agent.published_prompt_id)
    is_claimed = bool(owner) and not before.is_answer_owed and not known
    if known:
        reply.state, reply.ended_at = Reply.State.COMPLETE, now
        reply.offers_contact = known.offers_contact
    if is_claimed:
        reply.attempt, reply.lease_owner, reply.lease_until = 1, owner, now + Reply.LEASE
    _insert_reply(reply)
    answer.reply = reply
    event = known.on_stored(question) if known else None
    session.last_seq += 2
    _note_activity(session, question)
    job = leases.new_job(reply, agent, before) if is_claimed else None
    return Turn(MessageData.of(question), MessageData.of(answer), is_new=True, job=job, event=event)


def _store_for_person(
    session: Session, question: Message, known: KnownAnswer | None, attached: Sequence[Attachment]
) -> Turn:
    """Store a question that a person of the company will answer; the time that they have for it begins now."""
    question.save(force_insert=True)
    keeping.sent_with(question, attached)
    message_taken.send(Message, message=question)
    event = known.on_stored(question) if known else None
    session.last_seq += 1
    if session.answer_due_at is None and session.answer_limit_s:
        session.answer_due_at = question.created_at + timedelta(seconds=session.answer_limit_s)
        session.save(update_fields=["answer_due_at"])
    _note_activity(session, question)
    return Turn(MessageData.of(question), None, is_new=True, event=event)


def _note_activity(session: Session, question: Message) -> None:
    session.updated_at = question.created_at
    names = ", ".join(each["name"] for each in question.attached)
    session.title = session.title or shorten(question.content or names, TITLE_CHARS)
    _update_session(session=session.pk, last_seq=session.last_seq, updated_at=session.updated_at, title=session.title)


_insert_messages, _insert_reply = prepared.Insert(Message), prepared.Insert(Reply)


@prepared.update("last_seq", "updated_at", "title", session=models.UUIDField())
def _update_session(session: Given) -> models.QuerySet[Session]:
    return Session.objects.filter(pk=session)
