"""Slips of the finger in a question, mended towards the words of the pages. A known word is never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.llm.builtin.words import STOP_WORDS, WORD, is_english_word, plain_word, rarity, stem

_APART = re.compile(r"\b([A-Za-z]{3,}) (?=(up|in|on|out|off|back|down|over|ride|line)\b)", re.IGNORECASE)
_MIN_CHARS = 4  # three letters have too many neighbours
_DICTIONARY_FROM = 6  # shorter unknown words are too often names
_TWO_SLIPS_FROM = 8  # "interconpany matchng": long words stay recognisable with two slips
_MAX_CHARS = 40  # no word is longer; the words a slip away from 8,000 letters would fill gigabytes


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words a question may have meant, with how often the pages use them."""

    counts: Mapping[str, int]

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        counts: dict[str, int] = dict.fromkeys((word for word in STOP_WORDS if len(word) >= _MIN_CHARS), 1)
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        return cls(counts)


def corrected(question: str, vocabulary: Vocabulary) -> str:
    """The question with unknown words replaced by the one known word within a slip or two, and words joined that the
    pages write as one ("back up")."""
    question = _APART.sub(lambda match: _joined(match, vocabulary), question)
    return WORD.sub(lambda match: _mended(match.group(), vocabulary), question)


def _joined(match: re.Match[str], vocabulary: Vocabulary) -> str:
    whole = plain_word(match[1]) + plain_word(match[2])
    known = whole in vocabulary.counts or f"{whole}s" in vocabulary.counts
    return match[1] if known else match[0]


def _mended(written: str, vocabulary: Vocabulary) -> str:
    word = plain_word(written)
    if not 3 <= len(word) <= _MAX_CHARS or not word.isascii() or not word.isalpha():
        return written
    if word in STOP_WORDS or is_english_word(word):
        return written
    if word in vocabulary.counts or any(_inflected(word, known) for known in vocabulary.counts):
        return written
    if len(word) < _MIN_CHARS:
        return _common(word) or written
    allowed = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    best: tuple[int, int, str] | None = None
    for known, count in vocabulary.counts.items():
        if abs(len(known) - len(word)) > allowed or len(known) < 3 or not known.isalpha():
            continue
        slips = edit_distance(word, known, allowed)
        if slips <= allowed:
            # The first letter is seldom wrong.
            found = (slips + (known[0] != word[0]), -count, known)
            best = min(best, found) if best else found
    return best[2] if best and best[0] <= allowed else _common(word) or written


def _inflected(word: str, known: str) -> bool:
    """Whether both are forms of one word: alike to the last letters."""
    return word[: len(known) - 1] == known[:-1] and stem(word) == stem(known)


def _common(word: str) -> str | None:
    """The commonest English word one slip away, for what the pages do not say; for short words only a stop word."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    near = {left + right[1:] for left, right in cuts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    near |= {left + letter + right for left, right in cuts for letter in letters}
    near |= {left + letter + right[1:] for left, right in cuts for letter in letters if right}
    if len(word) < _DICTIONARY_FROM:
        near &= STOP_WORDS
    known = [(rarity(other), other) for other in near if len(other) >= 3 and is_english_word(other)]
    return min(known)[1] if known else None


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours; `limit` + 1 when there are more."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        current = [i]
        for j, other in enumerate(right, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return min(row[-1], limit + 1)
