"""Slips of the finger in a question, mended towards the words of the pages. A known word is never touched."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from language.words import STOP_WORDS, WORD, is_english_word, plain_word, rarity, stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counted = tuple[str, NDArray[Any]]  # distinct words with a space between, and how often each is used

_APART = re.compile(r"\b([A-Za-z]{3,}) (?=(up|in|on|out|off|back|down|over|ride|line)\b)", re.IGNORECASE)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_MIN_CHARS = 4  # three letters have too many neighbours
_DICTIONARY_FROM = 6  # shorter unknown words are too often names
_TWO_SLIPS_FROM = 8  # "interconpany matchng": long words stay recognisable with two slips
_MAX_CHARS = 40  # no word is longer; the words a slip away from 8,000 letters would fill gigabytes
MAX_WORDS = 64  # of a message that are searched with; the model reads 256 tokens, and work grows with each word
MAX_QUERY_CHARS = 1_200
# Distinct unknown words of one message, whatever its length; who slips more often is seldom understood anyhow.
MAX_LOOKED_UP = 6


class Vocabulary:
    """Words a question may have meant, with how often the pages use them. Immutable."""

    def __init__(self, counts: Mapping[str, int]):
        self.counts = counts
        self._of_length: dict[int, list[str]] | None = None

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        counts = dict.fromkeys((word for word in STOP_WORDS if len(word) >= _MIN_CHARS), 1)
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        return cls(counts)

    def changed(self, added: Iterable[Counted], removed: Iterable[Counted]) -> Vocabulary:
        """With the words of some pages more, and of some less: each all words of one, and how often it uses them."""
        counts = dict(self.counts)
        for word, number in _of_letters(added):
            counts[word] = counts.get(word, 0) + number
        for word, number in _of_letters(removed):
            counts[word] -= number
            if not counts[word]:
                del counts[word]
        return Vocabulary(counts)

    def knows(self, word: str) -> bool:
        """Whether the pages have the word, or another form of it that is alike to the last letters."""
        if word in self.counts:
            return True
        forms = (word[:end] + letter for end in range(2, len(word) + 1) for letter in _ALPHABET)
        return any(form in self.counts and stem(form) == stem(word) for form in forms)

    def alike(self, word: str, slips: int) -> Iterator[tuple[str, int]]:
        """The words within so many slips, each with their number: letters more, less, others, or swapped."""
        from rapidfuzz import process  # not at the top: most questions have no slip
        from rapidfuzz.distance import OSA

        of_length = self._by_length()
        for length in range(len(word) - slips, len(word) + slips + 1):
            known = of_length.get(length, ())
            for found, number, _at in process.extract_iter(word, known, scorer=OSA.distance, score_cutoff=slips):
                yield found, int(number)

    def _by_length(self) -> Mapping[int, Sequence[str]]:
        if self._of_length is None:
            found: dict[int, list[str]] = defaultdict(list)
            for word in self.counts:
                if 3 <= len(word) <= _MAX_CHARS + 2 and word.isalpha():
                    found[len(word)].append(word)
                    base = word[:-1]  # pages say that the crew "arrives", a visitor asks when they "arive"
                    if len(base) > _MIN_CHARS and word[-1] == "s" and base not in self.counts and is_english_word(base):
                        found[len(base)].append(base)
            self._of_length = found
        return self._of_length


def _of_letters(pages: Iterable[Counted]) -> Iterator[tuple[str, int]]:
    """The words that another may be a slip of; numbers and codes, half of all words of a price list, are none."""
    for words, times in pages:
        for word, number in zip(words.split(), times.tolist(), strict=True):
            if word.isalpha():
                yield word, number


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
    mended: dict[str, str] = {}
    looked_up: set[str] = set()

    def put(match: re.Match[str]) -> str:
        written = match.group()
        if written not in mended:
            mended[written] = _mended(written, vocabulary, looked_up)
        return mended[written]

    return WORD.sub(put, question)


def _joined(match: re.Match[str], vocabulary: Vocabulary) -> str:
    whole = plain_word(match[1]) + plain_word(match[2])
    known = whole in vocabulary.counts or f"{whole}s" in vocabulary.counts
    return match[1] if known else match[0]


def _mended(written: str, vocabulary: Vocabulary, looked_up: set[str]) -> str:
    word = plain_word(written)
    if not 3 <= len(word) <= _MAX_CHARS or not word.isascii() or not word.isalpha():
        return written
    if word in STOP_WORDS or is_english_word(word) or vocabulary.knows(word) or len(looked_up) >= MAX_LOOKED_UP:
        return written
    looked_up.add(word)
    if len(word) < _MIN_CHARS:
        return _common(word) or written
    return _nearest(word, vocabulary) or _common(word) or written


def _nearest(word: str, vocabulary: Vocabulary) -> str | None:
    """The known word within a slip or two, of equally near ones the commonest. The first letter is seldom wrong: that
    counts as a slip more."""
    allowed = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    found = [
        (slips + (known[0] != word[0]), -vocabulary.counts.get(known, 0), known)
        for known, slips in vocabulary.alike(word, allowed)
    ]
    best = min(found, default=None)
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
