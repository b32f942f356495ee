"""How far a lead is: its turns from the rows, and from them and its facts the score and the stage."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import IntegerField, QuerySet, UUIDField
from django.utils import timezone

from conversations.messages import history
from conversations.messages.history import PastEntry
from conversations.models import Message
from leads.dialogue.manager import replay
from leads.dialogue.scoring import LABELS, score, total
from leads.dialogue.state import PastTurn, latest
from leads.models import Fact, Lead
from leads.terms import Kind, KnownFact, QuestionData
from lib import prepared
from lib.prepared import Given

MAX_TURNS = 60  # the newest; what was asked before counts no more


@dataclass(frozen=True, slots=True)
class Told:
    """What a session's lead holds, read in one query; `stage` is None where there is no lead.

    `history` has every fact, those that were corrected too, in the order in which they were said.
    """

    stage: str | None = None
    history: tuple[KnownFact, ...] = ()
    found: Mapping[uuid.UUID | None, tuple[str, ...]] = field(default_factory=dict)  # keys of facts, by message
    by_form: frozenset[uuid.UUID | None] = frozenset()  # messages that a contact form made


_FACT = ("key", "kind", "value", "seq", "start", "is_declined", "created_at", "message", "by")


class _Row(NamedTuple):
    stage: str
    key: str | None
    kind: str
    value: str
    seq: int
    start: int | None
    is_declined: bool
    created_at: datetime
    message_id: uuid.UUID | None
    by: str


def told_in(session_id: uuid.UUID) -> Told:
    """What is stored of a session's visitor by now."""
    rows = [_Row(*row) for row in _lead_with_facts(session=session_id)]
    facts = [row for row in rows if row.key is not None]  # a lead without a fact is one row of nothing
    found: dict[uuid.UUID | None, tuple[str, ...]] = {}
    for row in sorted(facts, key=lambda row: (row.created_at, row.seq)):
        found[row.message_id] = (*found.get(row.message_id, ()), str(row.key))
    return Told(
        stage=rows[0].stage if rows else None,
        history=tuple(
            KnownFact(key=str(row.key), kind=Kind(row.kind), value=row.value, seq=row.seq, is_declined=row.is_declined)
            for row in sorted(facts, key=lambda row: (row.seq, row.start or 0, row.created_at))
        ),
        found=found,
        by_form=frozenset(row.message_id for row in facts if row.by == Fact.By.FORM),
    )


@prepared.rows(session=UUIDField())
def _lead_with_facts(session: Given) -> QuerySet[Lead, Any]:
    return Lead.objects.filter(session=session).order_by().values_list("stage", *(f"facts__{name}" for name in _FACT))


def turns_of(entries: Sequence[PastEntry], told: Told) -> list[PastTurn]:
    """The newest turns of a session, oldest first; one that is still answered has no answer yet."""
    newest = entries[-2 * MAX_TURNS :]
    answers = {each.question_id: each for each in newest if each.question_id}
    turns = []
    for each in newest:
        if each.role != Message.Role.USER:
            continue
        answer = answers.get(each.id)
        turns.append(
            PastTurn(
                seq=each.seq,
                said=each.content,
                answered=answer.content if answer else "",
                asked=(answer.asked or "") if answer else "",
                certainty=(answer.certainty or "") if answer else "",
                found=told.found.get(each.id, ()),
            )
        )
    return turns


def turns_now(session_id: uuid.UUID, told: Told) -> list[PastTurn]:
    """The same from the rows."""
    return turns_of(history.past(session_id), told)


def asked_before(message: Message) -> str:
    """The key of the question that the answer before a message ended with; "" for none."""
    found = _asked_last(session=message.session_id, before=message.seq)
    return str(found[0][0] or "") if found else ""


@prepared.rows(session=UUIDField(), before=IntegerField())
def _asked_last(session: Given, before: Given) -> QuerySet[Message, Any]:
    answers = Message.objects.filter(session=session, seq__lt=before, role=Message.Role.ASSISTANT)
    return answers.order_by("-seq").values_list("reply__asked")[:1]


def bring_up_to_date(lead: Lead, questions: Sequence[QuestionData]) -> None:
    """Set score, reasons and stage of a lead from its session's rows; the caller saves it."""
    told = told_in(lead.session_id)
    turns = turns_now(lead.session_id, told)
    reasons = score(questions, latest(told.history), turns, at=timezone.localdate())
    lead.reasons = [
        {"rule": reason.rule, "label": str(LABELS[reason.rule]), "points": reason.points, "fact": reason.fact}
        for reason in reasons
    ]
    lead.score = total(reasons)
    if guidance := replay(questions, told.history, turns):
        lead.stage = guidance[-1].stage.value
