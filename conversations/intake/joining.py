"""Begins a conversation, or opens an earlier one by its token."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from access import rates, tokens
from access.visitors import new_visitor
from agents.models import Agent
from conversations.messages.reading import Conversation, conversation
from conversations.models import Session
from lib.database import in_database


class AgentMissing(Exception):
    """There is no such agent, or it is switched off."""


class TokenRefused(Exception):
    """The token is forged, expired, or missing where one is needed."""


class TokenForeign(Exception):
    """The token is valid, for another conversation than the one named."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An open conversation, and the token that opens it from now on."""

    conversation: Conversation
    token: str


def begin(agent: str | None, visitor: str = "", first_touch: Mapping[str, Any] | None = None) -> Joined:
    """A new conversation with an agent named by id or slug, or with the default one; raises AgentMissing.

    With `visitor`, their cookie opens it too. `first_touch` is where they came from.
    """
    # Without `visitor`, a new one is made whose cookie no browser has: only the token opens the session.
    session = Session.objects.create(
        agent=named(agent), visitor=visitor or new_visitor()[1], first_touch=dict(first_touch or {})
    )
    return Joined(Conversation(session, []), tokens.issue(session.pk))


@in_database
def begin_as_newcomer(
    agent: str | None, address: str, visitor: str = "", first_touch: Mapping[str, Any] | None = None
) -> Joined:
    """Like `begin`, for a visitor who has no token or key yet; counted by address. Raises RateLimited too."""
    rates.count(rates.NEW_SESSIONS_PER_ADDRESS, "new session", address)
    return begin(agent, visitor, first_touch)


def go_on(token: str | None, session_id: uuid.UUID | None = None) -> Joined:
    """The conversation of a token, which must be `session_id` where one is named; the token comes back renewed.

    Raises TokenRefused, TokenForeign, SessionMissing.
    """
    opened = tokens.session_of(token) if token else None
    if token is None or opened is None:
        raise TokenRefused
    if session_id is not None and session_id != opened:
        raise TokenForeign
    return Joined(conversation(opened), tokens.renewed(token) or token)


def start_session(agent_id: uuid.UUID, title: str) -> Session:
    """A new session that a program makes; raises AgentMissing."""
    agent = Agent.objects.filter(pk=agent_id).first()
    if agent is None:
        raise AgentMissing
    return Session.objects.create(agent=agent, title=title)


def named(name: str | None) -> Agent:
    """The agent of this id or slug, or the default one; raises AgentMissing."""
    agent = Agent.objects.default() if name is None else Agent.objects.active().filter(**_by(name)).first()
    if agent is None:
        raise AgentMissing
    return agent


def _by(name: str) -> dict[str, object]:
    try:
        return {"pk": uuid.UUID(name)}
    except ValueError:
        return {"slug": name}
