"""The shapes of questions, leads and facts in the API."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from leads.models import MAX_QUESTIONS, Fact, Lead, Question
from leads.terms import Kind
from lib.rest.fields import ANY_TEXT, Body, FilledLine

KEY = r"^[a-z][a-z0-9_]{0,39}$"
Choice = Annotated[FilledLine, Field(max_length=100)]
StatusName = Literal["new", "open", "qualified", "won", "lost", "spam"]


class QuestionShape(Body):
    """Something an agent wants to learn."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "people",
                    "label": "People who drink coffee",
                    "ask": "How many of you drink coffee?",
                    "kind": "number",
                }
            ]
        }
    )

    key: Annotated[str, Field(pattern=KEY)]
    label: Annotated[FilledLine, Field(max_length=100)]
    ask: Annotated[FilledLine, Field(max_length=300)]
    kind: Literal["name", "email", "phone", "company", "number", "money", "date", "choice", "text"]
    required: bool = False
    choices: Annotated[list[Choice], Field(max_length=50)] = []
    when: Annotated[str, Field(max_length=141, pattern=ANY_TEXT)] = Field(
        "", description="A key, or `key=value`: asked only when that is known."
    )

    @classmethod
    def of(cls, question: Question) -> QuestionShape:
        return cls(
            key=question.key,
            label=question.label,
            ask=question.ask,
            kind=Kind(question.kind).value,
            required=question.is_required,
            choices=question.choices,
            when=question.when,
        )


class QuestionList(Body):
    """In the order in which they are asked; a PUT replaces all."""

    questions: Annotated[list[QuestionShape], Field(max_length=MAX_QUESTIONS)]


class FactOut(Schema):
    key: str
    label: str
    value: str
    words: str = Field(description="As they stand in that message, letter for letter.")
    message_id: uuid.UUID | None
    confidence: float
    by: str
    is_confirmed: bool
    is_declined: bool
    created_at: datetime

    @classmethod
    def of(cls, fact: Fact) -> FactOut:
        return cls(
            key=fact.key,
            label=fact.label,
            value=fact.value,
            words=fact.words,
            message_id=fact.message_id,
            confidence=fact.confidence,
            by=fact.by,
            is_confirmed=fact.is_confirmed,
            is_declined=fact.is_declined,
            created_at=fact.created_at,
        )


class ReasonOut(Schema):
    rule: str
    points: int
    fact: str | None


class ConsentOut(Schema):
    text: str
    version: int
    at: datetime


class LeadOut(Schema):
    id: uuid.UUID
    agent_id: uuid.UUID
    session_id: uuid.UUID
    status: str
    stage: str
    score: int
    reasons: list[ReasonOut]
    facts: list[FactOut]
    consent: ConsentOut | None
    page: str
    referrer: str
    utm: dict[str, str]
    locale: str
    owner: str | None
    notes: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, lead: Lead) -> LeadOut:
        consent = None
        if lead.consent_at is not None:
            consent = ConsentOut(text=lead.consent_text, version=lead.consent_version or 1, at=lead.consent_at)
        reasons = [ReasonOut(rule=r["rule"], points=r["points"], fact=r.get("fact") or None) for r in lead.reasons]
        return cls(
            id=lead.pk,
            agent_id=lead.agent_id,
            session_id=lead.session_id,
            status=lead.status,
            stage=lead.stage,
            score=lead.score,
            reasons=reasons,
            facts=[FactOut.of(fact) for fact in lead.facts.all() if fact.is_current],
            consent=consent,
            page=lead.page,
            referrer=lead.referrer,
            utm=lead.utm,
            locale=lead.locale,
            owner=lead.owner.get_username() if lead.owner else None,
            notes=lead.notes,
            created_at=lead.created_at,
            updated_at=lead.updated_at,
        )


class LeadList(Schema):
    leads: list[LeadOut]
    total: int
    next: str | None


class LeadChange(Body):
    """Any subset; what is left out stays as it is."""

    status: StatusName | None = None
    owner: Annotated[str, Field(max_length=150, pattern=ANY_TEXT)] | None = Field(
        None, description="The login of a member of staff; an empty one takes the owner away."
    )
    notes: Annotated[str, Field(max_length=10_000, pattern=ANY_TEXT)] | None = None


class ContactIn(Body):
    """With one way to reach the visitor, and their consent."""

    name: Annotated[str, Field(max_length=200, pattern=ANY_TEXT)] = ""
    email: Annotated[str, Field(max_length=254, pattern=ANY_TEXT)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=ANY_TEXT)] = ""
    message: Annotated[str, Field(max_length=2000, pattern=ANY_TEXT)] = ""
    consent: Literal[True]


class ContactSaved(Schema):
    lead_id: uuid.UUID
    said: str = Field(description="What the visitor is told, as it stands in the conversation.")
