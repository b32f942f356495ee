"""Reads a stored message of a visitor for facts, with what the agent asked before it and what is known."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django_tasks import task

from conversations.models import Message
from leads.extraction.reading import read
from leads.keeping import keep, questions_of, settings_of
from leads.models import Fact, Lead
from leads.terms import Kind, KnownFact


def read_later(message: Message, **_: Any) -> None:
    """Owe the reading of a message, in the transaction that stores it."""
    read_message.enqueue(str(message.pk))


@task()
def read_message(message_id: str) -> None:
    """Store the facts that a visitor's message holds. May be killed at any point and run again."""
    read_now(message_id)


def read_now(message_id: str) -> Lead | None:
    """The same at once; None where it says nothing, is gone, or is not a visitor's."""
    message = Message.objects.select_related("session").filter(pk=message_id, role=Message.Role.USER).first()
    if message is None:
        return None
    agent_id = message.session.agent_id
    questions = questions_of(agent_id)
    found = read(
        message.content,
        questions,
        asked=asked_before(message),
        known=known_of(message.session_id, before=message.seq),
        at=message.created_at,
        country=settings_of(agent_id).country,
        languages=tuple(dict.fromkeys((settings.LANGUAGE_CODE.partition("-")[0], "en"))),
    )
    return keep(message, found, questions=questions)


def known_of(session_id: uuid.UUID, *, before: int | None = None) -> dict[str, KnownFact]:
    """The newest fact of each key, of the messages before a number."""
    rows = Fact.objects.filter(lead__session=session_id).order_by("seq", "start", "created_at")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return {
        row.key: KnownFact(key=row.key, kind=Kind(row.kind), value=row.value, seq=row.seq, is_declined=row.is_declined)
        for row in rows
    }


def asked_before(message: Message) -> str:
    """The key of the question that the answer before a message ended with; "" for none."""
    before = Message.objects.filter(session=message.session_id, seq__lt=message.seq, role=Message.Role.ASSISTANT)
    answer = before.order_by("-seq").select_related("reply").first()
    return answer.reply.asked if answer else ""
