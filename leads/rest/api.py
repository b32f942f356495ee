"""The API's operations on questions, leads and contact details."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Literal

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from access import trace
from access.callers import Caller, management, management_or_visitor, require_session
from agents.models import Agent
from conversations.deletion.gone import tell_when_gone
from conversations.models import Session
from conversations.rest.api import refusals
from conversations.rest.document import IdempotencyKey
from leads.contact import Contact, ContactInvalid, ContactNotTaken, leave
from leads.exports import EXPORTS, export
from leads.models import Lead, Question
from leads.promises import forget
from leads.rest.schemas import (
    ContactIn,
    ContactSaved,
    LeadChange,
    LeadList,
    LeadOut,
    QuestionList,
    QuestionShape,
    StatusName,
)
from lib.database import in_database
from lib.files import delete_with_files
from lib.rest import cursors
from lib.rest.fields import ANY_TEXT
from lib.rest.openapi import also
from lib.rest.problems import conflict, invalid, not_found

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["Leads"], auth=management)

StageName = Literal["discover", "qualify", "present", "objections", "close", "follow_up"]


# --- questions --------------------------------------------------------------------------------------------------


@router.get(
    "/agents/{agent_id}/questions",
    response=QuestionList,
    auth=management.may("leads.view_question"),
    operation_id="list_questions",
    summary="Read what an agent asks visitors",
)
def list_questions(request: HttpRequest, agent_id: uuid.UUID) -> QuestionList:
    return _questions(_agent(agent_id))


@router.put(
    "/agents/{agent_id}/questions",
    response=QuestionList,
    auth=management.may("leads.change_question"),
    operation_id="replace_questions",
    summary="Replace what an agent asks visitors",
    openapi_extra=also(409),
)
def replace_questions(request: HttpRequest, agent_id: uuid.UUID, body: QuestionList) -> QuestionList:
    """In the order given. Facts that were found for a question that goes are kept."""
    agent = _agent(agent_id)
    _check(body.questions)
    with transaction.atomic():
        Agent.objects.select_for_update().get(pk=agent.pk)
        agent.questions.all().delete()
        Question.objects.bulk_create(
            Question(
                agent=agent,
                key=question.key,
                label=question.label,
                ask=question.ask,
                kind=question.kind,
                is_required=question.required,
                choices=question.choices,
                when=question.when,
                position=position,
            )
            for position, question in enumerate(body.questions)
        )
        trace.changed(request, agent, note=_("changed: questions"))
    forget()
    return _questions(agent)


def _check(questions: list[QuestionShape]) -> None:
    keys = [question.key for question in questions]
    for position, question in enumerate(questions):
        if keys.index(question.key) != position:
            raise conflict(_("questions.%(at)s.key: is used twice.") % {"at": position})
        if question.kind == "choice" and len(set(question.choices)) < 2:
            raise conflict(_("questions.%(at)s.choices: name at least two.") % {"at": position})
        if question.when and question.when.partition("=")[0] not in keys:
            raise conflict(_("questions.%(at)s.when: names no key of these questions.") % {"at": position})


# --- leads ------------------------------------------------------------------------------------------------------


@router.get(
    "/leads",
    response=LeadList,
    auth=management.may("leads.view_lead"),
    operation_id="list_leads",
    summary="List leads",
)
def list_leads(
    request: HttpRequest,
    agent: uuid.UUID | None = None,
    status: StatusName | None = None,
    stage: StageName | None = None,
    q: Annotated[str, Query(max_length=200, pattern=ANY_TEXT, description="Words of a fact, or of the notes.")] = "",
    limit: cursors.Limit = cursors.DEFAULT_LIMIT,
    after: Annotated[str | None, Query(pattern=cursors.PATTERN, description="The `next` of the page before.")] = None,
) -> LeadList:
    """The newest first; who is merged into another lead is left out."""
    rows = _found(agent, status, stage, q)
    page, next_page = cursors.page(rows.select_related("owner").prefetch_related("facts"), limit, after)
    return LeadList(leads=[LeadOut.of(lead) for lead in page], total=rows.count(), next=next_page)


@router.get(
    "/leads/export",
    auth=management.may("leads.export_lead"),
    operation_id="export_leads",
    summary="Download leads",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file.",
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    "application/json": {"schema": {"type": "object"}},
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                        "schema": {"type": "string", "format": "binary"}
                    },
                },
            }
        }
    },
)
def export_leads(
    request: HttpRequest,
    format: Literal["csv", "xlsx", "json"] = "csv",
    agent: uuid.UUID | None = None,
    status: StatusName | None = None,
    stage: StageName | None = None,
    q: Annotated[str, Query(max_length=200, pattern=ANY_TEXT)] = "",
) -> HttpResponseBase:
    """Every lead of the selection, streamed. No cell can run as a formula in a spreadsheet."""
    assert format in EXPORTS  # noqa: S101 the type says so
    return export(format, _found(agent, status, stage, q))


@router.get(
    "/leads/{lead_id}",
    response=LeadOut,
    auth=management.may("leads.view_lead"),
    operation_id="get_lead",
    summary="Read a lead",
)
def get_lead(request: HttpRequest, lead_id: uuid.UUID) -> LeadOut:
    return LeadOut.of(_lead(lead_id))


@router.patch(
    "/leads/{lead_id}",
    response=LeadOut,
    auth=management.may("leads.change_lead"),
    operation_id="patch_lead",
    summary="Change a lead",
)
def patch_lead(request: HttpRequest, lead_id: uuid.UUID, body: LeadChange) -> LeadOut:
    given = body.model_dump(exclude_unset=True)
    with transaction.atomic():
        lead = _lead(lead_id)
        if given.get("status"):
            lead.status = given["status"]
        if given.get("notes") is not None:
            lead.notes = given["notes"]
        if given.get("owner") is not None:
            lead.owner = _owner(given["owner"]) if given["owner"] else None
        lead.save(update_fields=["status", "notes", "owner"])
        trace.changed(request, lead, given)
    return LeadOut.of(lead)


@router.delete(
    "/leads/{lead_id}",
    response={204: None},
    auth=management.may("leads.delete_lead"),
    operation_id="delete_lead",
    summary="Forget a person",
)
def delete_lead(request: HttpRequest, lead_id: uuid.UUID) -> Status[None]:
    """The lead goes with its conversations, where the visitor's words would else still stand; also those of leads that
    were merged into it."""
    with transaction.atomic():
        lead = _lead(lead_id)
        sessions = [lead.session_id, *lead.merged.values_list("session_id", flat=True)]
        tell_when_gone(sessions)
        trace.deleted(request, Lead(pk=lead.pk))  # without the name of who is to be forgotten
        delete_with_files(Session.objects.filter(pk__in=sessions))
    return Status(204, None)


# --- contact ----------------------------------------------------------------------------------------------------


@router.post(
    "/sessions/{session_id}/contact",
    response={201: ContactSaved},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="leave_contact",
    summary="Leave contact details",
    openapi_extra=also(409, 503),
)
async def leave_contact(
    request: HttpRequest, session_id: uuid.UUID, body: ContactIn, idempotency_key: IdempotencyKey = None
) -> Status[ContactSaved]:
    """As the form in the page: a message of the visitor's with its answer. 409 where the agent takes none."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    require_session(caller, session_id)
    contact = Contact(body.name, body.email, body.phone, body.message, consent=body.consent)
    with refusals():
        try:
            turn = await leave(caller, session_id, contact, idempotency_key or "")
        except ContactInvalid as error:
            name, detail = next(iter(error.errors.items()))
            raise invalid(f"{name}: {detail}") from None
        except ContactNotTaken:
            raise conflict(_("This agent takes no contact details.")) from None
    said = turn.answer.content if turn.answer else _("Saved.")
    return Status(201, ContactSaved(lead_id=await _lead_of(session_id), said=said))


