"""The API's operations on conversations. Management may do everything; a visitor's token opens its own session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from django.db import Error as DatabaseError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Header, Query, Router
from ninja.responses import Status

from access import connections, rates, trace
from access.callers import Caller, management, management_or_visitor, require_session
from access.rates import RateLimited
from agents.models import Agent
from conversations.deletion import sessions
from conversations.intake import door, joining
from conversations.intake.door import Said
from conversations.intake.first_touch import first_touch
from conversations.intake.refusals import EXPECTED, Refusal, refusal_of
from conversations.messages import reading
from conversations.replies import following
from conversations.replies.following import Position
from conversations.replies.runs import runs
from conversations.rest import sse
from conversations.rest.document import EVENT_STREAM, MESSAGE_ANSWER, IdempotencyKey
from conversations.rest.people import people_refusals
from conversations.rest.schemas import (
    InitIn,
    MessageIn,
    MessageOut,
    MessagePage,
    Opened,
    SessionDetail,
    SessionIn,
    SessionList,
    SessionOut,
    Stopping,
    TurnOut,
    VisitorAgent,
    turn_out,
)
from conversations.speakers import changes
from conversations.speakers.announcing import announce_message
from conversations.speakers.changes import Person
from lib.database import in_database
from lib.rest import cursors
from lib.rest.openapi import also
from lib.rest.problems import Problem, conflict, forbidden, invalid, not_found, problem, unauthorized

router = Router(tags=["Conversations"], auth=management_or_visitor)

ANSWER_WAIT_S = 55  # most proxies give a request 60 s; a longer answer is fetched afterwards
SOCKET_PATH = "/socket"


# --- visitors ---------------------------------------------------------------------------------------------------


@router.post(
    "/chat/init",
    response={201: Opened},
    auth=None,
    operation_id="chat_init",
    summary="Begin a conversation, or go on with one",
    openapi_extra=also(401, 403, 404, 409),
)
def chat_init(request: HttpRequest, body: InitIn | None = None) -> Status[Opened]:
    """Public. With nothing given it begins a conversation with the default agent; with the token of an earlier one it
    goes on with that. A token that has expired answers 401: begin anew without it."""
    with refusals():
        joined = _joined(body or InitIn.model_validate({}), rates.address_of(request))
    return Status(201, _opened(request, joined))


# --- sessions ---------------------------------------------------------------------------------------------------


@router.get(
    "/agents/{agent_id}/sessions",
    response=SessionList,
    auth=management.may("conversations.view_session"),
    operation_id="list_sessions",
    summary="List an agent's sessions",
)
def list_sessions(
    request: HttpRequest,
    agent_id: uuid.UUID,
    limit: cursors.Limit = cursors.DEFAULT_LIMIT,
    cursor: cursors.Cursor = None,
) -> SessionList:
    if not Agent.objects.filter(pk=agent_id).exists():
        raise not_found(_("Agent not found"))
    rows = reading.listed(agent_id)
    found, next_cursor = cursors.page(rows, limit, cursor)
    return SessionList(
        sessions=[SessionOut.of(session) for session in found], total=rows.count(), next_cursor=next_cursor
    )


@router.post(
    "/agents/{agent_id}/sessions",
    response={201: SessionOut},
    auth=management.may("conversations.add_session"),
    operation_id="create_session",
    summary="Create a session",
)
def create_session(request: HttpRequest, agent_id: uuid.UUID, body: SessionIn | None = None) -> Status[SessionOut]:
    with refusals(), transaction.atomic():
        session = joining.start_session(agent_id, (body.title if body else None) or "")
        trace.added(request, session)
    return Status(201, SessionOut.of(session))


@router.get(
    "/sessions/{session_id}",
    response=SessionDetail,
    auth=management_or_visitor.may("conversations.view_session"),
    operation_id="get_session",
    summary="Read a session",
)
def get_session(request: HttpRequest, session_id: uuid.UUID) -> SessionDetail:
    """With its agent and its last 50 messages, oldest first."""
    require_session(_caller(request), session_id)
    with refusals():
        found = reading.conversation(session_id)
    return SessionDetail(
        **SessionOut.values_of(found.session),
        agent=VisitorAgent.of(found.session.agent),
        messages=[MessageOut.of(message) for message in found.messages],
    )


@router.delete(
    "/sessions/{session_id}",
    response={204: None},
    auth=management.may("conversations.delete_session"),
    operation_id="delete_session",
    summary="Delete a session for good",
)
async def delete_session(request: HttpRequest, session_id: uuid.UUID) -> Status[None]:
    """Its messages and recordings go with it; pages and sockets that show it are told."""
    with refusals():
        session = await reading.session(session_id)
        await sessions.delete(session, note=lambda: trace.deleted(request, session))
    return Status(204, None)


# --- messages ---------------------------------------------------------------------------------------------------


@router.get(
    "/sessions/{session_id}/messages",
    response=MessagePage,
    auth=management_or_visitor.may("conversations.view_session"),
    operation_id="list_messages",
    summary="Read messages",
)
def list_messages(
    request: HttpRequest,
    session_id: uuid.UUID,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    before: Annotated[
        uuid.UUID | None, Query(description="The messages before this one; the last ones without.")
    ] = None,
) -> MessagePage:
    """A page never shifts while messages arrive, and messages of the same instant keep their order."""
    require_session(_caller(request), session_id)
    with refusals():
        found = reading.page(session_id, limit, before)
    return MessagePage(
        messages=[MessageOut.of(message) for message in found.messages],
        has_more=found.has_more,
        total_count=found.session.message_count,
    )


@router.post(
    "/sessions/{session_id}/messages",
    response={200: TurnOut, 201: MessageOut, 202: TurnOut},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="send_message",
    summary="Send a message",
    openapi_extra=MESSAGE_ANSWER,
)
async def send_message(
    request: HttpRequest,
    session_id: uuid.UUID,
    body: MessageIn,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponseBase | Status[TurnOut | MessageOut]:
    """Answers with both messages, or, for `Accept: text/event-stream`, with the answer as it comes. A client that goes
    away does not stop it. An answer that takes longer than 55 seconds is `running` in the JSON form; read it later.
    While a person has the conversation, or is waited for, 202 with the message alone. With the role `staff` it is what
    the person says who has taken the conversation over: 201 with that message."""
    caller = _caller(request)
    require_session(caller, session_id)
    _check(body)
    if body.role == "staff":
        return Status(201, await _written_by_person(caller, session_id, body.content, idempotency_key or ""))
    with refusals():
        if wants_stream(request):
            connections.check(caller.address)
        said = Said(body.content, idempotency_key or "", attachments=tuple(body.attachments))
        turn = await door.say(caller, session_id, said)
        if caller.kind == "staff" and turn.is_new:  # what programs send is their visitors' and stands in the transcript
            await _note_message(request, session_id)
        if turn.answer is None:
            return Status(202, turn_out(turn.question, None))
        if wants_stream(request):
            return sse.EventStream(turn.answer.session_id, Position(turn.answer.id), caller)
        answer = await following.ended(turn.answer, ANSWER_WAIT_S)
        if answer is None:
            raise reading.SessionMissing
    return Status(200, turn_out(turn.question, answer))


@router.get(
    "/sessions/{session_id}/stream",
    auth=management_or_visitor.may("conversations.view_session"),
    operation_id="stream_reply",
    summary="Go on with a running reply",
    openapi_extra=EVENT_STREAM,
)
async def stream_reply(
    request: HttpRequest,
    session_id: uuid.UUID,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern=sse.EVENT_ID,
            description="The id of the last event that arrived; without it, the running reply from its start.",
        ),
    ] = None,
) -> HttpResponseBase:
    """The stream of `POST …/messages` from where it broke off, also when the reply has ended meanwhile. 204 when no
    reply is running; a browser's EventSource then stays away."""
    caller = _caller(request)
    require_session(caller, session_id)
    with refusals():
        connections.check(caller.address)
        position = await _position(session_id, last_event_id)
    if position is None:
        return HttpResponse(status=204)
    return sse.EventStream(str(session_id), position, caller)


