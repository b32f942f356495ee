"""The API's operations on agents; all of them are for management."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from access import trace
from access.callers import management
from agents import editing
from agents.models import Agent, PromptVersion
from agents.schemas import AgentChange, AgentIn, AgentList, AgentOut
from lib.files import count_with_files
from lib.rest import cursors
from lib.rest.openapi import also
from lib.rest.problems import Problem, conflict, forbidden, not_found
from lib.staff.deletion import forbidden_kinds

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["Agents"], auth=management)


@router.get(
    "/agents",
    response=AgentList,
    auth=management.may("agents.view_agent"),
    operation_id="list_agents",
    summary="List agents",
)
def list_agents(
    request: HttpRequest, limit: cursors.Limit = cursors.DEFAULT_LIMIT, cursor: cursors.Cursor = None
) -> dict[str, Any]:
    agents, next_cursor = cursors.page(_shown(), limit, cursor)
    return {"agents": agents, "total": Agent.objects.count(), "next_cursor": next_cursor}


@router.post(
    "/agents",
    response={201: AgentOut},
    auth=management.may("agents.add_agent"),
    operation_id="create_agent",
    summary="Create an agent",
    openapi_extra=also(409),
)
def create_agent(request: HttpRequest, body: AgentIn) -> Status[Agent]:
    try:
        with transaction.atomic():
            agent = editing.create(body.model_dump(), _author(request))
            trace.added(request, agent)
    except (editing.SlugTaken, editing.NotOnLandingPage) as error:
        raise _refused(error) from None
    return Status(201, _shown().get(pk=agent.pk))


@router.get(
    "/agents/{agent_id}",
    response=AgentOut,
    auth=management.may("agents.view_agent"),
    operation_id="get_agent",
    summary="Read an agent",
)
def get_agent(request: HttpRequest, agent_id: uuid.UUID) -> Agent:
    return _found(agent_id)


@router.put(
    "/agents/{agent_id}",
    response=AgentOut,
    auth=management.may("agents.change_agent"),
    operation_id="update_agent",
    summary="Change an agent",
    openapi_extra=also(409),
)
def update_agent(request: HttpRequest, agent_id: uuid.UUID, body: AgentChange) -> Agent:
    """Takes any subset of the fields, as PATCH does."""
    return _changed(request, agent_id, body)


@router.patch(
    "/agents/{agent_id}",
    response=AgentOut,
    auth=management.may("agents.change_agent"),
    operation_id="patch_agent",
    summary="Change parts of an agent",
    openapi_extra=also(409),
)
def patch_agent(request: HttpRequest, agent_id: uuid.UUID, body: AgentChange) -> Agent:
    """What is left out stays as it is; a changed system prompt is published as a new version. Where the agent has cases
    that is when they have passed: until then the answer has the prompt as it was, and the new one's number as
    `unpublished_version`."""
    return _changed(request, agent_id, body)


@router.delete(
    "/agents/{agent_id}",
    response={204: None},
    auth=management.may("agents.delete_agent"),
    operation_id="delete_agent",
    summary="Delete an agent for good",
)
def delete_agent(request: HttpRequest, agent_id: uuid.UUID) -> Status[None]:
    """Its sessions, messages and documents go with it, and all their files."""
    with transaction.atomic():
        agent = _found(agent_id)
        _require_deletion(request, agent)
        trace.deleted(request, agent)
        if not editing.delete(agent_id):
            raise _missing()
    return Status(204, None)


def _shown() -> QuerySet[Agent]:
    """Agents as they are answered, each with how many sessions it has; the count is made for the shown rows only."""
    sessions = Agent.objects.filter(pk=OuterRef("pk")).annotate(count=Count("sessions")).values("count")
    newest = PromptVersion.objects.filter(agent=OuterRef("pk")).order_by("-number").values("number")
    agents = Agent.objects.select_related("published_prompt")
    return agents.annotate(session_count=Subquery(sessions), newest_version=Subquery(newest[:1]))


def _found(agent_id: uuid.UUID) -> Agent:
    agent = _shown().filter(pk=agent_id).first()
    if agent is None:
        raise _missing()
    return agent


def _changed(request: HttpRequest, agent_id: uuid.UUID, body: AgentChange) -> Agent:
    values = body.model_dump(exclude_unset=True)
    try:
        with transaction.atomic():
            agent = editing.change(agent_id, values, _author(request))
            if agent:
                trace.changed(request, agent, values)
    except (editing.SlugTaken, editing.NotOnLandingPage) as error:
        raise _refused(error) from None
    if agent is None:
        raise _missing()
    return _found(agent_id)


def _require_deletion(request: HttpRequest, agent: Agent) -> None:
    """Raises 403 for staff who may not delete all that goes with the agent, as the admin asks it of them."""
    if request.auth.kind != "staff":  # type: ignore[attr-defined]
        return
    if kinds := forbidden_kinds(request, count_with_files(agent)):
        words = _("With the agent go others that your account may not delete: %(kinds)s.")
        raise forbidden(words % {"kinds": ", ".join(sorted(kinds))})


def _author(request: HttpRequest) -> User | None:
    """Whose name a new prompt version bears: that of staff, none for a program."""
    return cast("User", request.user) if request.auth.kind == "staff" else None  # type: ignore[attr-defined]


def _missing() -> Problem:
    return not_found(_("Agent not found"))


def _refused(error: Exception) -> Problem:
    if isinstance(error, editing.SlugTaken):
        return conflict(_("slug: another agent has this slug; choose another one."))
    return conflict(str(error))
