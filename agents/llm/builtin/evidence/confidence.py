"""Features for and against the best sentence as the answer. weights.json turns them into log odds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from agents.llm.builtin.evidence.doubts import missing, worst_gap
from agents.llm.builtin.evidence.features import AboutPassage
from agents.llm.builtin.question.question import TRAIL, AskedQuestion
from agents.llm.request import Passage

if TYPE_CHECKING:
    from agents.llm.builtin.evidence.weighing import Scored

_YES_NO = re.compile(
    r"\W*(?:(?:so|and|but|hi|hello|also)\W+)*(?:can|do|does|did|is|are|was|will|would|could|may|has|have)\b",
    re.IGNORECASE,
)
MAX_MARGIN = 3.0  # a larger lead over the second passage makes no difference


def confidence_features(
    question: AskedQuestion, passages: Sequence[Passage], scored: Sequence[Scored], covered: Mapping[str, float]
) -> dict[str, float]:
    best = scored[0]
    passage = passages[best.passage]
    rivals = (other for other in scored if other.passage != best.passage and not _same_subject(passages, best, other))
    second = next((rival.score for rival in rivals), best.score - MAX_MARGIN)
    absent = missing(question.own, f"{passage.document} {passage.heading} {passage.text}")
    about = AboutPassage.of(question, passage)
    return {
        "lacks_kind": best.features["lacks_kind"],
        "share_of_kinds": best.features["share_of_kinds"] if question.wants else 0.5,
        "lead_over_rival": min(best.score - second, MAX_MARGIN),
        "absent_words": len(absent) / max(1, len(question.own)),
        "worst_absent_word": worst_gap(absent, covered),
        "words_covered": best.features["words_covered"],
        "passage_covered": about.topic,
        "trail_covered": about.trail,
        "heading_match": about.match,
        "label_match": best.features["label_match"],
        "is_yes_no": float(bool(_YES_NO.match(question.last))),
        "question_length": min(len(question.content), 6) / 6,
    }


def _same_subject(passages: Sequence[Passage], best: Scored, other: Scored) -> bool:
    """Whether the other sentence is in the same section or a sibling of it, and so no competing answer."""
    one, two = passages[best.passage], passages[other.passage]
    return one.document_id == two.document_id and one.heading.rpartition(TRAIL)[0] == two.heading.rpartition(TRAIL)[0]
