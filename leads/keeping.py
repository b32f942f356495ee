"""Stores the facts found in a visitor's words: one lead a session, one current fact a key, older ones as history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, QuerySet, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Message, Session
from leads import alerts, progress
from leads.models import Fact, Lead, LeadSettings, Question
from leads.terms import CONTACT_KEYS, FoundFact, Kind, QuestionData
from lib import prepared
from lib.figures import Tally
from lib.prepared import Given

LEADS = Tally("salesagent_leads_made", "Leads that were made")
CONTACT_COLUMNS = {"name": 200, "company": 200, "email": 254, "phone": 32}  # characters, as in the row


@dataclass(frozen=True, slots=True)
class Consent:
    """The text that a visitor agreed to, as it was shown beside the box."""

    text: str
    version: int
    at: datetime


def questions_of(agent_id: Any) -> list[QuestionData]:
    """An agent's questions, in the order in which they are asked."""
    return [question.data for question in Question.objects.filter(agent=agent_id)]


def settings_of(agent_id: Any) -> LeadSettings:
    """The agent's settings, or unsaved default ones if staff have set nothing."""
    return LeadSettings.objects.filter(agent=agent_id).first() or LeadSettings(agent_id=agent_id)


@transaction.atomic
def keep(
    message: Message,
    found: Iterable[FoundFact],
    *,
    by: str = Fact.By.RULE,
    consent: Consent | None = None,
    questions: Iterable[QuestionData] | None = None,
) -> Lead | None:
    """Store the facts of one message; None if there is nothing to store and no lead yet.

    Doing this twice for the same message changes nothing. Facts of a later message stay current, in whatever order
    messages are read. Raises ValueError for facts whose words are not in the message at `start`.
    """
    facts = [_checked(fact, message) for fact in found]
    asked = list(questions) if questions is not None else questions_of(message.session.agent_id)
    session = _locked.first(session=message.session_id)
    if session is None:  # deleted meanwhile, and with it what was said
        return None
    lead = _lead_of.first(session=session.pk)
    if lead is None and not facts and consent is None:
        return None
    if lead is None:
        if all(fact.is_declined for fact in facts) and consent is None:
            return None
        lead = Lead.objects.create(session=session, agent_id=session.agent_id, **_first_touch(session))
        transaction.on_commit(LEADS.add)
    labels = {question.key: question.label for question in asked}
    changed = [fact for fact in facts if _stored(lead, fact, message, by, labels)]
    if consent is not None:
        lead.consent_text, lead.consent_version, lead.consent_at = consent.text, consent.version, consent.at
    if changed or consent is not None:
        refresh(lead, asked)
        alerts.owe(lead)
    else:  # a message without facts may also change the stage
        before = lead.score, lead.reasons, lead.stage
        progress.bring_up_to_date(lead, asked)
        if before != (lead.score, lead.reasons, lead.stage):
            lead.save(update_fields=["score", "reasons", "stage"])
    return lead


@prepared.objects(Session, session=UUIDField())
def _locked(session: Given) -> QuerySet[Session]:
    return Session.objects.select_for_update(of=("self",)).filter(pk=session).order_by()


@prepared.objects(Lead, session=UUIDField())
def _lead_of(session: Given) -> QuerySet[Lead]:
    return Lead.objects.filter(session=session).order_by()


def refresh(lead: Lead, questions: Iterable[QuestionData] | None = None) -> None:
    """Update what is derived from the facts: contact columns, score, stage, and which lead is the same person."""
    asked = list(questions) if questions is not None else questions_of(lead.agent_id)
    newest = {fact.kind: fact for fact in lead.facts.current().exclude(is_declined=True) if fact.kind in CONTACT_KEYS}
    for kind, column in CONTACT_KEYS.items():
        setattr(lead, column, newest[kind].value[: CONTACT_COLUMNS[column]] if kind in newest else "")
    progress.bring_up_to_date(lead, asked)
    if lead.merged_into_id is None:
        lead.merged_into = _same_person(lead)
    lead.updated_at = timezone.now()
    lead.save()


def _checked(fact: FoundFact, message: Message) -> FoundFact:
    if not fact.words or message.content[fact.start : fact.start + len(fact.words)] != fact.words:
        raise ValueError(f"the words of {fact.key!r} do not stand in the message")
    return fact


def _stored(lead: Lead, fact: FoundFact, message: Message, by: str, labels: Mapping[str, str]) -> bool:
    """Store a fact; returns whether it is new. It is current unless a later message has said otherwise."""
    current = _current.first(lead=lead.pk, key=fact.key)
    is_newest = current is None or (current.seq, current.start or 0) <= (message.seq, fact.start)
    if current and current.value == fact.value and current.is_declined == fact.is_declined:
        return False
    if lead.facts.filter(message=message, key=fact.key, start=fact.start, value=fact.value).exists():
        return False
    if is_newest and current:
        if fact.is_declined and not current.is_declined:
            return False  # "I'd rather not say" takes nothing back
        lead.facts.filter(pk=current.pk).update(is_current=False)
    lead.facts.create(
        key=fact.key,
        label=labels.get(fact.key) or label_of(fact.kind),
        kind=fact.kind,
        value=fact.value,
        words=fact.words,
        start=fact.start,
        message=message,
        seq=message.seq,
        confidence=fact.confidence,
        by=by,
        is_confirmed=by == Fact.By.FORM,
        is_declined=fact.is_declined,
        is_current=is_newest,
    )
    return True


@prepared.objects(Fact, lead=UUIDField(), key=CharField())
def _current(lead: Given, key: Given) -> QuerySet[Fact]:
    return Fact.objects.current().filter(lead=lead, key=key)[:1]


def label_of(kind: str) -> str:
    """The label of a fact for which the agent has no question."""
    names = {
        Kind.NAME: _("Name"),
        Kind.EMAIL: _("E-mail"),
        Kind.PHONE: _("Telephone"),
        Kind.COMPANY: _("Company"),
        Kind.TEXT: _("Message"),
    }
    return names.get(Kind(kind), Kind(kind).value)


def _first_touch(session: Session) -> dict[str, Any]:
    touch = session.first_touch
    return {
        "page": str(touch.get("page", ""))[:2000],
        "referrer": str(touch.get("referrer", ""))[:2000],
        "utm": touch.get("utm", {}),
        "locale": str(touch.get("locale", ""))[:35],
    }


def _same_person(lead: Lead) -> Lead | None:
    """The agent's oldest lead with the same address or number; None if staff have separated the two."""
    if lead.is_apart:
        return None
    others = Lead.objects.main().filter(agent=lead.agent_id, created_at__lt=lead.created_at).exclude(pk=lead.pk)
    for column in ("email", "phone"):
        value = getattr(lead, column)
        if not value or (column == "phone" and not value.startswith("+")):  # one of several countries
            continue
        same = others.filter(**{f"{column}__iexact": value}, is_apart=False)
        if found := same.order_by("created_at").first():
            return found
    return None
