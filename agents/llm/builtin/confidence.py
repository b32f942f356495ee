"""How likely the shown passages hold the answer, as log odds. Fitted, see docs/built-in-answers.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from agents.llm.builtin.doubts import missing, worst_gap
from agents.llm.builtin.features import AboutPassage
from agents.llm.builtin.question import TRAIL, Question
from agents.llm.request import Passage

if TYPE_CHECKING:
    from agents.llm.builtin.evidence import Scored

_YES_NO = re.compile(
    r"\W*(?:(?:so|and|but|hi|hello|also)\W+)*(?:can|do|does|did|is|are|was|will|would|could|may|has|have)\b",
    re.IGNORECASE,
)
MOST_MARGIN = 3.0  # a larger lead over the second passage says nothing more
# `near` is the fused cosine of the best passage, `minsoft` the worst match of any word, `absent` the share of the
# question's words that the passage lacks, `gap` the worst of those.
WITH_VECTORS = {"near": 1.12, "minsoft": 1.38, "notype": -0.46, "margin": 0.64, "absent": -1.2, "gap": -0.9,
                "heading": 1.4, "label": 0.64, "words": 1.42, "yesno": 0.44, "kinds": 0.41}  # fmt: skip
BIAS = -3.23
WORDS_ONLY = {"notype": -0.72, "margin": 0.53, "absent": -1.15, "gap": -0.55, "heading": 1.44, "label": 0.79,
              "words": 1.05, "yesno": 0.25, "kinds": 0.69, "cov": 0.09, "passage": 0.42}  # fmt: skip
WORDS_ONLY_BIAS = -2.19


def confidence_features(
    question: Question, passages: Sequence[Passage], scored: Sequence[Scored], covered: Mapping[str, float]
) -> dict[str, float]:
    best = scored[0]
    passage = passages[best.passage]
    rivals = (other for other in scored if other.passage != best.passage and not _same_subject(passages, best, other))
    second = next((rival.score for rival in rivals), best.score - MOST_MARGIN)
    absent = missing(question.own, f"{passage.document} {passage.heading} {passage.text}")
    about = AboutPassage.of(question, passage)
    return {
        "notype": best.features["notype"],
        "kinds": best.features["kinds"] if question.wants else 0.5,
        "margin": min(best.score - second, MOST_MARGIN),
        "absent": len(absent) / max(1, len(question.own)),
        "gap": worst_gap(absent, covered),
        "cov": best.features["cov"],
        "passage": about.topic,
        "trail": about.trail,
        "heading": about.match,
        "label": best.features["label"],
        "yesno": float(bool(_YES_NO.match(question.last))),
        "words": min(len(question.content), 6) / 6,
    }


def _same_subject(passages: Sequence[Passage], best: Scored, other: Scored) -> bool:
    """Whether the other sentence stands in the same section or beside it: a variant, no rival."""
    one, two = passages[best.passage], passages[other.passage]
    return one.document_id == two.document_id and one.heading.rpartition(TRAIL)[0] == two.heading.rpartition(TRAIL)[0]


def log_odds(features: Mapping[str, float], *, vectors: bool) -> float:
    weights, bias = (WITH_VECTORS, BIAS) if vectors else (WORDS_ONLY, WORDS_ONLY_BIAS)
    return bias + sum(weight * features[name] for name, weight in weights.items())
