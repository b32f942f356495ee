"""Groups questions that agents could not answer by meaning into gaps, and closes gaps by a document or dismissal."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from agents.models import Agent
from conversations.messages.events import MessageData
from conversations.models import Message, Reply
from evaluation.likeness import MAX_CHARS, Meaning
from evaluation.models import Gap, GapQuestion
from evaluation.transcripts import asked_in_full
from knowledge import adding
from knowledge.ingestion.refusals import unreadable
from knowledge.models import Document
from lib.database import in_database
from lib.text import clean, shorten

PERIOD = timedelta(days=90)  # older questions are not looked at
TREND = timedelta(days=7)
MAX_AT_ONCE = 100  # questions in one step: a second of the embedding model
MAX_COMPARED = 2000  # gaps of an agent, the newest
NAME_CHARS = 80  # of a document made from an answer


class GapClosed(Exception):
    """The gap has been answered or dismissed already."""


async def note_later(answer: MessageData) -> None:
    """Start a task if this answer was not known. Called with each answer that ends."""
    if answer.certainty in (Reply.Certainty.HEDGED, Reply.Certainty.REFUSED) or answer.withheld:
        await _owe(answer.session_id)


@in_database
def _owe(session_id: str) -> None:
    agent_id = Message.objects.filter(session_id=session_id).values_list("session__agent", flat=True).first()
    if agent_id:
        look.enqueue(str(agent_id))


def note_feedback(reply: Reply, **_kwargs: Any) -> None:
    """Start a task if this answer did not help. If the visitor took that back, remove the question from its gap."""
    if reply.feedback == Reply.Feedback.DOWN:
        look.enqueue(str(reply.message.session.agent_id))
        return
    _lock_question(reply)  # somebody may be putting it into a gap
    GapQuestion.objects.filter(message=reply.question_id, kind=GapQuestion.Kind.DISLIKED).delete()


@task()
def look(agent_id: str) -> None:
    """The task: put what an agent did not know into gaps. May be killed at any point and run again."""
    gather(uuid.UUID(agent_id))


def gather(agent_id: uuid.UUID, at: datetime | None = None) -> int:
    """Put questions without a gap into gaps, at most MAX_AT_ONCE; returns how many.

    Handling the same rows twice gives the same gaps.
    """
    since = (at or timezone.now()) - PERIOD
    unsure = Q(certainty__in=[Reply.Certainty.HEDGED, Reply.Certainty.REFUSED]) | Q(withheld__gt=0)
    unsure |= Q(feedback=Reply.Feedback.DOWN)
    # A question of files alone has no words to compare, and would be looked at for ever.
    replies = Reply.objects.filter(
        unsure, message__session__agent=agent_id, question__isnull=False, question__gap_question=None,
        created_at__gte=since,
    ).exclude(question__content="").select_related("question")  # fmt: skip
    found = list(replies.order_by("created_at")[:MAX_AT_ONCE])
    known = [
        (gap, Meaning(gap.question, bytes(gap.vector or b"")))
        for gap in Gap.objects.filter(agent=agent_id).order_by("-created_at")[:MAX_COMPARED]
    ]
    for reply in found:
        meaning = _meaning_of(reply.question)  # type: ignore[arg-type]
        gap = next((gap for gap, other in known if meaning.is_like(other)), None)
        gap = _keep(agent_id, reply, meaning, gap)
        if gap is not None and all(gap.pk != other.pk for other, _meaning in known):
            known.insert(0, (gap, meaning))
    return len(found)


def _meaning_of(question: Message) -> Meaning:
    """The question in full and without personal data: it becomes the heading of the document that answers it."""
    return Meaning.of(asked_in_full(question))


@transaction.atomic
def _keep(agent_id: uuid.UUID, reply: Reply, meaning: Meaning, gap: Gap | None) -> Gap | None:
    """Store that a question is in `gap`, unless it is in one already, was deleted, or the visitor took it back."""
    if gap is not None:  # the gap may have been deleted with its last question
        gap = Gap.objects.select_for_update().filter(pk=gap.pk).first()
    question = _lock_question(reply)
    if question is None or not meaning.text or GapQuestion.objects.filter(message=question).exists():
        return gap
    reply.refresh_from_db(fields=["feedback"])
    if (kind := _kind(reply)) is None:
        return gap
    if gap is None:
        gap = Gap.objects.create(agent_id=agent_id, question=meaning.text, vector=meaning.vector or None)
    GapQuestion.objects.create(gap=gap, message=question, kind=kind, asked_at=question.created_at)
    if gap.status == Gap.Status.ANSWERED and gap.closed_at and question.created_at > gap.closed_at:
        gap.reopen()
    return gap


def delete_unasked(_now: datetime) -> int:
    """Delete the gaps whose conversations were all deleted; returns how many."""
    deleted, _each = Gap.objects.filter(questions=None).delete()
    return deleted


def count_unasked(_now: datetime) -> int:
    """How many gaps that would be now."""
    return Gap.objects.filter(questions=None).count()


def _lock_question(reply: Reply) -> Message | None:
    meant = reply.question_id or uuid.UUID(int=0)
    return Message.objects.select_for_update(of=("self",)).filter(pk=meant).first()


def _kind(reply: Reply) -> str | None:
    """Why a question is in a gap; None if the visitor has changed their mind."""
    if reply.certainty == Reply.Certainty.REFUSED:
        return GapQuestion.Kind.REFUSED
    if reply.certainty == Reply.Certainty.HEDGED:
        return GapQuestion.Kind.HEDGED
    if reply.withheld:
        return GapQuestion.Kind.WITHHELD
    return GapQuestion.Kind.DISLIKED if reply.feedback == Reply.Feedback.DOWN else None


def counted(at: datetime | None = None) -> Any:
    """Annotate gaps with how often they were asked (`count`), when last, how often in the last week and the week
    before, and how often for each reason (`of_refused` and so on)."""
    now = at or timezone.now()
    this_week, last_week = Q(questions__asked_at__gte=now - TREND), Q(questions__asked_at__gte=now - 2 * TREND)
    return Gap.objects.annotate(
        count=Count("questions"),
        last_at=Max("questions__asked_at"),
        lately=Count("questions", filter=this_week),
        before=Count("questions", filter=last_week & ~this_week),
        **{f"of_{kind}": Count("questions", filter=Q(questions__kind=kind)) for kind in GapQuestion.Kind.values},
    ).filter(count__gt=0)  # those whose conversations were all deleted are deleted within the hour


def answer(gap: Gap, text: str, question: str = "") -> Document | None:
    """Make a document of the answer, under the gap's question or a better wording of it; raises GapClosed, and
    Unreadable for a text without words."""
    text, question = clean(text), " ".join(clean(question)[:MAX_CHARS].split()) or gap.question
    if not text:
        raise unreadable("empty")
    with transaction.atomic():
        _lock(gap)
    added = adding.add_text(gap.agent_id, f"# {question}\n\n{text}", shorten(question, NAME_CHARS))
    if added is None:
        return None
    gap.close(Gap.Status.ANSWERED, added.document)
    return added.document


def dismiss(gap: Gap) -> None:
    """Close a gap that needs no answer; raises GapClosed."""
    with transaction.atomic():
        _lock(gap)
        gap.close(Gap.Status.DISMISSED)


def _lock(gap: Gap) -> None:
    if not Gap.objects.select_for_update().filter(pk=gap.pk, status=Gap.Status.OPEN).exists():
        raise GapClosed


def open_gaps(agent: Agent) -> QuerySet[Gap]:
    found: QuerySet[Gap] = counted().filter(agent=agent, status=Gap.Status.OPEN).order_by("-count", "-last_at")
    return found
