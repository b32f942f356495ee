"""Detects copies of the instructions in an answer, plain or disguised: spaced, reversed, in base64 or ROT13."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from string import ascii_letters, ascii_lowercase, ascii_uppercase

from language.blocks import sentence_spans

# Common letters in a row of an instruction and an answer: some eight words, which nobody repeats by chance.
MAX_OF_INSTRUCTIONS = 48
# The same of what the prompt states as a fact, in which nobody is told what to do: a quote of it is an answer, and
# several sentences on end are a copy.
MAX_OF_FACTS = 240
WINDOW, STEP = 24, 8  # letters: of an answer each eighth window is looked up, so that no run of 32 goes unseen
_INSTRUCTS = re.compile(
    r"\b(?:you|your|yourself|never|always|don[’']?t|do not|must|should|answer|reply|respond|say|tell|ask|offer|mention|"
    r"avoid|keep|use|visitors?|customers?|users?|assistant|instructions?|rules?|prompt|du|dein\w*|sie|ihr\w*|nie|niemals|"
    r"immer|antworte\w*|sage?|frage?|vous|votre|tu|ton|jamais|toujours|réponds?|répondez|usted|tú|nunca|siempre|responde)\b",
    re.IGNORECASE,
)
_WHO_IT_IS = re.compile(r"^\W*(?:you are|you[’']re|du bist|sie sind|vous êtes|tu es|usted es|eres)\b", re.IGNORECASE)
REMEMBERED_CHARS = 480  # as much of an encoded text as holds a copy
_ENCODED = re.compile(r"[A-Za-z0-9+/_=%\\-]{40,4000}")
MIN_WORD_CHARS = 20  # words are shorter on the average, in any language that has blanks; base64 is not
_HEX = re.compile(r"(?:[0-9a-f]{2}[\s:,]{0,2}){20,2000}", re.IGNORECASE)
_MAY_BE_HEX = re.compile(r"[0-9a-f\s:,]{40}", re.IGNORECASE)  # as short as it can be; most texts hold no such run
_BITS = re.compile(r"(?:[01]{7,8}\s){6}")
_LEET = str.maketrans("0134578@$", "oieastbas")
_NO_LETTERS = re.compile(r"[\W\d_]+")
# The same for ASCII in one pass, which takes a tenth of the time: capitals become small, what is no letter goes.
_ASCII_LETTERS = {
    **dict.fromkeys(range(128)),
    **str.maketrans(ascii_letters, ascii_lowercase * 2),
    **_LEET,
}
_ROT13 = str.maketrans(
    ascii_letters, ascii_lowercase[13:] + ascii_lowercase[:13] + ascii_uppercase[13:] + ascii_uppercase[:13]
)
_DIGIT = re.compile(r"\d")
_NUMBER_ALONE = re.compile(r"(?<![^\W\d_])\d+(?![^\W\d_])")


class OwnWords:
    """Checks an answer piece by piece and remembers earlier pieces, so that a copy in pieces is found, too.

    `secret` are pairs of instructions and of the facts stated with them. `known` are texts that the visitor may read,
    so nothing in them is secret.
    """

    def __init__(self, secret: Iterable[tuple[str, str]], known: Sequence[str] = ()):
        self._indexes = [_index(*texts) for texts in secret]
        self._known = known
        self._tail = ""  # letters of what was seen
        self._written = ""  # the same as it was written, for what is turned or encoded
        self._unread = 0  # characters of that which were not looked at in those ways yet
        self._was_turned = False  # what came last was a copy of that sort

    def leak(self, piece: str) -> bool:
        """Whether the answer, with this piece, repeats too much of the instructions."""
        letters = _letters(piece)
        text = self._tail + letters
        if piece[:1].isdigit() or self._written[-1:].isdigit():  # "wh" and "0": whether it is a letter tells its word
            text = _letters(self._written + piece)
        behind = max(0, len(text) - len(letters) - 1)
        self._tail = text[-MAX_OF_FACTS:]
        self._written = self._written[-REMEMBERED_CHARS:] + piece
        self._unread += len(piece)
        if self._repeats(text, behind):
            return True
        if self._was_turned or self._unread >= WINDOW:
            self._was_turned = self._is_turned(text[max(0, behind - MAX_OF_FACTS) :])
        return self._was_turned

    def _is_turned(self, letters: str) -> bool:
        self._unread = 0
        written = self._written
        if self._repeats(letters[::-1], 0) or self._repeats(_letters(written.translate(_ROT13)), 0):
            return True
        return any(self._repeats(_letters(plain), 0) for plain in _decoded(written)) or bool(_BITS.search(written))

    def _repeats(self, text: str, behind: int) -> bool:
        """Whether a common run that ends after `behind` is too long."""
        first = max(0, behind - WINDOW - STEP)
        windows = [text[at : at + WINDOW] for at in range(first, len(text) - WINDOW + 1, STEP)]
        for index in self._indexes:
            if index.windows.keys().isdisjoint(windows):  # so it is with nearly every piece of an answer
                continue
            at = first
            while at + WINDOW <= len(text):
                place = index.windows.get(text[at : at + WINDOW])
                if place is None:
                    at += STEP
                    continue
                start, end, most = index.run(text, at, place)
                if end - start >= most and end > behind and text[start:end] not in self._known_letters:
                    return True
                at = max(at + STEP, end - WINDOW + 1)
        return False

    @cached_property
    def _known_letters(self) -> str:
        return "\n".join(_letters(text) for text in self._known)


class _Index:
    """The letters of instructions and stated facts, and the positions of all windows in them."""

    __slots__ = ("instructed", "letters", "windows")

    def __init__(self, instructions: str, facts: str):
        instructed = _letters(instructions)
        self.instructed = len(instructed)
        self.letters = f"{instructed}\n{_letters(facts)}"
        places = range(max(0, len(self.letters) - WINDOW + 1))
        self.windows = {self.letters[at : at + WINDOW]: at for at in reversed(places)}

    def run(self, text: str, at: int, place: int) -> tuple[int, int, int]:
        """The length of the common run around a window, and the length that is too much."""
        most = MAX_OF_INSTRUCTIONS if place < self.instructed else MAX_OF_FACTS
        start, end, before, behind = at, at + WINDOW, place, place + WINDOW
        while start and before and text[start - 1] == self.letters[before - 1]:
            start, before = start - 1, before - 1
        while end < len(text) and behind < len(self.letters) and text[end] == self.letters[behind]:
            end, behind = end + 1, behind + 1
        return start, end, most


@lru_cache(maxsize=8)  # of agents that are talked to: some 100 bytes a letter
def _index(instructions: str, facts: str) -> _Index:
    return _Index(instructions, facts)


@lru_cache(maxsize=16)
def parted(prompt: str) -> tuple[str, str]:
    """The instructions in a prompt, and the facts in it."""
    instructions: list[str] = []
    facts: list[str] = []
    for line in prompt.splitlines():
        for sentence in sentence_spans(line):
            told = _WHO_IT_IS.sub("", sentence)
            (instructions if _INSTRUCTS.search(told) else facts).append(sentence)
    return "\n".join(instructions), "\n".join(facts)


def _letters(text: str) -> str:
    """Only letters, in a normal form, so that blanks, signs, case and digits for letters hide no word."""
    if text.isascii():
        return (_NUMBER_ALONE.sub("", text) if _DIGIT.search(text) else text).translate(_ASCII_LETTERS)
    text = unicodedata.normalize("NFKC", text)
    text = _NUMBER_ALONE.sub("", text.casefold()).translate(_LEET)
    return _NO_LETTERS.sub("", text)


def _decoded(piece: str) -> Iterable[str]:
    unbroken = "".join(piece.split())
    is_encoded = (len(piece) - len(unbroken)) * MIN_WORD_CHARS < len(piece)
    for match in _ENCODED.finditer(unbroken) if is_encoded else ():
        for offset in range(4):  # the beginning may have been cut off
            raw = match[0].replace("-", "+").replace("_", "/").rstrip("=")[offset:]
            try:
                yield base64.b64decode(raw[: len(raw) // 4 * 4], validate=False).decode("utf-8", "ignore")
            except (binascii.Error, ValueError):
                continue
    for match in _HEX.finditer(piece) if _MAY_BE_HEX.search(piece) else ():
        pairs = re.sub(r"[^0-9a-f]", "", match[0], flags=re.IGNORECASE)
        for half in (pairs, pairs[1:]):  # the beginning may have been cut off here too
            yield bytes.fromhex(half[: len(half) // 2 * 2]).decode("utf-8", "ignore")
