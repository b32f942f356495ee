"""The one door for everything that a visitor says: it refuses, counts, stores and announces, in this order.

Pages, REST, sockets and voice differ only in how they read a message and in the envelope of their answer.
`refusals` has the words for each exception raised here. Tokens and keys are checked before these functions are called.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from access import rates
from access.callers import Caller
from agents.models import Agent
from conversations.intake import announcing, turns
from conversations.intake.known_answers import KnownAnswer
from conversations.intake.turns import ServerDraining, StoredRecording, Turn
from conversations.messages import reading
from conversations.messages.events import MessageData
from conversations.models import Message
from conversations.replies.runs import runs
from lib.text import clean

MAX_KNOWN = 10_000  # some 2 MB
_agents: dict[uuid.UUID, uuid.UUID] = {}


Requirement = Callable[[uuid.UUID], Awaitable[None]]  # by the agent's id


class ClientIdReused(Exception):
    """The client id belongs to a message with another text, or with other files."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message. A `client_id` that comes a second time is the same message; "" is always a new one."""

    content: str
    client_id: str = ""
    message_type: str = Message.Type.TEXT
    recording: StoredRecording | None = None  # of a spoken message
    known: KnownAnswer | None = None  # where the answer is known already
    first_touch: Mapping[str, Any] | None = None  # of a first message: page, referrer, utm, locale
    attachments: tuple[uuid.UUID, ...] = ()  # files that `attaching.attach` stored in the session


async def say(caller: Caller, session_id: uuid.UUID, said: Said, *, is_admitted: bool = False) -> Turn:
    """Store a message and start its answer. A repeated message is not counted again: its first turn is returned.

    `is_admitted` says that `admit` was called before. Raises TurnRefused, ServerDraining, SessionMissing, RateLimited,
    ClientIdReused.
    """
    turns.check(said.content, said.client_id, is_blank_taken=bool(said.attachments))
    turn = None if is_admitted else await admit(caller, session_id, said.client_id)
    if turn is None:
        only = {"visitor": _visitor_of(caller), "attachments": said.attachments}
        return await _taken(turns.accept, said, session_id, **only)
    return _announced(turn, said)


async def begin(caller: Caller, agent: Agent, said: Said, *, is_admitted: bool = False) -> Turn:
    """Like `say`, for a visitor's first message, which begins a session.

    `is_admitted` says that `admit_first` was called before.
    Raises TurnRefused, ServerDraining, AgentMissing, RateLimited, ClientIdReused.
    """
    turns.check(said.content, said.client_id)
    turn = None if is_admitted else await admit_first(caller, agent, said.client_id)
    if turn is None:
        return await _taken(turns.begin, said, agent, caller.visitor)
    return _announced(turn, said)


async def again(caller: Caller, session_id: uuid.UUID, message_id: uuid.UUID) -> MessageData:
    """Make a failed, stopped or cut answer again. One that is running or whole stays as it is, and is not counted.

    Raises ServerDraining, SessionMissing, RateLimited.
    """
    if runs().is_draining:
        raise ServerDraining
    found = await turns.stored_answer(session_id, message_id, visitor=_visitor_of(caller))
    if not found.may_be_made_anew:
        return found
    await _count(caller, await agent_of(session_id))
    answer = await turns.ask_again(session_id, message_id)
    if answer.is_running:
        announcing.announce_answer(answer)
    return answer


async def admit(
    caller: Caller, session_id: uuid.UUID, client_id: str = "", *, require: Requirement | None = None
) -> Turn | None:
    """Count a message before any work is done for it, so that nothing is transcribed that will be refused.

    Returns the turn, and counts nothing, if this client id was used before. `require` is called before a new message
    is counted, and raises if it cannot be taken. Raises ServerDraining, SessionMissing, RateLimited.
    """
    if runs().is_draining:
        raise ServerDraining
    agent_id = await agent_of(session_id)
    if client_id:
        known = turns.repeated(client_id, visitor=_visitor_of(caller), session_id=session_id)
        if turn := await known:
            announcing.announce(turn)
            return turn
    if require:
        await require(agent_id)
    await _count(caller, agent_id)
    return None


async def admit_first(
    caller: Caller, agent: Agent, client_id: str = "", *, require: Requirement | None = None
) -> Turn | None:
    """Like `admit`, for a message that begins a session; the new session is counted too."""
    if runs().is_draining:
        raise ServerDraining
    if client_id and (turn := await turns.repeated(client_id, visitor=caller.visitor, agent=agent)):
        announcing.announce(turn)
        return turn
    if require:
        await require(agent.pk)
    await counted(rates.count, rates.NEW_SESSIONS_PER_ADDRESS, "new session", caller.address)
    await _count(caller, agent.pk)
    return None


async def agent_of(session_id: uuid.UUID) -> uuid.UUID:
    """The agent of a session. It never changes, so it is read once and kept in memory. Raises SessionMissing."""
    if session_id not in _agents:
        if len(_agents) >= MAX_KNOWN:
            _agents.clear()
        _agents[session_id] = await reading.agent_of(session_id)
    return _agents[session_id]


async def counted(count: Callable[..., None], *what: Any) -> None:
    """Count something against a rate limit; in a thread if the counter is in Redis. Raises RateLimited."""
    if settings.REDIS_URL:
        await sync_to_async(count, thread_sensitive=False)(*what)
    else:
        count(*what)


async def _count(caller: Caller, agent_id: uuid.UUID) -> None:
    await counted(rates.count_turn, caller.kind, caller.who, caller.address, str(agent_id))


async def _taken(store: Callable[..., Awaitable[Turn]], said: Said, *where: Any, **only: Any) -> Turn:
    """Store and announce, even if the client leaves meanwhile: no other process looks for an answer that is claimed."""
    if said.first_touch is not None and store is turns.begin:
        only["first_touch"] = said.first_touch

    async def take() -> Turn:
        turn = await store(
            *where,
            text=said.content,
            client_id=said.client_id,
            message_type=said.message_type,
            recording=said.recording,
            known=said.known,
            owner="" if runs().is_draining else runs().owner,  # a process that ends claims no answer
            **only,
        )
        return _announced(turn, said)

    return await asyncio.shield(take())


def _announced(turn: Turn, said: Said) -> Turn:
    # Only typed texts are compared: a repeated recording may be transcribed differently.
    is_typed = said.message_type == Message.Type.TEXT
    if not turn.is_new and is_typed:
        attached = {each.id for each in turn.question.attached}
        if turn.question.content != clean(said.content) or attached != set(map(str, said.attachments)):
            raise ClientIdReused
    announcing.announce(turn)
    return turn


def _visitor_of(caller: Caller) -> str | None:
    """The visitor to whose sessions the caller is limited; None for a caller with a token or a key."""
    return caller.visitor if caller.is_visitor and caller.session_id is None else None
