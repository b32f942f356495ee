"""Recognises the agent's own words when the microphone hears them. Without echo cancellation they look like a turn."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

BEFORE_MS = 2000  # an echo comes late, so words spoken this long before the utterance count as well
AFTER_S = 1.5  # the end of an answer may be heard this much later, with a wireless speaker or a busy tab
COMING_MS = 500  # sound that was sent but is not known to be played counts as well, this far
LEAST_WORDS = 5  # a visitor who repeats a product's name, or answers "yes", says fewer words
LEAST_PARTIAL_WORDS = 3  # for partial transcripts, which can only interrupt
LEAST_PART = 0.75  # of the letters must match: in a room, a small model gets every fifth word wrong
LEAST_RUN = 4  # letters in a row; shorter runs match by chance


def is_echo(said: str, spoken: str, *, least_words: int = LEAST_WORDS) -> bool:
    """Whether `said` is what the agent was saying, apart from errors of transcription.

    A question is no echo if the agent asked none.
    """
    if "?" in said and "?" not in spoken:
        return False
    words = _letters(said)
    if len(words.split()) < least_words:
        return False
    blocks = SequenceMatcher(None, words, _letters(spoken), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= LEAST_RUN) >= LEAST_PART * len(words)


def asks(spoken: str) -> bool:
    """Whether `spoken` ends with a question. A visitor may repeat its words as an answer: "In dark blue, please"."""
    return spoken.rstrip("\"'”’»)* ").endswith(("?", "？", "؟"))


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
