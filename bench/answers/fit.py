"""Fits the built-in answerer's weights: `python -m bench.answers.fit [--lexical] [--write] [--check]`.

Sentences are ranked by a listwise softmax, confidence is a logistic regression; both are drawn towards
prior_weights.json, the fit of an earlier round. Without an option every corpus is answered with weights that were
fitted without it. `--write` fits on all but NOT_FITTED_ON and writes agents/llm/builtin/evidence/weights.json;
`--check` fits and compares. Nothing here is random, and nothing is read of the file that is written: the same code,
pages and questions give the same file. Sets that are held out are not read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from agents.llm.builtin import answering, search_query
from agents.llm.builtin.evidence.weighing import READ, Evidence
from agents.llm.builtin.evidence.weights import FILE, MODES, Weights, read, trying
from agents.llm.builtin.question.families import asks_about_family
from agents.llm.builtin.question.followups import resolved
from agents.llm.builtin.quoting import SECOND_QUOTE, quoted_from
from agents.llm.builtin.weighed import BuiltAnswer, Weighed, weighed_up
from agents.llm.request import ChatRequest, Passage, PastMessage
from bench.answers.corpora import SETS, UNSEEN, Case, build_index, cases
from bench.answers.evaluate import PASSAGES, Outcome, conversation, holds_answer, readable, run
from bench.answers.made_sites import made_sites
from bench.answers.near_misses import near_misses
from knowledge.text.rank import Index
from language import embeddings

PRIOR = Path(__file__).with_name("prior_weights.json")
RANK_PULL, CONFIDENCE_PULL = 3.0, 3.0  # towards the prior, in spreads of a feature
TAKEN_OUT_WEIGHT = 0.5  # of a question whose answer was taken out of the pages
NEAR_MISS_WEIGHT = 0.33  # of a near miss; visitors ask for one seldom
# Read late, and not fitted on: with them, what was never read (demo) was answered worse.
NOT_FITTED_ON = {
    *("makerspace", "langschool", "packaging", "ferry", "optician", "solar", "museum", "backup"),
    # With these, confidence tells right from wrong no better (AUC 0.89 both), but for broadband, which came later.
    *("demo", "town", "toolhire", "vets", "broadband"),
}
MADE = "made-"  # begins the names of made-up sites, whose quotes only confidence is fitted on
FOLDS = 4  # of the corpora: one fit for each, which takes a third of the time that leaving out each alone does
STEPS, RATE = 600, 0.05  # of the descent; more change nothing
# Beside those of the prior.
MORE_RANKED_BY = {
    True: ("passage_token_match", "passage_score", "bare_words_covered"),
    False: (),
}
MORE_SURE_BY = {
    True: (
        *("words_covered", "trail_covered", "passage_covered"),
        *("search_lead", "bare_sentence_cosine", "second_worst_word_match", "worst_unsaid_word_match"),
        READ,
    ),
    False: (),
}
KEEPS_CONFIDENCE = {False}  # without vectors the prior tells right from wrong better than any fit did (AUC 0.82, 0.81)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the answerer gets it, or the same with passages that do not hold its answer."""

    corpus: str
    case: Case
    history: tuple[PastMessage, ...]
    passages: tuple[Passage, ...]
    taken_out: bool = False
    near_miss: bool = False

    @property
    def weight(self) -> float:
        """How much it counts in the fit of confidence."""
        return TAKEN_OUT_WEIGHT if self.taken_out else NEAR_MISS_WEIGHT if self.near_miss else 1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """The sentences of one question as features, a row each, and which of them hold the answer."""

    corpus: str
    features: Any
    holds: Any


@dataclass(frozen=True, slots=True)
class Trial:
    """The best quote to one question as features, and whether it answers."""

    corpus: str
    features: tuple[float, ...]
    answers: bool
    weight: float


