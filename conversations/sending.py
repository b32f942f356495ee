"""Takes in a message of the API or the JSON socket: counted, stored once under its client id, and answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from access import rates
from access.callers import Caller
from conversations import reading, sessions, turns
from conversations.models import Message
from conversations.runs import runs
from conversations.turns import Turn
from salesagent.lib.database import in_database
from salesagent.lib.text import clean

MOST_KNOWN = 10_000  # some 2 MB
_agents: dict[uuid.UUID, uuid.UUID] = {}


class ClientIdReused(Exception):
    """The client id belongs to a message with another text."""


async def send(
    caller: Caller,
    session_id: uuid.UUID,
    content: str,
    client_id: str = "",
    *,
    message_type: str = Message.Type.TEXT,
    recording: str = "",
    is_counted: bool = False,
) -> Turn:
    """Store a message and see to its answer; the same client id again finds the same turn and asks no model.

    `recording` names a stored file that goes with a spoken message; `is_counted` says that `count` was called. Raises
    ServerDraining, SessionMissing, RateLimited, TurnRefused, ClientIdReused.
    """
    if not is_counted:
        await count(caller, session_id)
    elif runs().is_draining:
        raise turns.ServerDraining
    turn = await in_database(turns.accept)(
        session_id, content, client_id, message_type=message_type, recording=recording
    )
    # The same sound is not always understood the same.
    if not turn.is_new and message_type == Message.Type.TEXT and turn.question.content != clean(content):
        raise ClientIdReused
    sessions.announce(turn)
    return turn


async def count(caller: Caller, session_id: uuid.UUID) -> None:
    """Count a message before anything is asked for its sake. Raises ServerDraining, SessionMissing, RateLimited."""
    if runs().is_draining:
        raise turns.ServerDraining
    agent_id = await agent_of(session_id)
    await counted(rates.count_turn, caller.kind, caller.who, caller.address, str(agent_id))


async def agent_of(session_id: uuid.UUID) -> uuid.UUID:
    """The agent of a session, from memory once it is known: it never changes. Raises SessionMissing."""
    if session_id not in _agents:
        if len(_agents) >= MOST_KNOWN:
            _agents.clear()
        _agents[session_id] = await in_database(reading.agent_of)(session_id)
    return _agents[session_id]


async def counted(count: Callable[..., None], *what: Any) -> None:
    """Count something, in a thread where a Redis may take its time; raises RateLimited."""
    if settings.REDIS_URL:
        await sync_to_async(count, thread_sensitive=False)(*what)
    else:
        count(*what)
