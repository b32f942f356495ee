"""Turns errors into frames: a code for programs and a sentence for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from conversations.intake import refusals
from conversations.socket.frames import FrameRefused
from voice.errors import NothingHeard, SpeechUnavailable
from voice.live.protocol import server_frames
from voice.notices import not_heard

STT_UNAVAILABLE = "stt_unavailable"
EXPECTED: tuple[type[Exception], ...] = (*refusals.EXPECTED, SpeechUnavailable, FrameRefused)


def frame_of(error: Exception, *, utt: int | None = None, client_id: str = "") -> dict[str, Any]:
    """The `error` frame for one of EXPECTED."""
    if isinstance(error, FrameRefused):
        return server_frames.error(error.code, error.detail, utt=utt, client_id=error.client_id or client_id)
    if isinstance(error, SpeechUnavailable):
        sentence = _("I could not hear you just now. Please say it again, or type it.")
        return server_frames.error(STT_UNAVAILABLE, sentence, retryable=True, utt=utt, client_id=client_id)
    refusal = refusals.refusal_of(error)
    retryable = refusal.retry_after_s is not None
    return server_frames.error(refusal.code, refusal.message, retryable=retryable, utt=utt, client_id=client_id)


def rejection_of(nothing: NothingHeard, utt: int) -> dict[str, Any]:
    """The `transcript.rejected` frame. It has a sentence for people only if unclear words were said, not for noise."""
    is_unclear = nothing.reason is NothingHeard.Reason.UNCLEAR
    return server_frames.rejected(utt, nothing.reason.value, not_heard(nothing) if is_unclear else "")


def code_of(error: Exception) -> str:
    """The code of an error, for programs."""
    if isinstance(error, FrameRefused):
        return error.code
    return STT_UNAVAILABLE if isinstance(error, SpeechUnavailable) else refusals.refusal_of(error).code