def questions(name: str, index: Index, encoder: embeddings.Encoder | None) -> Iterator[Asked]:
    """All questions of a set; those that can be answered a second time, without their answer."""
    corpus = SETS[name]
    for case in cases(name):
        history = (*conversation(index, case.previous, encoder), PastMessage("user", case.question))
        query = search_query(history)
        found = tuple(hit.passage for hit in index.search(query, PASSAGES, encoder=encoder))
        if found:
            yield Asked(corpus, case, history, found)
        if not case.gold or case.previous:
            continue
        more = (hit.passage for hit in index.search(query, 3 * PASSAGES, encoder=encoder))
        rest = tuple(passage for passage in more if not _holds(case, f"{passage.heading} {passage.text}"))[:PASSAGES]
        if rest:
            yield Asked(corpus, case, history, rest, taken_out=True)


def asked_once(corpus: str, index: Index, found: Sequence[Case], encoder: embeddings.Encoder | None) -> Iterator[Asked]:
    """Questions as the first of a conversation; those without an answer are near misses."""
    for case in found:
        history = (PastMessage("user", case.question),)
        hits = index.search(case.question, PASSAGES, encoder=encoder)
        if hits:
            yield Asked(corpus, case, history, tuple(hit.passage for hit in hits), near_miss=not case.gold)


def _holds(case: Case, text: str) -> bool:
    text = readable(text)
    return any(readable(gold) in text for gold in case.gold)


def _is_right(case: Case, text: str) -> bool:
    return _holds(case, text) and not any(readable(wrong) in readable(text) for wrong in case.wrong)


def _weighed(asked: Asked, encoder: embeddings.Encoder | None) -> Weighed:
    request = ChatRequest("Ada", "", asked.history, asked.passages)
    found = resolved(request.history)
    return weighed_up(request, found, encoder, lone=len(asked.history) < 2)


def ranking(asked: Asked, evidence: Evidence, names: Sequence[str]) -> Ranking | None:
    """None where no sentence can be right, or where the answer is made of a whole family and no one sentence is."""
    if asked.taken_out or not asked.case.gold or asks_about_family(asked.case.question):
        return None
    holds = np.array([_is_right(asked.case, f"{found.unit.context} {found.unit.text}") for found in evidence.scored])
    if not holds.any():
        holds = np.array([_is_right(asked.case, asked.passages[found.passage].text) for found in evidence.scored])
    if not holds.any() or holds.all():
        return None
    features = np.array([[found.features[name] for name in names] for found in evidence.scored])
    return Ranking(asked.corpus, features, holds)


def trial(asked: Asked, weighed: Weighed, names: Sequence[str]) -> Trial | None:
    """None where something else than a quote answers."""
    if any(answerer(weighed) for answerer in list(answering.ANSWERERS.values())[:-1]):
        return None
    evidence = weighed.evidence
    text, shown = quoted_from(weighed.question, weighed.passages, evidence, SECOND_QUOTE)
    made = BuiltAnswer(text, shown, "quote")
    answers = bool(asked.case.gold) and not asked.taken_out and holds_answer(asked.case, made, text)
    features = tuple(evidence.features[name] for name in names)
    return Trial(asked.corpus, features, answers, asked.weight)


def fitted_ranking(rankings: Sequence[Ranking], names: Sequence[str], prior: Mapping[str, float]) -> dict[str, float]:
    """Listwise softmax: the sentences that answer should score above all others of their question."""
    start = np.array([prior.get(name, 0.0) for name in names])
    features = np.concatenate([one.features for one in rankings])
    holds = np.concatenate([one.holds for one in rankings])
    sizes = np.array([len(one.features) for one in rankings])
    starts = np.cumsum(sizes) - sizes
    pull = RANK_PULL * len(rankings) / 100 * (features.std(0) + 1e-3) ** 2

    def slope(weights: Any) -> Any:
        scores = features @ weights
        odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        right = odds * holds + 1e-12
        of_all = odds / np.repeat(np.add.reduceat(odds, starts), sizes)
        of_right = right / np.repeat(np.add.reduceat(right, starts), sizes)
        return features.T @ (of_all - of_right) + pull * (weights - start)

    return dict(zip(names, _descended(start, slope), strict=True))


