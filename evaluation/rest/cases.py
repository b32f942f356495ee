"""The API's operations on cases; all of them are for management."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from access import trace
from access.callers import management
from agents.models import Agent
from evaluation import keeping
from evaluation.keeping import CaseInvalid
from evaluation.models import Case
from evaluation.rest.schemas import CaseChange, CaseIn, CaseList, CaseOut
from lib.rest.openapi import also
from lib.rest.problems import conflict, not_found

router = Router(tags=["Evaluation"], auth=management)


@router.get(
    "/agents/{agent_id}/cases",
    response=CaseList,
    auth=management.may("evaluation.view_case"),
    operation_id="list_cases",
    summary="List an agent's cases",
)
def list_cases(request: HttpRequest, agent_id: uuid.UUID) -> dict[str, Any]:
    cases = list(_agent(agent_id).cases.prefetch_related("cites"))
    return {"cases": cases, "total": len(cases)}


@router.post(
    "/agents/{agent_id}/cases",
    response={201: CaseOut},
    auth=management.may("evaluation.add_case"),
    operation_id="add_case",
    summary="Add a case",
    openapi_extra=also(409),
)
def add_case(request: HttpRequest, agent_id: uuid.UUID, body: CaseIn) -> Status[Case]:
    """A question and what its answer must and must not hold: at least one thing, or it is refused with 409, as are
    patterns that cannot be searched for and documents of other agents."""
    case = _stored(Case(agent=_agent(agent_id)), body.model_dump())
    trace.added(request, case)
    return Status(201, case)


@router.get(
    "/cases/{case_id}",
    response=CaseOut,
    auth=management.may("evaluation.view_case"),
    operation_id="get_case",
    summary="Read a case",
)
def get_case(request: HttpRequest, case_id: uuid.UUID) -> Case:
    return _case(case_id)


@router.patch(
    "/cases/{case_id}",
    response=CaseOut,
    auth=management.may("evaluation.change_case"),
    operation_id="change_case",
    summary="Change parts of a case",
    openapi_extra=also(409),
)
def change_case(request: HttpRequest, case_id: uuid.UUID, body: CaseChange) -> Case:
    values = body.model_dump(exclude_unset=True)
    case = _stored(_case(case_id), values)
    trace.changed(request, case, values)
    return case


@router.delete(
    "/cases/{case_id}",
    response={204: None},
    auth=management.may("evaluation.delete_case"),
    operation_id="delete_case",
    summary="Delete a case",
)
def delete_case(request: HttpRequest, case_id: uuid.UUID) -> Status[None]:
    with transaction.atomic():
        case = _case(case_id)
        trace.deleted(request, case)
        case.delete()
    return Status(204, None)


def _stored(case: Case, values: dict[str, Any]) -> Case:
    try:
        if "cites" in values:
            values = {**values, "cites": keeping.documents(case.agent, values["cites"])}
        return keeping.store(case, values)
    except CaseInvalid as error:
        raise conflict(str(error)) from None


def _agent(agent_id: uuid.UUID) -> Agent:
    agent = Agent.objects.filter(pk=agent_id).first()
    if agent is None:
        raise not_found(_("Agent not found"))
    return agent


def _case(case_id: uuid.UUID) -> Case:
    case = Case.objects.select_related("agent").prefetch_related("cites").filter(pk=case_id).first()
    if case is None:
        raise not_found(_("Case not found"))
    return case
