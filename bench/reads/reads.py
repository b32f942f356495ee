"""What is asked for: every read endpoint of the API, as a path in a filled site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BASE = "health"  # the fastest one: the others are told as multiples of it
PAGE = 5  # what is asked for: as many rows in the smallest site as in the largest


@dataclass(frozen=True, slots=True)
class Places:
    """What the paths of the reads are made from, and the key they are sent with."""

    key: str
    agent: str
    short: str
    long: str
    usual: str
    early_message: str
    last_sessions: str


@dataclass(frozen=True, slots=True)
class Read:
    """One endpoint. `is_large` ones answer 50 rows, which the smallest site has not."""

    name: str
    title: str
    path: Callable[[Places], str]
    is_large: bool = False


READS = [
    Read(BASE, "/health", lambda at: "/health"),
    Read("agents", "/agents", lambda at: "/agents"),
    Read("agent", "/agents/{id}", lambda at: f"/agents/{at.agent}"),
    Read("sessions", f"/agents/{{id}}/sessions, {PAGE}", lambda at: f"/agents/{at.agent}/sessions?limit={PAGE}"),
    Read(
        "last-sessions",
        f"/agents/{{id}}/sessions, last {PAGE}",
        lambda at: f"/agents/{at.agent}/sessions?limit={PAGE}&cursor={at.last_sessions}",
    ),
    Read("session", "/sessions/{id}, 10 messages", lambda at: f"/sessions/{at.short}"),
    Read("messages", f"/sessions/{{id}}/messages, {PAGE}", lambda at: f"/sessions/{at.long}/messages?limit={PAGE}"),
    Read(
        "early-messages",
        f"/sessions/{{id}}/messages, first {PAGE}",
        lambda at: f"/sessions/{at.long}/messages?limit={PAGE}&before={at.early_message}",
    ),
    Read("documents", "/agents/{id}/documents", lambda at: f"/agents/{at.agent}/documents"),
    Read("search", "/agents/{id}/search", lambda at: f"/agents/{at.agent}/search?q=How+much+is+the+Brook+90"),
    Read("50-sessions", "/agents/{id}/sessions, 50", lambda at: f"/agents/{at.agent}/sessions", is_large=True),
    Read("50-in-session", "/sessions/{id}, 50 messages", lambda at: f"/sessions/{at.usual}", is_large=True),
    Read("50-messages", "/sessions/{id}/messages, 50", lambda at: f"/sessions/{at.long}/messages", is_large=True),
]
