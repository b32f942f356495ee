"""Reads sessions, messages in the order of `seq`, and the failures of answers, for the API and the JSON socket."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from conversations.messages import history
from conversations.messages.events import (
    Event,
    MessageData,
    MessageFinished,
    MessageStored,
    SessionGone,
    SpeakerChanged,
)
from conversations.models import Message, Reply, Session, SpeakerChange
from lib.database import in_database


class SessionMissing(Exception):
    """There is no such session for this visitor: it was deleted, is another's, or never existed."""


MAX_CHANGES = 50  # of who answers, shown at once
MAX_MISSED = 200  # messages in one frame; a client that has missed more reads the others page by page


class MessageMissing(Exception):
    """There is no such message in this session."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The cause of a failed answer, and the text that the visitor was shown for it."""

    cause: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the agent takes messages, and who answers now: a Session.Speaker, the changes so far, the newest ones."""

    is_agent_active: bool
    speaker: str
    number: int
    changes: tuple[SpeakerChanged, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A session with its agent and some of its messages; `has_more` when there are others before them."""

    session: Session
    messages: list[MessageData]
    has_more: bool = False


def listed(agent_id: uuid.UUID) -> QuerySet[Session]:
    """An agent's sessions for lists: begun, or made by a program; not those of visitors who never wrote."""
    return Session.objects.filter(Q(last_seq__gt=0) | Q(visitor=""), agent=agent_id)


@in_database
def session(session_id: uuid.UUID | str) -> Session:
    """A session with its agent; raises SessionMissing."""
    found = Session.objects.select_related("agent").filter(pk=session_id).first()
    if found is None:
        raise SessionMissing
    return found


@in_database
def agent_of(session_id: uuid.UUID | str) -> uuid.UUID:
    found = Session.objects.filter(pk=session_id).values_list("agent_id", flat=True).first()
    if found is None:
        raise SessionMissing
    return found


@in_database
def session_of(message_id: uuid.UUID) -> uuid.UUID:
    """The session that a message is in; raises MessageMissing."""
    found = Message.objects.filter(pk=message_id).values_list("session_id", flat=True).first()
    if found is None:
        raise MessageMissing
    return found


@in_database
def standing(session_id: uuid.UUID | str, known: int | None = None) -> Standing | None:
    """How a session stands; None when it is gone.

    With `known`, the number of the last change of who answers that the caller has heard of, those since come along.
    """
    found = Session.objects.filter(pk=session_id).values_list("agent__is_active", "speaker", "speaker_number").first()
    if found is None:
        return None
    is_active, speaker, number = found
    since = changes(session_id, number__gt=known) if known is not None and number > known else []
    return Standing(is_active, speaker, number, tuple(since))


def changes(session_id: uuid.UUID | str, **only: int) -> list[SpeakerChanged]:
    """The changes of who answers, in their order."""
    rows = SpeakerChange.objects.filter(session_id=session_id, **only).order_by("-number")[:MAX_CHANGES]
    return [SpeakerChanged.of(row) for row in reversed(rows)]


def conversation(session_id: uuid.UUID | str) -> Conversation:
    """A session with its last messages."""
    found = session.sync(session_id)
    return Conversation(found, *history.last(found.pk))


def page(session_id: uuid.UUID, limit: int, before: uuid.UUID | None) -> Conversation:
    """At most `limit` messages before one, or the last ones. Raises MessageMissing if there is no such message."""
    found = session.sync(session_id)
    if before is None:
        return Conversation(found, *history.last(session_id, limit))
    if not Message.objects.filter(session_id=session_id, pk=before).exists():
        raise MessageMissing
    return Conversation(found, *history.before(session_id, before, limit))


@in_database
def since(session_id: uuid.UUID | str, after: uuid.UUID | None) -> Conversation:
    """All messages after one; and that one too if it is an answer, which may have ended since.

    Without `after`, and with one that is not known here, the last messages.
    """
    found = session.sync(session_id)
    known = after and Message.objects.filter(session_id=session_id, pk=after).values_list("seq", "role").first()
    if not known:
        return Conversation(found, *history.last(found.pk))
    seq, role = known
    first = seq if role == Message.Role.ASSISTANT else seq + 1
    rows = Message.objects.filter(session_id=session_id, seq__gte=first).select_related("reply").order_by("-seq")
    newest = list(rows[: MAX_MISSED + 1])
    kept = [MessageData.of(row) for row in reversed(newest[:MAX_MISSED])]
    return Conversation(found, kept, has_more=len(newest) > MAX_MISSED)


@in_database
def missed(session_id: uuid.UUID | str, after: int, open_ids: Iterable[uuid.UUID]) -> list[Event]:
    """Events that tell the present state of all messages after a number, and of the named ones."""
    if not Session.objects.filter(pk=session_id).exists():
        return [SessionGone(str(session_id))]
    return [
        MessageFinished(found) if found.is_answer and not found.is_running else MessageStored(found)
        for found in history.missed(session_id, after, open_ids)
    ]


@in_database
def message(session_id: uuid.UUID | str, message_id: uuid.UUID | str) -> MessageData:
    """An answer as it is stored. Raises MessageMissing, also for a message of the visitor."""
    row = (
        Message.objects.select_related("reply")
        .filter(session_id=session_id, reply__isnull=False, pk=message_id)
        .first()
    )
    if row is None:
        raise MessageMissing
    return MessageData.of(row)


@in_database
def owed(session_id: uuid.UUID | str) -> list[str]:
    """The ids of the answers that are made now, or wait to be made."""
    rows = Reply.objects.running().filter(message__session_id=session_id)
    return [str(pk) for pk in rows.values_list("message_id", flat=True)]


def running(session_id: uuid.UUID | str, after: str = "") -> MessageData | None:
    """The oldest answer that is still owed, of those after a message; None when there is none."""
    rows = Message.objects.select_related("reply").filter(session_id=session_id, reply__state=Reply.State.RUNNING)
    if after:
        seq = Message.objects.filter(session_id=session_id, pk=after).values_list("seq", flat=True).first()
        rows = rows.filter(seq__gt=seq or 0)
    row = rows.order_by("seq").first()
    return MessageData.of(row) if row else None


@in_database
def failure(answer: MessageData) -> Failure:
    """The failure of an answer, for one that has failed."""
    row = Reply.objects.filter(message_id=answer.id).values_list("cause", "closing").first()
    cause, closing = row or ("", "")
    return Failure(cause or "provider_error", closing or answer.content)
