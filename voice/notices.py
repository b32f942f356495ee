"""Words for visitors when nothing was heard, or speech is not available."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from voice.errors import NothingHeard, SpeechUnavailable


def not_heard(error: NothingHeard | SpeechUnavailable) -> str:
    """Why a recording led to nothing, and what to do."""
    if isinstance(error, NothingHeard):
        if error.reason == NothingHeard.Reason.SHORT:
            return _("That was too short to hear. Keep recording while you speak.")
        if error.reason == NothingHeard.Reason.UNCLEAR:
            return _(
                "I could not understand this recording: it may be in a language I do not hear. Please say it again, or"
                " type your message."
            )
        return _("I could not hear that. Please speak a little closer to the microphone, or type your message.")
    if error.cause == SpeechUnavailable.Cause.RATE_LIMITED:
        return _("Many people are speaking right now. Please try again in a moment, or type your message.")
    if error.cause == SpeechUnavailable.Cause.LANGUAGE:
        return _("I do not understand speech in this language. Please type your message.")
    return _("I cannot listen at the moment. Please type your message.")


def language_name(code: str) -> str:
    """The name of a language in the reader's language; the code if the name is unknown."""
    info = LANG_INFO.get(code)
    return str(_(info["name"])) if info and "name" in info else code


def no_voice() -> str:
    return _("Sound is not available at the moment; the text is here.")
