"""Words that only say “I am listening”: heard over an answer they are no turn, and the answer goes on.

When words count as such, and when not, is in docs/voice-socket.md.
"""

from __future__ import annotations

import re

MAX_WORDS = 3
MAX_CHARS = 60  # three words are shorter; the pattern below need not be tried on more
RECENT_MS = 4000  # time to think about a question and begin to answer it
COMING_MS = 500  # whoever answers early begins before the last sound of the question

_QUESTION_MARKS = "?？؟"  # those of Chinese and Japanese, and of Arabic, too
# A hyphen joins what is one word; transcriptions write these sounds in many ways.
_SOUNDS = r"m+|h+m+|m+[- ]?h+m*|m+[- ]m+|u+h+[- ]?h+u+h+|a+h+a*|a+h+[- ]a+h*"
# No “no”, “wait”, “stop” or “thanks”: who says one of these wants something. “Yes” and the like may answer a question,
# which is why none of them counts after one.
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
    """Whether a listener said this and wants nothing by it.

    `language` is ISO 639, "" for unknown: then, and in a language without a list, sounds count and no words.
    `recently_heard` is what the agent said in the moments before: words after a question are taken for its answer.
    """
    if len(said) > MAX_CHARS or _asks(said) or _asks(recently_heard):
        return False
    words = re.sub(r"[^\w\s-]|_", " ", said.casefold()).split()
    if not 0 < len(words) <= MAX_WORDS:
        return False
    return _PATTERNS.get(language, _ONLY_SOUNDS).fullmatch(" ".join(words)) is not None


def _asks(text: str) -> bool:
    return any(mark in text for mark in _QUESTION_MARKS)