@router.post(
    "/sessions/{session_id}/replies/{message_id}/stop",
    response={202: Stopping},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="stop_reply",
    summary="Stop a reply",
)
async def stop_reply(request: HttpRequest, session_id: uuid.UUID, message_id: uuid.UUID) -> Status[Stopping]:
    """What was said is kept. A reply that has ended already stays as it is."""
    require_session(_caller(request), session_id)
    with refusals():
        answer = await reading.message(session_id, message_id)
        await runs().stop(answer.session_id, answer.id)
    return Status(202, Stopping(message_id=message_id, status=answer.status))


def _check(body: MessageIn) -> None:
    """What the types of its fields leave open."""
    if not (body.content or body.attachments):
        raise invalid(_("content: must hold some text, where there are no attachments."))
    if len(set(body.attachments)) < len(body.attachments):
        raise invalid(_("attachments: name each file once."))
    if body.attachments and body.role == "staff":
        raise conflict(_("attachments: only visitors attach files."))


async def _written_by_person(caller: Caller, session_id: uuid.UUID, content: str, client_id: str) -> MessageOut:
    if caller.is_visitor:
        raise forbidden(_("role: only who has taken the conversation over may write as “staff”."))
    with refusals(), people_refusals():
        message = await changes.write(session_id, Person("", caller.who), content, client_id)
    announce_message(message)
    return MessageOut.of(message)