def fitted_confidence(
    trials: Sequence[Trial], names: Sequence[str], prior: Mapping[str, float], bias: float
) -> tuple[dict[str, float], float]:
    """Logistic regression: whether the quote answers. The bias is free, weights are drawn to the prior."""
    features = np.array([[*one.features, 1.0] for one in trials])
    answers = np.array([float(one.answers) for one in trials])
    counts = np.array([one.weight for one in trials])
    start = np.array([*(prior.get(name, 0.0) for name in names), bias])
    pull = CONFIDENCE_PULL * features.var(0)  # none for the bias

    def slope(weights: Any) -> Any:
        likely = 1 / (1 + np.exp(-(features @ weights)))
        return features.T @ (counts * (likely - answers)) + pull * (weights - start)

    *found, found_bias = _descended(start, slope)
    return dict(zip(names, found, strict=True)), float(found_bias)


def _descended(start: Any, slope: Any) -> Any:
    """Adam: needs no second derivatives and no package beside numpy."""
    at, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        now = slope(at)
        mean, square = 0.9 * mean + 0.1 * now, 0.999 * square + 0.001 * now**2
        at -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return at


class Fitting:
    """All questions of the sets that may be tuned on, and weights fitted on any part of them."""

    def __init__(self, encoder: embeddings.Encoder | None):
        self.encoder = encoder
        self.vectors = encoder is not None
        self.prior = read(PRIOR, vectors=self.vectors)
        self.sets = [name for name in SETS if name not in UNSEEN]
        self.corpora = list(dict.fromkeys(SETS[name] for name in self.sets))
        self._indexes = {corpus: build_index(corpus, encoder) for corpus in self.corpora}
        self._ranked_by = sorted({*self.prior.sentence_score, *MORE_RANKED_BY[self.vectors]})
        self._sure_by = sorted({*self.prior.confidence, *MORE_SURE_BY[self.vectors]})
        with trying(self.prior, vectors=self.vectors):  # earlier answers of a conversation must not come from the file
            self._asked = [one for name in self.sets for one in questions(name, self._indexes[SETS[name]], encoder)]
        for corpus, missed in near_misses("development").items():
            self._asked += asked_once(corpus, self._indexes[corpus], missed, encoder)
        for site in made_sites(encoder) if self.vectors else ():
            self._asked += asked_once(f"{MADE}{site.name}", site.index, site.cases, encoder)
        own = (one for one in self._asked if not one.corpus.startswith(MADE))
        found = (ranking(one, _weighed(one, encoder).evidence, self._ranked_by) for one in own)
        self._rankings = [one for one in found if one]

    def fitted(self, corpora: Sequence[str]) -> Weights:
        """Weights from the questions about these corpora alone."""
        rankings = [one for one in self._rankings if one.corpus in corpora]
        scores = fitted_ranking(rankings, self._ranked_by, self.prior.sentence_score)
        kept = Weights(scores, self.prior.confidence, self.prior.confidence_bias)
        if self.vectors in KEEPS_CONFIDENCE:
            return kept
        tried = self.tried([*corpora, *{one.corpus for one in self._asked if one.corpus.startswith(MADE)}], kept)
        confidence = fitted_confidence(tried, self._sure_by, self.prior.confidence, self.prior.confidence_bias)
        return Weights(scores, *confidence)

    def tried(self, corpora: Sequence[str], weights: Weights) -> list[Trial]:
        """What these weights quote to each question about the corpora, with and without its answer in the pages."""
        with trying(weights, vectors=self.vectors):  # the best sentence has to be known, to tell whether it answers
            weighed = ((one, _weighed(one, self.encoder)) for one in self._asked if one.corpus in corpora)
            found = [trial(one, seen, self._sure_by) for one, seen in weighed if seen.evidence.scored]
        return [one for one in found if one]

    def judged(self, corpora: Sequence[str], weights: Weights) -> list[tuple[float, bool]]:
        """For each quote that these weights choose: the log odds they give it, and whether it answers."""
        tried = self.tried(corpora, weights)
        return [(weights.log_odds(dict(zip(self._sure_by, one.features, strict=True))), one.answers) for one in tried]

    def outcomes(self, name: str, weights: Weights) -> list[Outcome]:
        """A set answered with these weights."""
        with trying(weights, vectors=self.vectors):
            return [run(self._indexes[SETS[name]], case, self.encoder) for case in cases(name)]


