"""Reads a stored message of a visitor for facts, with what the agent asked before it and what is known.

By rules, which take milliseconds; where a model is set up and may find more, it is asked by a task of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, UUIDField
from django.utils import timezone
from django_tasks import task

from conversations.models import Message
from leads.dialogue.state import latest
from leads.extraction.reading import read
from leads.keeping import keep
from leads.model_reading import ask_later
from leads.models import Lead
from leads.progress import asked_before, told_in
from leads.promises import selling
from leads.terms import FoundFact, KnownFact, QuestionData
from lib import prepared
from lib.prepared import Given


def read_later(message: Message, **_: Any) -> None:
    """Owe the reading of a message, in the transaction that stores it."""
    read_message.enqueue(str(message.pk))


@task()
def read_message(message_id: str) -> None:
    """Store the facts that a visitor's message holds. May be killed at any point and run again."""
    read_now(message_id)


def read_now(message_id: str) -> Lead | None:
    """The same at once; None where it says nothing, is gone, or is not a visitor's."""
    message = _said.first(message=message_id)
    if message is None:
        return None
    of_agent = selling(message.session.agent_id)
    questions = of_agent.questions
    asked, told = asked_before(message), told_in(message.session_id)
    found = find_facts(
        message.content,
        questions,
        asked=asked,
        known=latest(fact for fact in told.history if fact.seq < message.seq),
        at=message.created_at,
        country=of_agent.settings.country,
    )
    # Nothing is told, and nothing was: whoever reads another message at this moment keeps the lead that this makes.
    lead = keep(message, found, questions=questions) if found or told.stage else None
    ask_later(message, questions, asked=asked, told=told_in(message.session_id) if found else told)
    return lead


@prepared.objects(Message, message=UUIDField())
def _said(message: Given) -> QuerySet[Message]:
    return Message.objects.select_related("session").filter(pk=message, role=Message.Role.USER).order_by()


def find_facts(
    text: str,
    questions: Sequence[QuestionData],
    *,
    country: str,
    asked: str = "",
    known: Mapping[str, KnownFact] | None = None,
    at: datetime | None = None,
) -> tuple[FoundFact, ...]:
    """What a text says, in the site's language and in English; nothing is stored."""
    languages = tuple(dict.fromkeys((settings.LANGUAGE_CODE.partition("-")[0], "en")))
    return read(
        text, questions, asked=asked, known=known or {}, at=at or timezone.now(), country=country, languages=languages
    )
