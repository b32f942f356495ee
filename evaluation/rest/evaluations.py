"""The API's operations on evaluations; all of them are for management."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from access import trace
from access.callers import management
from agents.models import Agent
from evaluation.coverage import Coverage, coverage_of
from evaluation.models import Evaluation
from evaluation.publishing import NotOverridden, override
from evaluation.rest.schemas import (
    CoverageOut,
    EvaluationIn,
    EvaluationList,
    EvaluationOut,
    EvaluationWithResults,
    OverrideIn,
)
from evaluation.running import NothingToEvaluate, begin, published_or
from lib.rest import cursors
from lib.rest.openapi import also
from lib.rest.problems import conflict, not_found

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["Evaluation"], auth=management)


@router.get(
    "/agents/{agent_id}/evaluations",
    response=EvaluationList,
    auth=management.may("evaluation.view_evaluation"),
    operation_id="list_evaluations",
    summary="List an agent's evaluations",
)
def list_evaluations(
    request: HttpRequest,
    agent_id: uuid.UUID,
    limit: cursors.Limit = cursors.DEFAULT_LIMIT,
    cursor: cursors.Cursor = None,
) -> dict[str, Any]:
    rows = _shown().filter(agent=_agent(agent_id))
    evaluations, next_cursor = cursors.page(rows, limit, cursor)
    return {"evaluations": evaluations, "total": rows.count(), "next_cursor": next_cursor}


@router.post(
    "/agents/{agent_id}/evaluations",
    response={202: EvaluationOut},
    auth=management.may("evaluation.add_evaluation"),
    operation_id="begin_evaluation",
    summary="Ask an agent its cases",
    openapi_extra=also(409),
)
def begin_evaluation(request: HttpRequest, agent_id: uuid.UUID, body: EvaluationIn | None = None) -> Status[Evaluation]:
    """In the background: read it until its status is `passed` or `failed`. 409 for an agent without cases."""
    agent = _agent(agent_id)
    version = published_or(agent, body.version if body else None)
    if version is None:
        raise not_found(_("Prompt version not found"))
    try:
        evaluation = begin(version, repeat=body.repeat if body else 1, author=_author(request))
    except NothingToEvaluate as error:
        raise conflict(str(error)) from None
    trace.added(request, evaluation)
    return Status(202, evaluation)


@router.get(
    "/agents/{agent_id}/coverage",
    response=CoverageOut,
    auth=management.may("evaluation.view_evaluation"),
    operation_id="get_coverage",
    summary="Read what no case touches",
)
def get_coverage(request: HttpRequest, agent_id: uuid.UUID) -> Coverage:
    """Documents that no case names and no answer of the last evaluation was taken from; questions that none asked."""
    return coverage_of(_agent(agent_id))


@router.post(
    "/evaluations/{evaluation_id}/override",
    response=EvaluationOut,
    auth=management.may("evaluation.override_evaluation"),
    operation_id="override_evaluation",
    summary="Publish a prompt although its cases failed",
    openapi_extra=also(409),
)
def override_evaluation(request: HttpRequest, evaluation_id: uuid.UUID, body: OverrideIn) -> Evaluation:
    """The reason is kept in the history of the prompt. 409 where the evaluation holds no version."""
    evaluation = get_evaluation(request, evaluation_id)
    try:
        override(evaluation, reason=body.reason, by=_name(request))
    except NotOverridden as error:
        raise conflict(str(error)) from None
    trace.changed(request, evaluation, note=_("published although cases failed"))
    return evaluation


@router.get(
    "/evaluations/{evaluation_id}",
    response=EvaluationWithResults,
    auth=management.may("evaluation.view_evaluation"),
    operation_id="get_evaluation",
    summary="Read an evaluation with its results",
)
def get_evaluation(request: HttpRequest, evaluation_id: uuid.UUID) -> Evaluation:
    evaluation = _shown().filter(pk=evaluation_id).first()
    if evaluation is None:
        raise not_found(_("Evaluation not found"))
    return evaluation


def _shown() -> QuerySet[Evaluation]:
    return Evaluation.objects.select_related("agent", "version")


def _agent(agent_id: uuid.UUID) -> Agent:
    agent = Agent.objects.select_related("published_prompt").filter(pk=agent_id).first()
    if agent is None:
        raise not_found(_("Agent not found"))
    return agent


def _name(request: HttpRequest) -> str:
    caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    return request.user.get_username() if caller.kind == "staff" else caller.key or caller.who


def _author(request: HttpRequest) -> User | None:
    return cast("User", request.user) if request.auth.kind == "staff" else None  # type: ignore[attr-defined]
