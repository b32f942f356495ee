"""What a visitor is told when there was nothing to hear, or nobody to listen or speak."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voice.errors import NothingHeard, SpeechUnavailable


def not_heard(error: NothingHeard | SpeechUnavailable) -> str:
    """Why a recording led to nothing, and what to do."""
    if isinstance(error, NothingHeard):
        if error.reason == NothingHeard.Reason.SHORT:
            return _("That was too short to hear. Keep recording while you speak.")
        return _("I could not hear that. Please speak a little closer to the microphone, or type your message.")
    if error.cause == SpeechUnavailable.Cause.RATE_LIMITED:
        return _("Many people are speaking right now. Please try again in a moment, or type your message.")
    return _("I cannot listen at the moment. Please type your message.")


def no_voice() -> str:
    return _("Sound is not available at the moment; the text is here.")
