"""Finds the thing meant by "and the bigger one?" after a question about a member of a family: the next bigger one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.llm.builtin.evidence.kin import name_stems
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.question.asks import topic_words, wanted_kinds
from agents.llm.builtin.question.families import Extreme
from agents.llm.builtin.question.followups import OtherOne
from agents.llm.builtin.shapes.comparable import ComparedMember, Family, families, is_rate
from agents.llm.request import Passage
from language.measures import Dimension
from language.words import WORD, plain_word, stem

_NO_SIZES = ("money", "share", "duration", "clock")


def asked_of_other(asked: OtherOne, passages: Sequence[Passage], evidence: Evidence) -> str:
    """The question before, about the other member; "" if it names no member of a family with such another one."""
    dimensions = asked.degree.dimensions if asked.degree else ()
    for family in _likeliest_first(families(passages, evidence, dimensions, ()), asked.degree):
        own = _named_in(asked.question, family.members)
        other = _next(own, family.members, asked.degree) if own else None
        if own and other and (text := _put_in_place(asked.question, own.name, other.name)):
            return text
    return ""


def _likeliest_first(found: Iterator[Family], degree: Extreme | None) -> list[Family]:
    """If only a size is named, puts families with sizes first, then those with prices: the bigger one in a price list
    is the more expensive one."""
    of_size = degree is not None and not degree.dimensions
    kept = [family for family in found if not of_size or _dimension(family) not in _NO_SIZES[1:]]
    return sorted(kept, key=lambda family: (of_size and _dimension(family) == "money", -family.near))


def _dimension(family: Family) -> Dimension:
    return family.members[0].value.dimension


def _named_in(question: str, members: Sequence[ComparedMember]) -> ComparedMember | None:
    """The only member whose name (without words that all members share) the question says."""
    asked = frozenset(stem(word) for word in topic_words(question, wanted_kinds(question)))
    names = [name_stems(member.name) for member in members]
    shared = frozenset.intersection(*names) if len(names) > 1 else frozenset()
    found = [one for one, name in zip(members, names, strict=True) if (own := name - shared) and own <= asked]
    return found[0] if len(found) == 1 and not is_rate(found[0].name) else None  # "a day" is not the name of a thing


def _next(own: ComparedMember, members: Sequence[ComparedMember], degree: Extreme | None) -> ComparedMember | None:
    others = [member for member in members if member is not own]
    if degree is None:  # "the other one" of two
        return others[0] if len(others) == 1 else None
    beyond = [one for one in others if degree.sign * (one.value.value - own.value.value) > 0]
    return min(beyond, key=lambda one: abs(one.value.value - own.value.value), default=None)


def _put_in_place(question: str, name: str, other: str) -> str:
    """The question with one name replaced by the other; "" if the words of the name are not together."""
    wanted = name_stems(name)
    spots = [match for match in WORD.finditer(question) if stem(plain_word(match.group())) in wanted]
    if not spots or len(re.findall(WORD, question[spots[0].start() : spots[-1].end()])) > len(spots):
        return ""
    return f"{question[: spots[0].start()]}{other}{question[spots[-1].end() :]}"
