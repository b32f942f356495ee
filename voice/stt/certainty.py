"""Whether a transcript is what was said: another language, or a guess, reads like words that nobody said."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO

from voice.errors import NothingHeard
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance

# The mean log probability of a token, measured on 2026-11-28 with tiny.en and Whisper base over 45 English sentences in
# four voices and 45 in twelve other languages: English that was understood has -0.1 to -0.66, other languages written
# down as English have -0.73 to -2.1. A model that is sure of the language may be less sure of the words.
LEAST_LOGPROB = -0.7
LEAST_LOGPROB_SURE = -1.0  # Whisper's own limit
# What people say alone, in English: "Hello" has down to -0.85. A word of another language is written down as some other
# short one ("Oui" as "We", -0.94; "Genau" as "Go", -0.89), and gets no allowance.
SHORT_WORDS = 2
SHORT_ALLOWANCE = 0.25
SAID_ALONE = {
    *("yes", "yeah", "yep", "yes please", "no", "nope", "no thanks", "hello", "hi", "hey", "okay", "ok", "sure"),
    *("thanks", "thank you", "please", "correct", "exactly"),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
MAX_COMPRESSION = 2.4  # Whisper's own limit
# A language is believed from so much on: Whisper base gives English speech 0.68 to 0.88.
SURE_LANGUAGE = 0.6
POSSIBLE_LANGUAGE = 0.2  # the wanted one may be it after all
LANGUAGE_S = 1.5  # a "Ja" alone is English to every model
_SAME = {"nb": "no", "nn": "no", "yue": "zh"}
_CODES = {info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and "-" not in code}


def check_certainty(transcript: Transcript, utterance: Utterance) -> None:
    """Raises NothingHeard(UNCLEAR) for words that the model itself doubts, or heard in another language than wanted."""
    told = transcript.certainty
    is_foreign = _is_foreign(told, utterance)
    is_loop = told.compression is not None and told.compression > MAX_COMPRESSION
    is_guess = told.logprob is not None and told.logprob < _least_logprob(told, utterance, transcript.text)
    if is_foreign or is_loop or is_guess:
        raise NothingHeard(NothingHeard.Reason.UNCLEAR)


def code_of(language: str) -> str:
    """The two letters of a language that a server names in one of several ways: German, de, de-AT; "" for others."""
    name = language.strip().lower()
    code = _CODES.get(name, name.replace("_", "-").partition("-")[0])
    return code if len(code) in {2, 3} else ""


def _is_foreign(told: TranscriptCertainty, utterance: Utterance) -> bool:
    if not (told.language and utterance.language) or _same(told.language, utterance.language):
        return False
    if told.language_probability is None:
        return True
    is_sure = told.language_probability >= SURE_LANGUAGE and utterance.duration_s >= LANGUAGE_S
    return is_sure and (told.wanted_probability or 0.0) < POSSIBLE_LANGUAGE


def _least_logprob(told: TranscriptCertainty, utterance: Utterance, text: str) -> float:
    is_told = bool(told.language) and (not utterance.language or _same(told.language, utterance.language))
    is_sure = is_told and (told.language_probability is None or told.language_probability >= SURE_LANGUAGE)
    # A model of many languages takes robots and accents for any of them; only English is what others are mistaken for.
    is_other = bool(told.language) and utterance.language not in {"", "en"}
    least = LEAST_LOGPROB_SURE if is_sure or is_other else LEAST_LOGPROB
    return least - (SHORT_ALLOWANCE if _may_be_said_alone(text, utterance.language) else 0.0)


def _may_be_said_alone(text: str, language: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    is_usual = language not in {"", "en"} or " ".join(words) in SAID_ALONE or "".join(words).isdecimal()
    return is_usual and len(words) <= SHORT_WORDS


def _same(one: str, other: str) -> bool:
    return _SAME.get(one, one) == _SAME.get(other, other)