def area_under_curve(judged: Sequence[tuple[float, bool]]) -> float:
    """The chance that a quote that answers has higher odds than one that does not; a tie counts half."""
    right = np.array([odds for odds, answers in judged if answers])
    wrong = np.array([odds for odds, answers in judged if not answers])
    if not len(right) or not len(wrong):
        return float("nan")
    ahead = right[:, None] - wrong[None, :]
    return float((ahead > 0).mean() + 0.5 * (ahead == 0).mean())


def cross_validated(fitting: Fitting) -> str:
    """Every corpus with weights fitted without it, and without the others of its fold: a Markdown row for each, and
    one for all."""
    outcomes: dict[str, list[Outcome]] = {}
    judged: dict[str, list[tuple[float, bool]]] = {}
    for fold in (fitting.corpora[first::FOLDS] for first in range(FOLDS)):
        weights = fitting.fitted([corpus for corpus in fitting.corpora if corpus not in fold])
        for corpus in fold:
            judged[corpus] = fitting.judged([corpus], weights)
            own = [name for name in fitting.sets if SETS[name] == corpus]
            outcomes[corpus] = [outcome for name in own for outcome in fitting.outcomes(name, weights)]
    rows = [
        "| left out | answerable | right | sure at all | right, sure | wrong, sure | unanswerable, sure | AUC |",
        "|" + " --- |" * 8,
    ]
    for name, corpora in ({corpus: [corpus] for corpus in fitting.corpora} | {"all": fitting.corpora}).items():
        found = [outcome for corpus in corpora for outcome in outcomes[corpus]]
        rows.append(_row(name, found, area_under_curve([one for corpus in corpora for one in judged[corpus]])))
    return "\n".join(rows)


def _row(name: str, outcomes: Sequence[Outcome], auc: float) -> str:
    known = [outcome for outcome in outcomes if outcome.case.gold]
    unknown = [outcome for outcome in outcomes if not outcome.case.gold]
    counts = (
        sum(o.right for o in known),
        sum(o.sure for o in known),
        sum(o.right and o.sure for o in known),
        sum(o.sure and not o.right for o in known),
    )
    shares = [f"{count / len(known):.1%}" for count in counts]
    sure = f"{sum(o.sure for o in unknown)}/{len(unknown)}"
    return f"| {' | '.join([name, str(len(known)), *shares, sure, f'{auc:.3f}'])} |"


def rounded(weights: Weights) -> dict[str, Any]:
    return {
        "sentence_score": {name: round(value, 3) for name, value in weights.sentence_score.items()},
        "confidence": {name: round(value, 3) for name, value in weights.confidence.items()},
        "confidence_bias": round(weights.confidence_bias, 3),
    }


def file_text(fitting: Fitting) -> str:
    """weights.json as the fit gives it. Without vectors no fit was better than the prior, which stays."""
    fitted_on = [corpus for corpus in fitting.corpora if corpus not in NOT_FITTED_ON]
    modes = {True: fitting.fitted(fitted_on), False: read(PRIOR, vectors=False)}
    return json.dumps({MODES[vectors]: rounded(weights) for vectors, weights in modes.items()}, indent=2) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lexical", action="store_true", help="the weights that are used without the embedding model")
    parser.add_argument("--write", action="store_true", help="fit and write the weights that ship")
    parser.add_argument("--check", action="store_true", help="fit; fails where the file says otherwise")
    options = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=False)
    if options.write or options.check:
        text = file_text(Fitting(embeddings.load()))
        if options.write:
            FILE.write_text(text, "utf-8")
        elif FILE.read_text("utf-8") != text:
            sys.exit(f"{FILE.name} is not what this fit gives. Write it with --write.")
        print(f"{FILE.name} is what this fit gives.")
        return
    fitting = Fitting(None if options.lexical else embeddings.load())
    print("Each corpus with weights fitted without it:\n")
    print(cross_validated(fitting))


if __name__ == "__main__":
    main()
