"""Extra score for passages that hold the kind of fact a question asks for, or whose heading the question names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.llm.builtin.evidence.features import coverage, precision
from agents.llm.builtin.question.asks import GENERIC_NOUNS, asked_set, share_held, topic_words, wanted_kinds
from knowledge.text.index_part import bits_of, kinds_of
from language.words import content_words, rarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAID_AS_WRITTEN = 0.5  # added to a section called "All In" if the question says "All In": stop words find nothing else
ANNOUNCED = 0.5  # share added to the bonus for a kind if the heading announces it, such as "Fees" or "Opening hours"


@dataclass(frozen=True, slots=True)
class Bonus:
    """The most that a passage gains by its heading, and by the kinds of fact in it."""

    heading: float
    kind: float


VECTOR_BONUS = Bonus(heading=0.05, kind=0.12)
LEXICAL_BONUS = Bonus(heading=0.3, kind=0.15)


@dataclass
class Asks:
    """What a query asks for: its topic words, and the kinds of fact that would answer it."""

    query: str
    bonus: Bonus
    _known: dict[str, float] = field(default_factory=dict)  # gains by heading

    def __post_init__(self) -> None:
        self._wants = wanted_kinds(self.query)
        if set(asked_set(self.query)) & GENERIC_NOUNS:  # "which plans are there": the price list names them
            self._wants |= {"money"}
        self._topic = topic_words(self.query, self._wants) or content_words(self.query)
        self._weights = {word: rarity(word) for word in self._topic}

    def of_kinds(self, kinds: NDArray[Any], announced: NDArray[Any]) -> NDArray[Any]:
        """The gain of each passage, from the kinds of fact that it holds and that its heading announces.

        Both arrays have one number per passage, a bit for each kind (`index_part.KINDS`)."""
        import numpy as np

        if not self._wants:
            return np.zeros(len(kinds), np.float32)
        kinds_by_passage = kinds.tolist()
        shares = {bits: share_held(self._wants, kinds_of(bits)) for bits in set(kinds_by_passage)}
        gain = np.array([shares[bits] for bits in kinds_by_passage], np.float32)
        return self.bonus.kind * gain * (1 + ANNOUNCED * ((announced & bits_of(self._wants)) > 0))

    def of_heading(self, heading: str) -> float:
        """The gain of the passages under a heading."""
        known = self._known.get(heading)
        if known is None:
            named = precision(heading, self.query)
            known = self.bonus.heading * named * coverage(self._topic, self._weights, heading) if named else 0.0
            self._known[heading] = known
        return known
