"""What a client is told when something could not be done: a code for programs, a sentence for people."""

from __future__ import annotations

from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from access.rates import RateLimited
from conversations import joining, sending, turns
from conversations.json_frames import FrameRefused
from salesagent.lib.problems import too_many
from voice.errors import NothingHeard, SpeechUnavailable
from voice.live import server_frames
from voice.words import not_heard

CODES: dict[type[Exception], str] = {
    turns.TurnRefused: "refused",
    turns.SessionMissing: "not_found",
    turns.ServerDraining: "restarting",
    joining.AgentMissing: "not_found",
    joining.TokenRefused: "unauthorized",
    joining.TokenForeign: "forbidden",
    sending.ClientIdReused: "client_id_reused",
    RateLimited: "rate_limited",
    DatabaseError: "unavailable",
    SpeechUnavailable: "stt_unavailable",
}
EXPECTED: tuple[type[Exception], ...] = (*CODES, FrameRefused)
_RETRYABLE = {"restarting", "rate_limited", "unavailable", "stt_unavailable"}


def frame_of(error: Exception, *, utt: int | None = None, client_id: str = "") -> dict[str, Any]:
    """The `error` frame for one of EXPECTED."""
    code = code_of(error)
    if isinstance(error, FrameRefused):
        return server_frames.error(code, error.detail, utt=utt, client_id=error.client_id or client_id)
    message = _sentence(error, code)
    return server_frames.error(code, message, retryable=code in _RETRYABLE, utt=utt, client_id=client_id)


def rejection_of(nothing: NothingHeard, utt: int) -> dict[str, Any]:
    """The `transcript.rejected` frame; what was said and not understood comes with a sentence, a cough does not."""
    is_unclear = nothing.reason is NothingHeard.Reason.UNCLEAR
    return server_frames.rejected(utt, nothing.reason.value, not_heard(nothing) if is_unclear else "")


def code_of(error: Exception) -> str:
    if isinstance(error, FrameRefused):
        return error.code
    return next(code for kind, code in CODES.items() if isinstance(error, kind))


def _sentence(error: Exception, code: str) -> str:
    if isinstance(error, turns.TurnRefused):
        return str(error)
    if isinstance(error, RateLimited):
        problem = too_many(error.retry_after_s)
        return problem.fallback_message or problem.detail
    return {
        "not_found": _("There is no such agent or conversation."),
        "restarting": _("The server is being updated. Connect again in a moment."),
        "unauthorized": _("The token or key is not valid; connect without one to begin anew."),
        "forbidden": _("This token is for another conversation."),
        "client_id_reused": _("This client id belongs to another message; use a new one for each."),
        "stt_unavailable": _("I could not hear you just now. Please say it again, or type it."),
        "unavailable": _("This could not be done just now. Try again in a moment."),
    }[code]
