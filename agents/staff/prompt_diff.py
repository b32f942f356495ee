"""What changed between two prompts, line by line and, in a rewritten line, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

CONTEXT_LINES = 3
MAX_WORDS = 1_500  # of one line; comparing words is quadratic, and a longer line is marked as a whole

Kind = Literal["same", "removed", "added", "gap"]
SIGNS: dict[Kind, str] = {"same": " ", "removed": "−", "added": "+", "gap": "⋯"}


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A run of a line; `is_changed` where the other version has something else there."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison; numbers count from 1 and are None in the version that has no such line."""

    kind: Kind
    pieces: tuple[DiffPiece, ...] = ()
    old_number: int | None = None
    new_number: int | None = None
    skipped: int = 0

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]


def compare(old: str, new: str) -> list[DiffLine]:
    """Unified: removed lines before added ones, three unchanged lines around; empty when the texts are the same."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    lines: list[DiffLine] = []
    shown = 0
    for group in matcher.get_grouped_opcodes(CONTEXT_LINES):
        lines += _gap(group[0][1] - shown)
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += (DiffLine("same", (DiffPiece(before[i]),), i + 1, j1 + i - i1 + 1) for i in range(i1, i2))
            else:
                lines += _changed(before[i1:i2], after[j1:j2], i1, j1)
        shown = group[-1][2]
    return lines + _gap(len(before) - shown)


def count(lines: Sequence[DiffLine]) -> tuple[int, int]:
    """How many lines were added and removed."""
    return sum(line.kind == "added" for line in lines), sum(line.kind == "removed" for line in lines)


def _gap(skipped: int) -> list[DiffLine]:
    return [DiffLine("gap", skipped=skipped)] if skipped else []


def _changed(before: list[str], after: list[str], i1: int, j1: int) -> Iterator[DiffLine]:
    pairs = [_words(old, new) for old, new in zip(before, after, strict=False)]
    for i, old in enumerate(before):
        yield DiffLine("removed", pairs[i][0] if i < len(pairs) else (DiffPiece(old),), old_number=i1 + i + 1)
    for j, new in enumerate(after):
        yield DiffLine("added", pairs[j][1] if j < len(pairs) else (DiffPiece(new),), new_number=j1 + j + 1)


def _words(old: str, new: str) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    """Both lines in pieces; unmarked where they have too little in common for a mark to help."""
    a, b = re.split(r"(\s+)", old), re.split(r"(\s+)", new)
    if max(len(a), len(b)) > MAX_WORDS:
        return (DiffPiece(old),), (DiffPiece(new),)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.5:  # mostly rewritten: marks on every other word are harder to read than none
        return (DiffPiece(old),), (DiffPiece(new),)
    left, right = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left.append(DiffPiece("".join(a[i1:i2]), tag != "equal"))
        right.append(DiffPiece("".join(b[j1:j2]), tag != "equal"))
    return tuple(piece for piece in left if piece.text), tuple(piece for piece in right if piece.text)