# --- small parts ------------------------------------------------------------------------------------------------


@in_database
def _lead_of(session_id: uuid.UUID) -> uuid.UUID:
    found = Lead.objects.filter(session=session_id).values_list("pk", "merged_into").first()
    if found is None:  # deleted in this moment
        raise not_found(_("Session not found"))
    return found[1] or found[0]


def _agent(agent_id: uuid.UUID) -> Agent:
    agent = Agent.objects.filter(pk=agent_id).first()
    if agent is None:
        raise not_found(_("Agent not found"))
    return agent


def _questions(agent: Agent) -> QuestionList:
    return QuestionList(questions=[QuestionShape.of(question) for question in agent.questions.all()])


def _lead(lead_id: uuid.UUID) -> Lead:
    lead = Lead.objects.select_related("owner").prefetch_related("facts").filter(pk=lead_id).first()
    if lead is None:
        raise not_found(_("Lead not found"))
    return lead


def _owner(login: str) -> User:
    found = get_user_model().objects.filter(username=login, is_staff=True, is_active=True).first()
    if found is None:
        raise invalid(_("owner: is no member of staff."))
    return found


def _found(agent: uuid.UUID | None, status: str | None, stage: str | None, q: str) -> QuerySet[Lead]:
    named = {"agent": agent, "status": status, "stage": stage}
    rows = Lead.objects.main().filter(**{name: value for name, value in named.items() if value})
    for word in q.split()[:10]:
        told = Lead.objects.filter(facts__value__icontains=word).values("pk")
        rows = rows.filter(Q(pk__in=told) | Q(notes__icontains=word))
    return rows
