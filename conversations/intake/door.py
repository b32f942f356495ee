"""The one door for what visitors say, whichever way it comes: refused, counted, stored and announced, in this order.

Pages, REST, sockets and voice differ in how they read a message and in the envelope of their answer, in nothing else.
What these functions raise has its words in `refusals`. Whoever calls by a token or a key has been asked for it before.
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
    """The client id belongs to a message with another text."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message. The same `client_id` again is the same message, however often it comes; "" is always a new one."""

    content: str
    client_id: str = ""
    message_type: str = Message.Type.TEXT
    recording: StoredRecording | None = None  # of a spoken message
    known: KnownAnswer | None = None  # where the answer is known already
    first_touch: Mapping[str, Any] | None = None  # of a first message: page, referrer, utm, locale


async def say(caller: Caller, session_id: uuid.UUID, said: Said, *, is_admitted: bool = False) -> Turn:
    """Take a message and see to its answer; one that was taken before is not counted, and its turn comes back.

    `is_admitted` says that `admit` was called. Raises TurnRefused, ServerDraining, SessionMissing, RateLimited,
    ClientIdReused.
    """
    turns.check(said.content, said.client_id)
    turn = None if is_admitted else await admit(caller, session_id, said.client_id)
    if turn is None:
        return await _taken(turns.accept, said, session_id, visitor=_visitor_of(caller))
    return _announced(turn, said)


async def begin(caller: Caller, agent: Agent, said: Said, *, is_admitted: bool = False) -> Turn:
    """The same for a visitor's first message, which begins a session; `is_admitted` says that `admit_first` was called.

    Raises TurnRefused, ServerDraining, AgentMissing, RateLimited, ClientIdReused.
    """
    turns.check(said.content, said.client_id)
    turn = None if is_admitted else await admit_first(caller, agent, said.client_id)
    if turn is None:
        return await _taken(turns.begin, said, agent, caller.visitor)
    return _announced(turn, said)


async def again(caller: Caller, session_id: uuid.UUID, message_id: uuid.UUID) -> MessageData:
    """Make a failed, stopped or cut answer anew; one that is running or whole stays as it is, and nothing is counted.

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
    """Count a message before anybody is asked for its sake: nobody transcribes what will be refused.

    The turn instead, uncounted, when this client id has made one. `require` is asked before a new one is counted, and
    raises what speaks against it. Raises ServerDraining, SessionMissing, RateLimited.
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
    """The same for a message that begins a session, which is counted too."""
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
    """The agent of a session, from memory once it is known: it never changes. Raises SessionMissing."""
    if session_id not in _agents:
        if len(_agents) >= MAX_KNOWN:
            _agents.clear()
        _agents[session_id] = await reading.agent_of(session_id)
    return _agents[session_id]


async def counted(count: Callable[..., None], *what: Any) -> None:
    """Count something, in a thread where a Redis may take its time; raises RateLimited."""
    if settings.REDIS_URL:
        await sync_to_async(count, thread_sensitive=False)(*what)
    else:
        count(*what)


async def _count(caller: Caller, agent_id: uuid.UUID) -> None:
    await counted(rates.count_turn, caller.kind, caller.who, caller.address, str(agent_id))


async def _taken(store: Callable[..., Awaitable[Turn]], said: Said, *where: Any, **only: Any) -> Turn:
    """Store and announce, also when the client leaves meanwhile: nobody else looks for an answer that is claimed."""
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
            owner="" if runs().is_draining else runs().owner,  # what ends makes nothing, and holds nothing
            **only,
        )
        return _announced(turn, said)

    return await asyncio.shield(take())


def _announced(turn: Turn, said: Said) -> Turn:
    # The same sound is not always understood the same.
    is_typed = said.message_type == Message.Type.TEXT
    if not turn.is_new and is_typed and turn.question.content != clean(said.content):
        raise ClientIdReused
    announcing.announce(turn)
    return turn


def _visitor_of(caller: Caller) -> str | None:
    """The visitor whose sessions alone count; None for who has shown a token or a key."""
    return caller.visitor if caller.is_visitor and caller.session_id is None else None
