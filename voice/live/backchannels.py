"""Recognises words that only say “I am listening”. Said during an answer they are not a turn, and the answer goes on.

docs/voice-socket.md has the rules.
"""

from __future__ import annotations

import re

MAX_WORDS = 3
MAX_CHARS = 60  # three words are shorter, so that the pattern is not tried on longer text
RECENT_MS = 4000  # how long a visitor may think before they begin to answer a question
COMING_MS = 500  # a visitor may begin to answer before the question is over

_QUESTION_MARKS = "?？؟"  # Western; Chinese and Japanese; Arabic
# Transcriptions write these sounds in many ways. A hyphen stands within one word.
_SOUNDS = r"m+|h+m+|m+[- ]?h+m*|m+[- ]m+|u+h+[- ]?h+u+h+|a+h+a*|a+h+[- ]a+h*"
# “No”, “wait”, “stop” and “thanks” are missing, because a visitor who says them wants something. “Yes” and the like may
# answer a question, so they do not count after one.
_WORDS = {
    "en": "yes yeah yep yup right okay ok sure true alright oh|i see|got it|all right|of course|go on",
    "de": "ja jaja genau richtig stimmt okay ok klar gut verstehe achso oh|alles klar|ach so|ich verstehe|na klar",
}


def _pattern(words: str) -> re.Pattern[str]:
    singles, *phrases = words.split("|")
    one = "|".join([_SOUNDS, *(re.escape(phrase) for phrase in (*phrases, *singles.split()))])
    return re.compile(rf"(?:{one})(?: (?:{one}))*")


_PATTERNS = {language: _pattern(words) for language, words in _WORDS.items()}
_ONLY_SOUNDS = re.compile(rf"(?:{_SOUNDS})(?: (?:{_SOUNDS}))*")


def is_backchannel(said: str, language: str, recently_heard: str) -> bool:
    """Whether `said` only shows that the visitor is listening.

    `language` is ISO 639, "" if unknown. In a language without a word list only sounds such as "mm-hm" count.
    `recently_heard` is what the agent has just said. If it asks a question, the words count as an answer.
    """
    if len(said) > MAX_CHARS or _asks(said) or _asks(recently_heard):
        return False
    words = re.sub(r"[^\w\s-]|_", " ", said.casefold()).split()
    if not 0 < len(words) <= MAX_WORDS:
        return False
    return _PATTERNS.get(language, _ONLY_SOUNDS).fullmatch(" ".join(words)) is not None


def _asks(text: str) -> bool:
    return any(mark in text for mark in _QUESTION_MARKS)
