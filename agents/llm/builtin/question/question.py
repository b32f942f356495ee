"""A question with everything that is needed to compare it with passages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.llm.builtin.question.asks import asked_set, topic_words, wanted_kinds
from agents.llm.request import Passage
from language.words import codes, content_words, rarity, words

if TYPE_CHECKING:
    from language.embeddings import Encoded, Encoder

TRAIL = " › "
EARLIER_WEIGHT = 0.5  # of words from the question before, which "and the large one?" may replace


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question prepared for comparing. `own` are the content words of the last message alone."""

    text: str
    last: str
    asked: str  # the last message as the visitor wrote it
    content: tuple[str, ...]
    own: tuple[str, ...]
    weights: dict[str, float]
    wants: frozenset[str]
    codes: frozenset[str]
    topic: tuple[str, ...]  # see asks.topic_words
    set_of: tuple[str, ...] = ()  # stems of the things of which all are asked for
    encoded: Encoded | None = None

    @classmethod
    def of(cls, text: str, last: str, encoder: Encoder | None, *, asked: str = "", message: str = "") -> AskedQuestion:
        """`text` is the search query, `last` the question completed from messages before, `asked` the message as
        written, `message` the same with spelling corrected."""
        content = content_words(text) or words(text)
        written = set(words(message or asked or last))
        own = tuple(word for word in content_words(last) if word in written) or content_words(last) or content
        told = set(content_words(story(last))) - set(content_words(last.removeprefix(story(last))))
        own = tuple(word for word in own if word not in told) or own
        weights = {word: rarity(word) * (1.0 if word in own else EARLIER_WEIGHT) for word in content}
        return cls(
            text=text,
            last=last,
            asked=asked or last,
            content=content,
            own=own,
            weights=weights,
            wants=wanted_kinds(last),
            codes=codes(last),
            topic=topic_words(text, wanted_kinds(last)) or content,
            set_of=asked_set(last),
            encoded=encoder.encode(text) if encoder and text.strip() else None,
        )


_STORY = re.compile(
    r"^(?P<story>[^?]{8,}?[,.;!])\s+(?:so |and |but )?"
    r"(?=(?:what|which|who|when|where|why|how|can|could|do|does|did|is|are|will|would|should|may)\b)",
    re.IGNORECASE,
)


def story(message: str) -> str:
    """What a message tells before its question: "I've hurt my knee, can I put my membership on hold?"."""
    match = _STORY.match(message)
    return match["story"] if match else ""


def heading_of(passage: Passage) -> str:
    return passage.heading.split(TRAIL)[-1]
