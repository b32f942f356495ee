"""Finds families of things and their names: columns or rows of one table, items of a list, sibling sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.llm.builtin.evidence.features import label_of
from agents.llm.builtin.question.asks import GENERIC_NOUNS, is_idle, wanted_kinds
from agents.llm.builtin.question.question import TRAIL
from agents.llm.request import Passage
from language.blocks import tables, units
from language.words import STOP_WORDS, content_words, stem, words

MAX_NAME_WORDS = 5
# "per machine" does not mean that the thing is a machine.
_PER = re.compile(r"\b(?:per|each|every)\s+\w+", re.IGNORECASE)
_ASPECTS = "compare comparison overview list table full current standard detail summary available different term"
_ASPECT = frozenset(stem(word) for word in _ASPECTS.split())


def name_stems(text: str) -> frozenset[str]:
    """Stems of a name or heading, without units such as "per machine"."""
    return frozenset(stem(word) for word in words(_PER.sub(" ", text)) if word not in STOP_WORDS)


def family_words(passage: Passage, first_column: str, *, above: bool = False) -> frozenset[str]:
    """Stems of what a passage lists, from its heading and the first column's.

    If a heading only names an aspect ("Prices", "Compare the range"), the one above it counts too. With `above`, the
    passage's own heading does not count.
    """
    trail = [part for part in passage.heading.split(TRAIL) if part]
    if above:
        trail = trail[:-1]
    found = name_stems(first_column)
    for heading in reversed([passage.document.rpartition(".")[0] or passage.document, *trail]):
        own = name_stems(heading)
        higher = frozenset().union(*(name_stems(part) for part in [passage.document, *trail] if part != heading))
        found |= own
        told = [word for word in content_words(_PER.sub(" ", heading)) if stem(word) not in higher]
        if not all(_is_aspect(word) for word in told):
            break
    return found


def _is_aspect(word: str) -> bool:
    return bool(wanted_kinds(word)) or is_idle(word) or word in GENERIC_NOUNS or stem(word) in _ASPECT


def kin(passages: Sequence[Passage]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yields every family in the passages as a group of names, each name as its words."""
    sections: dict[tuple[str, str], list[str]] = {}
    for passage in passages:
        parent, _, own = passage.heading.rpartition(TRAIL)
        sections.setdefault((passage.document_id, parent), []).append(own)
        for table in tables(passage.text):
            yield _group(table.header[1:])
            yield _group([row[0] for row in table.rows])
        items = [label_of(unit) for unit in units(passage.text) if unit.kind == "item"]
        yield _group(items)
    for owns in sections.values():
        yield _group(owns)


def _group(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(said for name in names if 0 < len(said := words(name)) <= MAX_NAME_WORDS))


def other_member(question: str, text: str, passages: Sequence[Passage]) -> bool:
    """Whether the question names one member of a family and the text only others: the small one, but the large one."""
    asked, held = words(question), words(text)
    for group in kin(passages):
        named = [name for name in group if _within(name, asked)]
        if not named or any(_within(name, held) for name in named):
            continue
        if any(_within(name, held) for name in group if not any(set(name) & set(own) == set(name) for own in named)):
            return True
    return False


def _within(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1))
