"""Summarises a session after half an hour without a message, if its agent remembers and its visitor allows it.

Each session has at most one such task, which may be killed at any point and run again.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from agents.llm.configured import is_configured
from agents.models import Agent, Brand
from conversations.models import Message, Session
from knowledge.search import encoder
from memory import by_model, from_facts
from memory.models import SessionSummary
from memory.switch import is_allowed, remembering

REST = timedelta(minutes=30)
LOST_AFTER = timedelta(hours=6)  # a task that is so long overdue was given up; the next message starts another one


def summarise_later(message: Message, **_: object) -> None:
    """Start the task for a session, in the transaction that stores a visitor's message."""
    session = message.session
    if session.visitor and session.agent_id in remembering() and is_allowed(session.visitor, session.agent.brand):
        owe(session)


def owe(session: Session, at: datetime | None = None) -> None:
    """Start the task for a session, unless it has one already or was forgotten."""
    now = at or timezone.now()
    memory, _made = SessionSummary.objects.get_or_create(
        session=session, defaults={"agent_id": session.agent_id, "visitor": session.visitor}
    )
    if memory.is_forgotten or (memory.due_at and memory.due_at > now - LOST_AFTER):
        return
    _enqueue(session.pk, now + REST)


def owe_newest(visitor: str, brand: Brand) -> None:
    """Start the task for the newest session of a visitor who has just agreed, in which they were asked."""
    on = Agent.objects.offered_by(brand).filter(pk__in=remembering())
    own = Session.objects.for_visitor(visitor).begun().filter(agent__in=on)
    newest = own.order_by("-updated_at").first()
    if newest and newest.updated_at > timezone.now() - timedelta(days=1):
        with transaction.atomic():
            owe(newest)


def _enqueue(session_id: uuid.UUID, due_at: datetime) -> None:
    SessionSummary.objects.filter(pk=session_id).update(due_at=due_at)
    queue = by_model.QUEUE if is_configured() else "default"
    summarise.using(run_after=due_at, queue_name=queue).enqueue(str(session_id))


@task()
def summarise(session_id: str) -> None:
    """The task: summarise a session that has ended, or look again later if it goes on."""
    summarise_now(session_id)


def summarise_now(session_id: str, at: datetime | None = None) -> SessionSummary | None:
    """Summarise a session at once; None if there is nothing to keep."""
    now = at or timezone.now()
    memory = SessionSummary.objects.select_related("session__agent__brand").filter(pk=uuid.UUID(session_id)).first()
    if memory is None or memory.is_forgotten:
        return None
    session = memory.session
    if session.agent_id not in remembering() or not is_allowed(session.visitor, session.agent.brand):
        SessionSummary.objects.filter(pk=memory.pk).update(due_at=None)
        return None
    if session.updated_at + REST > now:
        with transaction.atomic():
            _enqueue(session.pk, session.updated_at + REST)
        return None
    return _stored(memory, session.last_seq)


def _stored(memory: SessionSummary, last_seq: int) -> SessionSummary | None:
    """Make the summary outside a transaction, since a model takes seconds, and store it if it is still allowed."""
    session = memory.session
    text, by = by_model.summary(session), SessionSummary.By.MODEL
    if not text:
        text, by = from_facts.summary(session), SessionSummary.By.FACTS
    vector = _vector(text)
    with transaction.atomic():
        current = SessionSummary.objects.select_for_update().filter(pk=memory.pk, is_forgotten=False).first()
        if current is None:  # forgotten meanwhile, or its session deleted
            return None
        current.text, current.by, current.vector = text, by if text else "", vector
        current.last_seq, current.due_at, current.updated_at = last_seq, None, timezone.now()
        current.save()
    return current if text else None


def _vector(text: str) -> bytes | None:
    found = encoder() if text else None
    return found.encode(text).vector.astype("<f2").tobytes() if found else None
