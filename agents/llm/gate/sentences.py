"""Cuts a text that comes in pieces into sentences or words, each as soon as it is complete, without losing anything."""

from __future__ import annotations

import re

from language.figures.units import MONTHS

# A longer text without an end is checked in parts, so that nobody waits for a full stop that never comes.
MAX_SENTENCE_CHARS = 1_000
_END = re.compile(r"[.!?…。！？\n]")
_CLOSERS = "\"'”’)]*_»"
_UNSPACED = "。！？"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|no|nos|vs|etc|e\.g|i\.e|approx|incl|excl|max|min|tel|ext|fig|inc|ltd|co|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|a\.m|p\.m|nr|ca|bzw|z\. ?b|inkl|exkl|usw|str|art|abs|env|av|"
    r"p\. ?ex|núm|aprox|[a-z])\.$",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"^[\s>*+-]*\d{1,3}\.$")
_DAY = re.compile(r"(?:^|\D)\d{1,2}\.$")
_LETTERS = re.compile(r"[^\W\d_]*")
_LOOK_BACK = 12  # characters that tell an abbreviation from an end
_SPACE_BESIDE_WORDS = re.compile(r"(?<![\d€$£%])\s(?![\d€$£%])")


class Sentences:
    """`feed` returns complete sentences with the white space after them; `rest` what is left at the end."""

    def __init__(self) -> None:
        self._held = ""
        self._seen = 0  # of these characters it is known that no sentence ends there

    def feed(self, text: str) -> list[str]:
        self._held += text
        found = []
        while (end := self._end()) is not None:
            found.append(self._held[:end])
            self._held, self._seen = self._held[end:], 0
        return found

    def rest(self) -> str:
        rest, self._held, self._seen = self._held, "", 0
        return rest

    def _end(self) -> int | None:
        """The end of the first sentence; None if that is not known yet."""
        is_row = self._held.lstrip(" ").startswith("|")
        while match := _END.search(self._held, self._seen, MAX_SENTENCE_CHARS + 1):
            if match[0] == "\n":
                return match.end()
            end = None if is_row else self._decided(match.end(), match[0])
            if end == 0:
                return self._forced()  # more must come before that is known
            if end:
                return end
            self._seen = match.end()
        self._seen = min(len(self._held), MAX_SENTENCE_CHARS)
        return self._forced()

    def _decided(self, at: int, mark: str) -> int | None:
        """The end of the sentence with its last mark before `at`; None if it goes on, 0 if that is not known yet."""
        while at < len(self._held) and self._held[at] in _CLOSERS:
            at += 1
        if mark in _UNSPACED:
            return at
        behind = at
        while behind < len(self._held) and self._held[behind] in " \t":
            behind += 1
        if behind == len(self._held):
            return 0
        if self._held[behind] == "\n":
            return behind + 1
        if behind == at:
            return None
        return self._behind_full_stop(at, behind) if mark == "." else behind

    def _behind_full_stop(self, at: int, behind: int) -> int | None:
        """Like `_decided` after a full stop and a space: abbreviations, days and list numbers do not end a sentence."""
        before = self._held[max(0, at - _LOOK_BACK) : at]
        if self._held[behind].islower() or _ABBREVIATION.search(before) or _LIST_NUMBER.match(self._held[:at][:20]):
            return None
        if not _DAY.search(before):
            return behind
        word = _LETTERS.match(self._held, behind)
        if word and word.end() == len(self._held):
            return 0
        return None if word and word[0].casefold() in MONTHS else behind

    def _forced(self) -> int | None:
        if len(self._held) <= MAX_SENTENCE_CHARS:
            return None
        spaces = [match.end() for match in _SPACE_BESIDE_WORDS.finditer(self._held, 0, MAX_SENTENCE_CHARS)]
        return spaces[-1] if spaces else MAX_SENTENCE_CHARS


MAX_WORD_CHARS = 600
# The beginning of what may become a link, a picture, or a passage's number, with the blanks before it.
_OPEN = re.compile(r"[ \t]{0,9}(?:!?\[[^\]\n]{0,400}|!?\[[^\[\]\n]{0,400}\](?:\([^()\n]{0,500})?|!)$|[ \t]{1,9}$")


class Words:
    """Returns words as they come, except inside brackets; for answers whose figures are not checked."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> list[str]:
        self._held += text
        open_at = _OPEN.search(self._held, max(0, len(self._held) - MAX_SENTENCE_CHARS))
        end = open_at.start() if open_at else len(self._held) - len(self._address())
        said, self._held = self._held[:end], self._held[end:]
        return [said] if said else []

    def _address(self) -> str:
        """The last word if it may be an address, else ""."""
        last = self._held[-MAX_WORD_CHARS:]
        word = "" if last[-1:].isspace() else (last.split() or [""])[-1]
        may_be = any(sign in word for sign in "/:@.") and not ("[" in word or "](" in word)
        return word if may_be and len(word) < MAX_WORD_CHARS else ""

    def rest(self) -> str:
        rest, self._held = self._held, ""
        return rest
