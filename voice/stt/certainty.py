"""Refuses transcripts that are probably wrong: the model was unsure, repeats itself, or heard another language."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO

from voice.errors import NothingHeard
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance

# Limits of the mean log probability of a token. Measured on 2026-11-28 with tiny.en and Whisper base over 45 English
# sentences in four voices and 45 in twelve other languages: English that was understood has -0.1 to -0.66, other
# languages written down as English have -0.73 to -2.1. If the model is sure of the language, a lower value is accepted.
LEAST_LOGPROB = -0.7
LEAST_LOGPROB_SURE = -1.0  # Whisper's own limit
# Short English answers get an allowance: "Hello" alone has down to -0.85. Other short words get none, because they may
# be a misheard foreign word ("Oui" written as "We", -0.94; "Genau" as "Go", -0.89).
SHORT_WORDS = 2
SHORT_ALLOWANCE = 0.25
SAID_ALONE = {
    *("yes", "yeah", "yep", "yes please", "no", "nope", "no thanks", "hello", "hi", "hey", "okay", "ok", "sure"),
    *("thanks", "thank you", "please", "correct", "exactly"),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
MAX_COMPRESSION = 2.4  # Whisper's own limit
# The probability from which a detected language is believed: Whisper base gives English speech 0.68 to 0.88.
SURE_LANGUAGE = 0.6
POSSIBLE_LANGUAGE = 0.2  # from here on the wanted language may still be the right one
LANGUAGE_S = 1.5  # shorter speech is too short to tell: every model takes a single "Ja" for English
_SAME = {"nb": "no", "nn": "no", "yue": "zh"}
_CODES = {info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and "-" not in code}


def check_certainty(transcript: Transcript, utterance: Utterance) -> None:
    """Raises NothingHeard(UNCLEAR) if the model doubts its words, repeats itself, or heard an unwanted language."""
    certainty = transcript.certainty
    is_foreign = _is_foreign(certainty, utterance)
    is_loop = certainty.compression is not None and certainty.compression > MAX_COMPRESSION
    least_logprob = _least_logprob(certainty, utterance, transcript.text)
    is_guess = certainty.logprob is not None and certainty.logprob < least_logprob
    if is_foreign or is_loop or is_guess:
        raise NothingHeard(NothingHeard.Reason.UNCLEAR)


def code_of(language: str) -> str:
    """Turns a language as servers name it (German, de, de-AT) into its ISO 639 code; "" if it is unknown."""
    name = language.strip().lower()
    code = _CODES.get(name, name.replace("_", "-").partition("-")[0])
    return code if len(code) in {2, 3} else ""


def _is_foreign(certainty: TranscriptCertainty, utterance: Utterance) -> bool:
    if not (certainty.language and utterance.language) or _same(certainty.language, utterance.language):
        return False
    if certainty.language_probability is None:
        return True
    is_sure = certainty.language_probability >= SURE_LANGUAGE and utterance.duration_s >= LANGUAGE_S
    return is_sure and (certainty.wanted_probability or 0.0) < POSSIBLE_LANGUAGE


def _least_logprob(certainty: TranscriptCertainty, utterance: Utterance, text: str) -> float:
    is_told = bool(certainty.language) and (not utterance.language or _same(certainty.language, utterance.language))
    is_sure = is_told and (certainty.language_probability is None or certainty.language_probability >= SURE_LANGUAGE)
    # Foreign speech is usually mistaken for English, so only English needs the strict limit. In other languages an
    # accent or a synthetic voice lowers the probability although the words are right.
    is_other = bool(certainty.language) and utterance.language not in {"", "en"}
    least = LEAST_LOGPROB_SURE if is_sure or is_other else LEAST_LOGPROB
    return least - (SHORT_ALLOWANCE if _may_be_said_alone(text, utterance.language) else 0.0)


def _may_be_said_alone(text: str, language: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    is_usual = language not in {"", "en"} or " ".join(words) in SAID_ALONE or "".join(words).isdecimal()
    return is_usual and len(words) <= SHORT_WORDS


def _same(one: str, other: str) -> bool:
    return _SAME.get(one, one) == _SAME.get(other, other)
