"""Slips of the finger in a question, mended towards the words of the pages. A known word is never touched."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from language.words import STOP_WORDS, WORD, is_english_word, plain_word, rarity, stem

_APART = re.compile(r"\b([A-Za-z]{3,}) (?=(up|in|on|out|off|back|down|over|ride|line)\b)", re.IGNORECASE)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_MIN_CHARS = 4  # three letters have too many neighbours
_DICTIONARY_FROM = 6  # shorter unknown words are too often names
_TWO_SLIPS_FROM = 8  # "interconpany matchng": long words stay recognisable with two slips
_MAX_CHARS = 40  # no word is longer; the words a slip away from 8,000 letters would fill gigabytes
MAX_WORDS = 64  # of a message that are searched with; the model reads 256 tokens, and work grows with each word
MAX_QUERY_CHARS = 1_200
# Of one message, whatever its length and that of the pages' vocabulary: some 30 ms at most with 20,000 words.
MAX_LOOKED_UP = 6  # distinct unknown words; who slips more often is seldom understood anyhow
MAX_COMPARED = 1_000  # words letter by letter, at 10 to 15 microseconds each


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words a question may have meant, with how often the pages use them."""

    counts: Mapping[str, int]
    # Words by their length and first letter, each with the set of its letters in bits.
    _by_shape: Mapping[tuple[int, str], Sequence[tuple[int, str]]] = field(repr=False)
    _by_stem: Mapping[str, Sequence[str]] = field(repr=False)

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        counts: dict[str, int] = dict.fromkeys((word for word in STOP_WORDS if len(word) >= _MIN_CHARS), 1)
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        by_shape: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        by_stem: dict[str, list[str]] = defaultdict(list)
        for word in counts:
            by_stem[stem(word)].append(word)
            if 3 <= len(word) <= _MAX_CHARS + 2 and word.isalpha():
                by_shape[len(word), word[0]].append((_letters(word), word))
        return cls(counts, by_shape, by_stem)

    def knows(self, word: str) -> bool:
        """Whether the pages have the word, or another form of it that is alike to the last letters."""
        return word in self.counts or any(
            word[: len(known) - 1] == known[:-1] for known in self._by_stem.get(stem(word), ())
        )

    def alike(self, word: str, slips: int) -> Iterator[str]:
        """Words of about the same length and letters; those with the same first letter come first."""
        letters = _letters(word)
        lengths = range(len(word) - slips, len(word) + slips + 1)
        firsts = [word[0], *(letter for letter in _ALPHABET if letter != word[0])]
        for first in firsts:
            for length in lengths:
                for known_letters, known in self._by_shape.get((length, first), ()):
                    # A slip adds, drops or exchanges one letter, so no more may be on one side only.
                    if (known_letters & ~letters).bit_count() <= slips >= (letters & ~known_letters).bit_count():
                        yield known


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


class _LookupBudget:
    """What may still be looked up for one message."""

    def __init__(self) -> None:
        self.words = MAX_LOOKED_UP
        self.compared = MAX_COMPARED


def _bounded(text: str) -> str:
    """The beginning and the end of a long message: what it asks stands at one of them."""
    parts = text.split()
    if len(parts) <= MAX_WORDS and len(text) <= MAX_QUERY_CHARS:
        return text
    half = MAX_WORDS // 2
    ends = " ".join(parts[:half] + parts[-half:] if len(parts) > MAX_WORDS else parts)
    half = MAX_QUERY_CHARS // 2
    return ends if len(ends) <= MAX_QUERY_CHARS else f"{ends[:half]} {ends[-half:]}"


def corrected(question: str, vocabulary: Vocabulary) -> str:
    """The question with unknown words replaced by the one known word within a slip or two, and words joined that the
    pages write as one ("back up"). Of a long one only beginning and end; past MAX_LOOKED_UP unknown words it
    stays as it is written."""
    question = _bounded(question)
    question = _APART.sub(lambda match: _joined(match, vocabulary), question)
    budget = _LookupBudget()
    mended: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        written = match.group()
        if written not in mended:
            mended[written] = _mended(written, vocabulary, budget)
        return mended[written]

    return WORD.sub(put, question)


def _joined(match: re.Match[str], vocabulary: Vocabulary) -> str:
    whole = plain_word(match[1]) + plain_word(match[2])
    known = whole in vocabulary.counts or f"{whole}s" in vocabulary.counts
    return match[1] if known else match[0]


def _mended(written: str, vocabulary: Vocabulary, budget: _LookupBudget) -> str:
    word = plain_word(written)
    if not 3 <= len(word) <= _MAX_CHARS or not word.isascii() or not word.isalpha():
        return written
    if word in STOP_WORDS or is_english_word(word) or vocabulary.knows(word) or not budget.words:
        return written
    budget.words -= 1
    if len(word) < _MIN_CHARS:
        return _common(word) or written
    return _nearest(word, vocabulary, budget) or _common(word) or written


def _nearest(word: str, vocabulary: Vocabulary, budget: _LookupBudget) -> str | None:
    allowed = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    best: tuple[int, int, str] | None = None
    for known in vocabulary.alike(word, allowed):
        has_other_start = known[0] != word[0]
        if not budget.compared or (has_other_start and best and best[0] <= 1):
            break  # the first letter is seldom wrong: it counts as a slip more, so nothing better can follow
        budget.compared -= 1
        slips = edit_distance(word, known, allowed)
        if slips <= allowed:
            found = (slips + has_other_start, -vocabulary.counts[known], known)
            best = min(best, found) if best else found
    return best[2] if best and best[0] <= allowed else None


def _common(word: str) -> str | None:
    """The commonest English word one slip away, for what the pages do not say; for short words only a stop word."""
    letters = _ALPHABET
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
