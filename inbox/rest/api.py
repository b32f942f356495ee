"""The API's operations on who answers: a visitor asks for a person, a person takes a conversation and gives it back."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from access import rates, trace
from access.callers import Caller, management, management_or_visitor, require_session
from conversations.intake import door
from conversations.messages import reading
from conversations.models import Session
from conversations.replies.hub import hub
from conversations.rest.api import refusals
from conversations.rest.people import people_refusals
from conversations.rest.schemas import SessionOut
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.speakers.changes import Change, Person
from inbox.asking import NotOffered, ask
from inbox.availability import ANSWER
from inbox.people import limit_of, live_texts, person_of_user
from inbox.rest.schemas import HandoverIn, TakeoverIn
from lib.database import in_database
from lib.rest.openapi import also
from lib.rest.problems import conflict

router = Router(tags=["People"])


@router.post(
    "/sessions/{session_id}/handover",
    response={202: SessionOut},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="ask_for_person",
    summary="Ask for a person",
    openapi_extra=also(403, 404, 409),
)
async def handover(request: HttpRequest, session_id: uuid.UUID, body: HandoverIn | None = None) -> Status[SessionOut]:
    """Idempotent while one is waited for. Outside the team's hours, and when nobody comes in time, the agent says so
    and goes on: `speaker` is then `agent`. 409 where no person joins this agent's conversations."""
    caller = _caller(request)
    require_session(caller, session_id)
    with refusals():
        agent_id = await door.agent_of(session_id)
        await _count(caller)
        try:
            change = await ask(session_id, agent_id)
        except NotOffered:
            raise conflict(_("No person joins this agent's conversations.")) from None
        if body and body.reason and change.event and change.is_new:
            await _keep_reason(session_id, body.reason)
        announce(change)
        return Status(202, SessionOut.of(await reading.session(session_id)))


@router.post(
    "/sessions/{session_id}/takeover",
    response=SessionOut,
    auth=management.may(ANSWER),
    operation_id="take_over",
    summary="Take a conversation over",
    openapi_extra=also(404, 409),
)
async def takeover(request: HttpRequest, session_id: uuid.UUID, body: TakeoverIn | None = None) -> SessionOut:
    """The agent falls silent at once. 409 where somebody else has the conversation; `force` takes it all the same.
    Send messages with `"role": "staff"` from then on."""
    wanted = body or TakeoverIn()
    person = await _person(request, wanted.name)
    with refusals(), people_refusals():
        agent_id = await door.agent_of(session_id)
        said = live_texts(hub(), await reading.owed(session_id))
        limit_s = await limit_of(agent_id)
        change = await changes.take(session_id, person, limit_s, is_forced=wanted.force, said=said)
        return await _changed(request, session_id, change, _("taken over"))


@router.post(
    "/sessions/{session_id}/release",
    response=SessionOut,
    auth=management_or_visitor.may(ANSWER),
    operation_id="release",
    summary="Give a conversation back to the agent",
    openapi_extra=also(403, 404, 409),
)
async def release(request: HttpRequest, session_id: uuid.UUID) -> SessionOut:
    """By who has it. The agent knows what was said, and answers at once what is still unanswered. A visitor gives back
    a conversation in which they wait for a person. 409 where somebody else has it."""
    caller = _caller(request)
    require_session(caller, session_id)
    with refusals(), people_refusals():
        if caller.is_visitor:
            await _count(caller)
            change = await changes.cancel(session_id)
        else:
            change = await changes.release(session_id, caller.who)
        return await _changed(request, session_id, change, _("given back to the agent"))


# --- small parts ------------------------------------------------------------------------------------------------


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    return caller


async def _count(caller: Caller) -> None:
    """What a visitor wishes calls people, and stores a message each time."""
    if caller.is_visitor:
        await door.counted(rates.count_visitor, "person", caller.who, caller.address)


async def _person(request: HttpRequest, name: str | None) -> Person:
    caller = _caller(request)
    if caller.user_id is not None:
        return await person_of_user(caller.user_id, name or "")
    if not name:
        raise conflict(_("name: send the name that the visitor reads."))
    return Person(name, caller.who)


async def _changed(request: HttpRequest, session_id: uuid.UUID, change: Change, note: str) -> SessionOut:
    announce(change)
    session = await reading.session(session_id)
    if change.is_new:
        await _note_change(request, session, note)
    return SessionOut.of(session)


@in_database
def _note_change(request: HttpRequest, session: Session, note: str) -> None:
    trace.changed(request, session, note=note)


@in_database
def _keep_reason(session_id: uuid.UUID, reason: str) -> None:
    """What the team reads beside the conversation."""
    session = reading.session.sync(session_id)
    session.notes.create(author_name=_("The visitor"), text=reason, after_seq=session.last_seq)