# --- small parts ------------------------------------------------------------------------------------------------


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what conversations refuse into the problems of the API; its edge sees to limits and the database."""
    try:
        yield
    except (RateLimited, DatabaseError):
        raise
    except EXPECTED as error:
        raise problem_of(refusal_of(error)) from None


def problem_of(refusal: Refusal) -> Problem:
    if refusal.code == "unauthorized":
        return unauthorized()
    headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else None
    is_for_program = refusal.status in {403, 404}  # it has asked for what is not there; no visitor waits for an answer
    return problem(refusal.status, refusal.detail, None if is_for_program else refusal.message, headers)


@in_database
def _note_message(request: HttpRequest, session_id: uuid.UUID) -> None:
    trace.changed(request, reading.session.sync(session_id), note=_("a message sent"))


def wants_stream(request: HttpRequest) -> bool:
    return request.get_preferred_type(["application/json", sse.CONTENT_TYPE]) == sse.CONTENT_TYPE


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    return caller


def _joined(body: InitIn, address: str) -> joining.Joined:
    if body.token is None and body.session_id is None:
        touch = first_touch(body.page or "", locale=body.locale or "")
        return joining.begin_as_newcomer.sync(body.agent, address, first_touch=touch)
    rates.count(rates.REQUESTS_PER_ADDRESS, "request", address)
    joined = joining.go_on(body.token, body.session_id)
    agent = joined.conversation.session.agent
    if body.agent is not None and body.agent not in {str(agent.pk), agent.slug}:
        raise conflict(_("agent: this conversation is with another agent; leave it out, or begin without a token."))
    return joined


def _opened(request: HttpRequest, joined: joining.Joined) -> Opened:
    found = joined.conversation
    return Opened(
        session_id=found.session.pk,
        token=joined.token,
        agent=VisitorAgent.of(found.session.agent),
        socket_url=request.build_absolute_uri(SOCKET_PATH).replace("http", "ws", 1),
        messages=[MessageOut.of(message) for message in found.messages],
    )


@in_database
def _position(session_id: uuid.UUID, last_event_id: str | None) -> Position | None:
    """Where a stream goes on; None when there is nothing to wait for."""
    if last_event_id is None:
        reading.agent_of.sync(session_id)  # raises SessionMissing
        answer = reading.running(session_id)
        return Position(answer.id) if answer else None
    position, is_end = sse.position_of(last_event_id)
    reading.message.sync(session_id, position.message_id)  # raises MessageMissing
    if not is_end:
        return position
    answer = reading.running(session_id, after=position.message_id)
    return Position(answer.id) if answer else None
