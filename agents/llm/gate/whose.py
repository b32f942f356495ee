"""Checks which thing a figure belongs to: an answer must not state a figure of one thing for its neighbour.

Neighbours are things that the sources put side by side: rows or columns of a table, entries of a list, headings of one
level, and sentences about "the oak lamp" and "the brass lamp". Other figures are not checked here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from language.blocks import plain
from language.figures.figure import Figure
from language.figures.reading import figures

KINDS = frozenset(
    ("money", "share", "hours", "months", "weight", "length", "volume", "area", "power", "energy", "data")
)
MAX_KEY_WORDS = 6
REMEMBERED = 512  # passages: the same are given for many questions
_WORD = re.compile(r"[^\W_]+(?:[.,-][^\W_]+)*")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_ENTRY = re.compile(r"^\s*[-*+•]\s+\*{0,2}([^\W_][^:|\n]{0,60}?)\*{0,2}(?:\s*:\*{0,2}|\s+[–—-])\s+(.*)$")
_SUBJECT = re.compile(
    r"^(?:the|our|an?|der|die|das|ein|eine|le|la|les|il|lo|el|los|las|het|de|een|o|os|as)\s+([^,.;:]{3,50}?)\s+"
    r"(?:costs?|is|are|weighs?|takes?|lasts?|has|have|holds?|measures?|kostet|kosten|wiegt|dauert|coûte|pèse|cuesta|pesa|costa|weegt|custa)\s",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LITTLE = frozenset(["the", "a", "an", "our", "your", "of", "for", "and", "or", "with", "per", "in", "at", "to", "is"])

Key = tuple[str, ...]
Group = tuple[object, ...]  # neighbours: the rows of a table, a list, headings of one level
Value = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class _Stated:
    """One of several neighbours, and a figure that is stated for it."""

    group: Group
    key: Key
    value: Value
    words: Key  # of the sentence or row that says it


class Owners:
    """Which figures the evidence states of which things."""

    def __init__(self, texts: Iterable[tuple[str, str]]):
        """`texts`: each with the trail of headings above it."""
        self._words_of: dict[Value, list[Key]] = defaultdict(list)
        said: list[_Stated] = []
        elsewhere: set[Value] = set()
        for trail, text in texts:
            for each in _stated_in(trail, text):
                self._words_of[each.value].append(each.words)
                if each.group:
                    said.append(each)
                else:
                    elsewhere.add(each.value)
        self._by_group: dict[Group, dict[Key, set[Value]]] = defaultdict(lambda: defaultdict(set))
        self._keys_of: dict[Value, set[tuple[Group, Key]]] = defaultdict(set)
        for each in said:
            self._by_group[each.group][each.key].add(each.value)
            self._keys_of[each.value].add((each.group, each.key))
        self._elsewhere = elsewhere

    def mixes_up(self, sentence: str, figure: Figure) -> bool:
        """Whether a figure is stated for a thing although the sources state it only for its neighbours."""
        if figure.kind not in KINDS or figure.is_about or not figure.values:
            return False
        values = {(figure.kind, figure.unit, round(value, 4)) for value in figure.values}
        owners = {owner for value in values for owner in self._keys_of.get(value, ())}
        if not owners or values & self._elsewhere:
            return False
        words = _key(sentence)
        if any(_is_in(key, words) for _, key in owners):
            return False
        groups = {group for group, _ in owners}
        named = [
            (group, key)
            for group in groups
            for key, own in self._by_group[group].items()
            if _is_in(key, words)
            and any(value[:2] == other[:2] for value in values for other in own)
            and not any(_is_in(key, line) for value in values for line in self._words_of[value])
        ]
        return bool(named) and groups == {group for group, _ in named}


@lru_cache(REMEMBERED)
def _stated_in(trail: str, text: str) -> tuple[_Stated, ...]:
    return tuple(_read(trail, text))


def _read(trail: str, text: str) -> Iterator[_Stated]:
    headings = [part.strip() for part in trail.split(" › ") if part.strip()]
    above = ("heading", *headings[:-1]), _key(headings[-1] if headings else "")
    table: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if "|" in line:
            if not _RULE.match(line):
                table.append([plain(cell) for cell in line.strip().strip("|").split("|")])
            continue
        if table:
            yield from _of_table(table, trail, above)
            table = []
        if match := _ENTRY.match(line):
            yield from _of((trail, text, "list"), _key(plain(match[1])), match[2], above, _key(line))
            continue
        for sentence in _SENTENCE.split(line):
            subject = _SUBJECT.match(sentence)
            key = _key(subject[1]) if subject else ()
            yield from _of(("subject", key[-1]) if len(key) > 1 else (), key, sentence, above, _key(sentence))


def _of_table(table: list[list[str]], trail: str, above: tuple[Group, Key]) -> Iterator[_Stated]:
    """The key of a table. Parts of a table in several passages have the same header and headings, so the same key."""
    header, *rows = table
    place = (trail, *header)
    is_turned = not header[0] and len(header) > 2
    for row in rows:
        words = _key(" ".join(row))
        for column, cell in list(zip(header, row, strict=False))[1:]:
            key = _key(column) if is_turned else _key(row[0])
            yield from _of((*place, "columns" if is_turned else "rows"), key, cell, above, words)


def _of(group: Group, key: Key, text: str, above: tuple[Group, Key], words: Key) -> Iterator[_Stated]:
    """The figures of a text, each with the thing it is stated for; without one, with the heading above."""
    for figure in figures(text):
        if figure.kind not in KINDS:
            continue
        for value in figure.values:
            stated = (figure.kind, figure.unit, round(value, 4))
            if group and 0 < len(key) <= MAX_KEY_WORDS:
                yield _Stated(group, key, stated, words)
            elif above[1] and len(above[1]) <= MAX_KEY_WORDS:
                yield _Stated(above[0], above[1], stated, words)
            else:
                yield _Stated((), (), stated, words)


def _key(text: str) -> Key:
    words = (word.casefold() for word in _WORD.findall(text))
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words if word not in _LITTLE)


def _is_in(key: Key, words: Key) -> bool:
    size = len(key)
    return any(words[at : at + size] == key for at in range(len(words) - size + 1))
