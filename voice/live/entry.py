"""Lets a client into a live conversation by its first frame: with a key or token, or as the visitor of the page."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from access import rates
from access.callers import of_session
from access.origins import is_own_page
from access.rates import RateLimited
from access.visitors import visitor_of_headers, visitor_of_token
from conversations.intake import joining
from conversations.models import Session
from conversations.socket.entry import Entry, enter
from conversations.socket.frames import Connect
from lib.database import in_database
from voice.live.protocol.frames import Hello

MAX_PER_SESSION = 3  # one, and some whose lost connection was not noticed yet
RETRY_AFTER_S = 10
_open: Counter[str] = Counter()

Headers = list[tuple[bytes, bytes]]


@in_database
def let_in(hello: Hello, headers: Headers, address: str) -> Entry:
    """Returns who the client is and its session, which may have been deleted.

    Raises FrameRefused, RateLimited, AgentMissing, TokenRefused, TokenForeign.
    """
    bearer = _bearer(headers)
    if hello.token is None and hello.key is None and not bearer and (entry := _as_visitor(hello, headers, address)):
        return entry
    frame = Connect(token=hello.token, key=hello.key, session_id=hello.session_id, agent=hello.agent, after=None)
    return enter.sync(frame, bearer, address)


@in_database
def agent_of_newcomer(hello: Hello, headers: Headers) -> uuid.UUID | None:
    """The agent with which a new session would begin; None if no session would begin, or the agent does not exist."""
    if hello.session_id or hello.token or hello.key or _bearer(headers):
        return None
    try:
        return joining.named(hello.agent).pk
    except joining.AgentMissing:
        return None


@contextmanager
def place_in(session_id: str) -> Iterator[None]:
    """Counts a connection of the session while the block runs. Raises RateLimited at MAX_PER_SESSION."""
    if settings.RATE_LIMITS and _open[session_id] >= MAX_PER_SESSION:
        raise RateLimited(RETRY_AFTER_S)
    _open[session_id] += 1
    try:
        yield
    finally:
        _open[session_id] -= 1
        if not _open[session_id]:
            del _open[session_id]


def _as_visitor(hello: Hello, headers: Headers, address: str) -> Entry | None:
    """Enters a session of the visitor, or a new one. Their token and cookie are accepted only on pages of this site."""
    if not is_own_page(headers):
        return None
    visitor = visitor_of_token(hello.visitor) if hello.visitor else visitor_of_headers(headers)
    if not visitor:
        return None
    if hello.session_id is None:
        joined = joining.begin_as_newcomer.sync(hello.agent, address, visitor)
        session_id = joined.conversation.session.pk
        return Entry(of_session(session_id, address), session_id, joined.token)
    if not Session.objects.for_visitor(visitor).filter(pk=hello.session_id).exists():
        return None
    caller = of_session(hello.session_id, address)
    rates.count_request(caller.kind, caller.who, address)
    return Entry(caller, hello.session_id, None)


def _bearer(headers: Headers) -> str:
    raw = next((value for name, value in headers if name == b"authorization"), b"")
    scheme, _space, secret = raw.decode("latin-1").strip().partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
