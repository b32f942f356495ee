"""How far a lead is: its turns from the rows, and from them and its facts the score and the stage."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from conversations.models import Message
from leads.dialogue.manager import replay
from leads.dialogue.scoring import LABELS, score, total
from leads.dialogue.state import PastTurn, latest
from leads.models import Fact, Lead
from leads.terms import Kind, KnownFact, QuestionData

MAX_TURNS = 60  # the newest; what was asked before counts no more


def turns_of(session_id: uuid.UUID) -> list[PastTurn]:
    """The newest turns of a session, oldest first; one that is still answered has no answer yet."""
    rows = Message.objects.filter(session=session_id).select_related("reply").prefetch_related("facts")
    newest = list(rows.order_by("-seq")[: 2 * MAX_TURNS])
    answers = {row.reply.question_id: row for row in newest if hasattr(row, "reply")}
    turns = []
    for row in reversed(newest):
        if row.role != Message.Role.USER:
            continue
        answer = answers.get(row.pk)
        turns.append(
            PastTurn(
                seq=row.seq,
                said=row.content,
                answered=answer.content if answer else "",
                asked=answer.reply.asked if answer else "",
                certainty=answer.reply.certainty if answer else "",
                found=tuple(fact.key for fact in row.facts.all()),
            )
        )
    return turns


def history_of(session_id: uuid.UUID) -> list[KnownFact]:
    """Every fact of a session, those that were corrected too, in the order in which they were said."""
    rows = Fact.objects.filter(lead__session=session_id).order_by("seq", "start", "created_at")
    return [
        KnownFact(key=row.key, kind=Kind(row.kind), value=row.value, seq=row.seq, is_declined=row.is_declined)
        for row in rows
    ]


def asked_before(message: Message) -> str:
    """The key of the question that the answer before a message ended with; "" for none."""
    before = Message.objects.filter(session=message.session_id, seq__lt=message.seq, role=Message.Role.ASSISTANT)
    answer = before.order_by("-seq").select_related("reply").first()
    return answer.reply.asked if answer else ""


def bring_up_to_date(lead: Lead, questions: Sequence[QuestionData]) -> None:
    """Set score, reasons and stage of a lead from its session's rows; the caller saves it."""
    turns, history = turns_of(lead.session_id), history_of(lead.session_id)
    reasons = score(questions, latest(history), turns, at=timezone.localdate())
    lead.reasons = [
        {"rule": reason.rule, "label": str(LABELS[reason.rule]), "points": reason.points, "fact": reason.fact}
        for reason in reasons
    ]
    lead.score = total(reasons)
    if guidance := replay(questions, history, turns):
        lead.stage = guidance[-1].stage.value
