"""Codes, statuses and words for everything that conversations refuse: one table for pages, REST and sockets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.rates import RateLimited
from conversations.attachments.keeping import AttachmentMissing
from conversations.attachments.refused import AttachmentRefused
from conversations.intake.door import ClientIdReused
from conversations.intake.feedback import FeedbackRefused
from conversations.intake.joining import AgentMissing, TokenForeign, TokenRefused
from conversations.intake.turns import ServerDraining, TurnRefused
from conversations.messages.reading import MessageMissing, SessionMissing

LONG_S = 600  # whoever has to wait for longer has used up a day's share
SOON_S = 2  # a server that is replaced, a database that is locked


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a refusal is told: `code` and `status` to programs, `detail` to developers, `message` to the visitor.

    With `retry_after_s` the same may be sent again after so many seconds; without it, it would be refused again.
    """

    code: str
    status: int
    detail: str
    message: str
    retry_after_s: int | None = None


def refusal_of(error: Exception) -> Refusal:
    """The refusal for one of EXPECTED, in the active language."""
    row = next(row for kind, row in _TABLE.items() if isinstance(error, kind))
    if isinstance(error, TurnRefused | FeedbackRefused):
        return Refusal(row.code, row.status, str(error), str(error))
    if isinstance(error, AttachmentRefused):
        return Refusal(row.code, error.status, str(error), str(error))
    retry_after_s = error.retry_after_s if isinstance(error, RateLimited) else row.retry_after_s
    message = _FOR_TODAY if (retry_after_s or 0) > LONG_S else row.message
    return Refusal(row.code, row.status, str(row.detail) % {"seconds": retry_after_s}, str(message), retry_after_s)


_FOR_TODAY = _(
    "These were very many messages for one day. Yours is kept; please come back later, or reach us another way."
)


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    status: int
    detail: str | Promise = ""
    message: str | Promise = ""
    retry_after_s: int | None = None


_TABLE: dict[type[Exception], _Row] = {
    TurnRefused: _Row("refused", 409),  # the exception has its own words
    FeedbackRefused: _Row("refused", 409),  # the same
    AttachmentRefused: _Row("refused", 409),  # the exception has its own words and status
    AttachmentMissing: _Row(
        "refused",
        409,
        _("An attachment of this message is not waiting in this conversation. Upload it again."),
        _("A file of this message is not here any more. Please attach it again."),
    ),
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
