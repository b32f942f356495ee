"""What conversations refuse, in words: one table for all doors, which choose only the envelope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.rates import RateLimited
from conversations.intake.door import ClientIdReused
from conversations.intake.joining import AgentMissing, TokenForeign, TokenRefused
from conversations.intake.turns import ServerDraining, TurnRefused
from conversations.messages.reading import MessageMissing, SessionMissing

SOON_S = 2  # a server that is replaced, a database that is locked


@dataclass(frozen=True, slots=True)
class Refusal:
    """`detail` tells a program what to do, `message` the visitor who waits; `code` and `status` are for machines.

    With `retry_after_s` (seconds) the same may be sent again then; without, it would be refused again.
    """

    code: str
    status: int
    detail: str
    message: str
    retry_after_s: int | None = None


def refusal_of(error: Exception) -> Refusal:
    """For one of EXPECTED, in the language that is active."""
    row = next(row for kind, row in _TABLE.items() if isinstance(error, kind))
    if isinstance(error, TurnRefused):
        return Refusal(row.code, row.status, str(error), str(error))
    retry_after_s = error.retry_after_s if isinstance(error, RateLimited) else row.retry_after_s
    return Refusal(row.code, row.status, str(row.detail) % {"seconds": retry_after_s}, str(row.message), retry_after_s)


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    status: int
    detail: str | Promise = ""
    message: str | Promise = ""
    retry_after_s: int | None = None


_TABLE: dict[type[Exception], _Row] = {
    TurnRefused: _Row("refused", 409),  # has words of its own
    SessionMissing: _Row("not_found", 404, _("Session not found"), _("This conversation was deleted.")),
    MessageMissing: _Row("not_found", 404, _("Message not found"), _("This message is not there any more.")),
    AgentMissing: _Row("not_found", 404, _("Agent not found"), _("Nobody takes messages here at the moment.")),
    TokenRefused: _Row(
        "unauthorized",
        401,
        _("The token or key is not valid; connect without one to begin anew."),
        _("This conversation is closed. Please begin a new one."),
    ),
    TokenForeign: _Row(
        "forbidden",
        403,
        _("This token is for another conversation."),
        _("This conversation is closed. Please begin a new one."),
    ),
    ClientIdReused: _Row(
        "client_id_reused",
        409,
        _("This client id (Idempotency-Key) belongs to another message; use a new one for each."),
        _("This message was changed after it was sent. Please send it anew."),
    ),
    ServerDraining: _Row(
        "restarting",
        503,
        _("The server is being updated. Send the same again in a moment."),
        _("The site is being updated. Your message is kept and goes out in a moment."),
        SOON_S,
    ),
    RateLimited: _Row(
        "rate_limited",
        429,
        _("Too many requests. Try again in %(seconds)s seconds."),
        _("You are sending messages very quickly. Your message is kept; please wait a moment."),
    ),
    DatabaseError: _Row(
        "unavailable",
        503,
        _("This could not be done just now. Send it again in a moment."),
        _("Your message could not be stored just now. It is kept here and is sent again."),
        SOON_S,
    ),
}
EXPECTED = tuple(_TABLE)
CODES = frozenset(row.code for row in _TABLE.values())
