from __future__ import annotations

from collections.abc import Iterable

import pytest

from knowledge.conflicts.duplicates import are_duplicates
from knowledge.conflicts.sketches import COMMON, candidates, sketch
from knowledge.conflicts.statements import statements

RETURNS = (
    "You may return goods within 30 days if they are unused and in the box they came in. Write to us first, and we "
    "send you a label. Once the parcel is back we look at it, and pay back the price within 5 days by the way you paid."
)


@pytest.mark.parametrize(
    "other",
    [
        RETURNS,
        RETURNS.replace("Write to us first", "write to us first"),
        f"**{RETURNS}**",
        RETURNS.replace(" by the way", ""),
    ],
)
def test_nearly_the_same_words_are_a_duplicate(other: str) -> None:
    assert are_duplicates(RETURNS, other)


@pytest.mark.parametrize(
    "other",
    [
        RETURNS.replace("30 days", "14 days"),
        RETURNS.replace("goods", "goods from Glen"),
        RETURNS.replace("you may", "you may not").replace("You may", "You may not"),
        "You may return goods.",
        "We deliver to all of Europe within two days, and to the islands within a week, by a carrier of our choice.",
    ],
)
def test_another_figure_name_or_sense_is_none(other: str) -> None:
    assert not are_duplicates(RETURNS, other)


def sketched(*texts: str) -> bytes:
    return sketch((at, text, statements("", "", text)) for at, text in enumerate(texts))


def paired(own: bytes, others: Iterable[tuple[str, bytes]]) -> set[tuple[int, str, int]]:
    return set(candidates(own, others))


def test_passages_are_compared_where_they_share_a_telling_word_or_their_words() -> None:
    own = sketched("The Brook costs $1,249.", RETURNS)
    others = [("prices", sketched("Glen: $1,899", "Brook: $1,199")), ("terms", sketched(RETURNS)), ("none", b"")]

    assert paired(own, others) == {(0, "prices", 1), (1, "terms", 0)}


def test_what_stands_everywhere_is_not_compared() -> None:
    own = sketched("The Brook costs $1,249.")
    others = [(str(at), sketched("Brook: $1,199")) for at in range(COMMON + 1)]

    assert paired(own, others) == set()
    assert len(paired(own, others[:COMMON])) > 0


def test_a_document_without_passages_finds_none() -> None:
    assert paired(b"", [("prices", sketched("Brook: $1,199"))]) == set()
