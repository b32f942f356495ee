"""The API's operations on gaps; all of them are for management."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from access import trace
from access.callers import management, require
from agents.models import Agent
from evaluation.gaps import GapClosed, answer, dismiss, gather, open_gaps
from evaluation.models import Gap, GapQuestion
from knowledge.api import found_document
from knowledge.api_bodies import DocumentOut
from knowledge.ingestion.refusals import Unreadable
from lib.rest.fields import Body, FilledText
from lib.rest.openapi import also
from lib.rest.problems import conflict, invalid, not_found

router = Router(tags=["Knowledge"], auth=management)

MAX_GAPS = 200  # the most often asked
MAX_SESSIONS = 20  # of each, the newest
ASKED_IN_A_SESSION = 3  # the same, at the most, as far as it is counted here
MAX_ANSWER_CHARS = 10_000


class GapOut(Schema):
    """A question that knowledge did not answer, in whatever words it came."""

    id: uuid.UUID
    question: str
    count: int = Field(description="How often it was asked.")
    count_this_week: int
    count_week_before: int
    last_at: datetime
    session_ids: list[uuid.UUID] = Field(description=f"Where it was asked, the newest first; at most {MAX_SESSIONS}.")


class GapList(Schema):
    gaps: list[GapOut] = Field(description=f"Those that are open, the most often asked first; at most {MAX_GAPS}.")


class GapAnswer(Body):
    """What the agent should know."""

    text: Annotated[FilledText, Field(max_length=MAX_ANSWER_CHARS)]


@router.get(
    "/agents/{agent_id}/gaps",
    response=GapList,
    auth=management.may("evaluation.view_gap"),
    operation_id="list_gaps",
    summary="List what an agent's knowledge did not answer",
)
def list_gaps(request: HttpRequest, agent_id: uuid.UUID) -> GapList:
    """Questions that were refused, hedged or answered with a sentence held back, grouped by what they mean."""
    agent = Agent.objects.filter(pk=agent_id).first()
    if agent is None:
        raise not_found(_("Agent not found"))
    gather(agent.pk)
    newest = GapQuestion.objects.select_related("message").only("gap", "message__session").order_by("-asked_at")
    asked = Prefetch("questions", newest[: MAX_SESSIONS * ASKED_IN_A_SESSION], to_attr="newest")
    return GapList(gaps=[_out(gap) for gap in open_gaps(agent).prefetch_related(asked)[:MAX_GAPS]])


@router.post(
    "/gaps/{gap_id}/answer",
    response={201: DocumentOut},
    auth=management.may("evaluation.change_gap"),
    operation_id="answer_gap",
    summary="Answer a gap",
    openapi_extra=also(409),
)
def answer_gap(request: HttpRequest, gap_id: uuid.UUID, body: GapAnswer) -> Status:
    """Question and answer become a document. 409 where it is answered or dismissed already."""
    require(request, "knowledge.add_document")
    gap = _gap(gap_id)
    try:
        document = answer(gap, body.text)
    except GapClosed:
        raise conflict(_("This gap is closed already.")) from None
    except Unreadable as error:
        raise invalid(f"text: {error}") from None
    if document is None:
        raise not_found(_("Agent not found"))
    trace.added(request, document)
    return Status(201, found_document(document.pk))


@router.post(
    "/gaps/{gap_id}/dismiss",
    response={204: None},
    auth=management.may("evaluation.change_gap"),
    operation_id="dismiss_gap",
    summary="Dismiss a gap",
    openapi_extra=also(409),
)
def dismiss_gap(request: HttpRequest, gap_id: uuid.UUID) -> Status[None]:
    """It needs no answer. 409 where it is answered or dismissed already."""
    gap = _gap(gap_id)
    try:
        dismiss(gap)
    except GapClosed:
        raise conflict(_("This gap is closed already.")) from None
    trace.changed(request, gap, note=_("dismissed"))
    return Status(204, None)


def _gap(gap_id: uuid.UUID) -> Gap:
    gap = Gap.objects.filter(pk=gap_id).first()
    if gap is None:
        raise not_found(_("Gap not found"))
    return gap


def _out(gap: Gap) -> GapOut:
    sessions = dict.fromkeys(each.message.session_id for each in gap.newest)  # type: ignore[attr-defined]
    return GapOut(
        id=gap.pk,
        question=gap.question,
        count=gap.count,  # type: ignore[attr-defined]  # annotated, as the next three
        count_this_week=gap.lately,  # type: ignore[attr-defined]
        count_week_before=gap.before,  # type: ignore[attr-defined]
        last_at=gap.last_at,  # type: ignore[attr-defined]
        session_ids=list(sessions)[:MAX_SESSIONS],
    )
