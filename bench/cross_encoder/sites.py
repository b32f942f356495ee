"""The made-up sites that the cross-encoder is trained on, and those that are kept from it.

Each line of passages/*.jsonl is a passage: `site`, `heading`, `text`, and what is `asked`: questions with the `answer`
as it stands in the text, or null and `why` for what the text, though about the very thing, does not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSAGES = Path(__file__).parent / "passages"


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` is the part of the text that answers; None if nothing does, and `why` says what is missing."""

    text: str
    answer: str | None
    why: str


@dataclass(frozen=True, slots=True)
class MadePassage:
    """A passage of a made-up site with its questions. Parts of the heading are parted by " > "."""

    site: str
    heading: str
    text: str
    asked: tuple[Question, ...]


def passages() -> Iterator[MadePassage]:
    """All passages, those of one site together."""
    for file in sorted(PASSAGES.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            asked = tuple(Question(one["q"], one["answer"], one.get("why", "")) for one in row["asked"])
            yield MadePassage(row["site"], row["heading"], row["text"], asked)


def is_kept_apart(site: str) -> bool:
    """Whether nothing of a site is trained on: one in ten, chosen by the letters of its name."""
    return sum(map(ord, site)) % 10 == 3
