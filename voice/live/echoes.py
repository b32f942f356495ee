"""The agent's own words, come back by the microphone where nothing takes its echo out: nobody's turn."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

BEFORE_MS = 2000  # an echo comes late: so much of what was spoken before the utterance began counts, too
AFTER_S = (
    1.5  # an answer's end is heard so much later where the sound takes long to the ears: a wireless speaker, a busy tab
)
COMING_MS = 500  # and so much that was sent and is not known to be played
LEAST_WORDS = 5  # whoever quotes a product's name, or answers "yes", says less
LEAST_PARTIAL_WORDS = 3  # of a hypothesis, which only interrupts
LEAST_PART = 0.75  # of its letters: a room and a small model get every fifth word wrong
LEAST_RUN = 4  # letters in a row; fewer are alike by chance


def is_echo(said: str, spoken: str, *, least_words: int = LEAST_WORDS) -> bool:
    """Whether these words are, but for errors of hearing, what the agent was saying; no question it did not ask is."""
    if "?" in said and "?" not in spoken:
        return False
    words = _letters(said)
    if len(words.split()) < least_words:
        return False
    blocks = SequenceMatcher(None, words, _letters(spoken), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= LEAST_RUN) >= LEAST_PART * len(words)


def asks(spoken: str) -> bool:
    """Whether this ends with a question. Who answers one may well say it again: "In dark blue, with a gold rim"."""
    return spoken.rstrip("\"'”’»)* ").endswith(("?", "？", "؟"))


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
