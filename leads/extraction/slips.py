"""Slips of the finger in the words by which facts are told: "budegt", "peopel", "septmber". Names are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from language.words import is_english_word

_SWAPPED_FROM, _LACKING_FROM, _WRONG_FROM = 4, 6, 6  # letters: shorter words have too many neighbours
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[a-z]{4,14}")
_MEANT = (
    "about around roughly between maximum minimum budget spend price monthly month months week weeks year years euros "
    "pounds dollars people persons employees employee colleagues staff company office machine machines guests users "
    "seats licences rooms team group start starts starting started begin beginning install installed installation "
    "wedding birthday party would want need like prefer looking planning name called email phone number mobile please "
    "sorry actually from with there have before until next tomorrow today "
    "third fourth fifth sixth seventh eighth ninth tenth twelfth twentieth maybe probably ideally hopefully planning "
    "january february march april june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday "
    "three seven eight eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty "
    "fifty sixty seventy eighty ninety hundred thousand"
)


def meant(word: str) -> str:
    """The word that a slip stands for, else the word itself."""
    right = _slips().get(word)
    return right if right and not is_english_word(word) else word


def of_other_length(word: str) -> list[str]:
    """The slips of a word that `mended` leaves as they are, since a letter is missing or too many."""
    return [
        slip for slip, right in _slips().items() if right == word and len(slip) != len(word) and meant(slip) == word
    ]


def mended(text: str) -> str:
    """A text in small letters with its slips mended where the right word has as many letters."""
    return _WORD.sub(lambda match: _as_long(match.group()), text)


def _as_long(word: str) -> str:
    right = meant(word)
    return right if len(right) == len(word) else word


@cache
def _slips() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in _MEANT.split():
        for slip in _of(word):
            found.setdefault(slip, word)
    for word in _MEANT.split():
        found.pop(word, None)
    return found


def _of(word: str) -> Iterator[str]:
    for at in range(1, len(word)):
        if len(word) >= _SWAPPED_FROM:
            yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        if len(word) >= _LACKING_FROM:
            yield word[:at] + word[at + 1 :]
            yield word[:at] + word[at] + word[at:]
        if len(word) >= _WRONG_FROM:
            yield from (word[:at] + letter + word[at + 1 :] for letter in _ALPHABET)


def is_slip(word: str, meant: str) -> bool:
    """Whether two letters are swapped, or one is missing, too many or wrong; the first letter is right."""
    if _squeezed(word) == _squeezed(meant):  # "begginer"
        return True
    if word[0] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    if len(word) == len(meant):
        wrong = [place for place in range(len(word)) if word[place] != meant[place]]
        is_swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and word[wrong[0]] == meant[wrong[1]]
            and word[wrong[1]] == meant[wrong[0]]
        )
        return is_swapped or len(wrong) == 1
    longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(longer)))


def _squeezed(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)
