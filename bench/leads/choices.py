"""`python -m bench.leads.choices` fits the weights of `leads/extraction/choices/evidence.py`.

Prints the weights, and what such weights give on messages of a set, and on questions, that they were not fitted to.
Logistic regression by Newton's steps: a dozen weights, a few hundred places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.leads.extraction import AT, files
from bench.leads.labels import Case, cases, questions
from leads.extraction.choices.evidence import LEAST, WEIGHTS
from leads.extraction.choices.told import named_unasked
from leads.extraction.message import VisitorText
from leads.extraction.reading import read
from leads.terms import Kind, KnownFact

Floats = NDArray[np.float64]
RIDGE = 1.0  # keeps a weight small that few places speak for
STEPS = 50
SURE = (0.5, LEAST, 0.8, 0.9)


@dataclass(frozen=True)
class Place:
    """A choice that a message names unasked: what speaks for it, and whether people take it for the visitor's."""

    set_name: str
    question: str
    said: str
    evidence: tuple[float, ...]
    is_fact: bool


def places() -> Iterator[Place]:
    """Every choice that a message names unasked, and that is not left out whatever else speaks for it."""
    for file in files("development"):  # held out messages are neither fitted to nor printed
        for case in cases(file):
            yield from _places_of(case, file.stem)


def _places_of(case: Case, set_name: str) -> Iterator[Place]:
    asked_of = questions()[case.sale]
    known = {key: KnownFact(key, kind, value, seq) for key, (kind, value, seq) in case.known.items()}
    facts = read(
        case.text, asked_of, asked=case.asked, known=known, at=AT, country=case.country, languages=case.languages
    )
    tells_more = any(each.kind is not Kind.CHOICE for each in facts)
    for named in named_unasked(VisitorText(case.text), asked_of, case.asked, tells_more=tells_more):
        key = named.question.key
        if key not in case.unclear:
            found = tuple(map(float, named.evidence.values()))
            yield Place(set_name, key, case.text, found, named.choice in case.wanted.get(key, ()))


def fitted(evidences: Floats, facts: Floats) -> Floats:
    """The weight of each column."""
    weights = np.zeros(evidences.shape[1])
    ridge = np.diag([0.01, *[RIDGE] * (len(weights) - 1)])  # the first holds for all places
    for _ in range(STEPS):
        sure = chances(evidences, weights)
        slope = evidences.T @ (sure - facts) + ridge @ weights
        curve = (evidences * (sure * (1 - sure))[:, None]).T @ evidences + ridge
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def chances(evidences: Floats, weights: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-evidences @ weights)))


def left_out(evidences: Floats, facts: Floats, groups: Sequence[str]) -> Floats:
    """How sure each place is by weights that were fitted without its group."""
    found, of = np.zeros(len(facts)), np.array(groups)
    for group in set(groups):
        found[of == group] = chances(evidences[of == group], fitted(evidences[of != group], facts[of != group]))
    return found


def main() -> None:
    found = list(places())
    evidences = np.array([each.evidence for each in found])
    facts = np.array([float(each.is_fact) for each in found])
    print(f"{len(found)} places, {int(facts.sum())} of them facts")
    for name, groups in (("set", [each.set_name for each in found]), ("question", [each.question for each in found])):
        sure = left_out(evidences, facts, groups)
        for least in SURE:
            right, taken = int(facts[sure > least].sum()), int((sure > least).sum())
            print(f"left out by {name}, above {least}: {right} of {int(facts.sum())}, {taken - right} wrong")
        for at in np.argsort(-sure):
            if (sure[at] > LEAST) != found[at].is_fact:
                how = "missed" if found[at].is_fact else "wrong"
                print(f"  {sure[at]:.2f} {how}: {found[at].question}, {found[at].said!r}")
    for name, weight in zip(WEIGHTS, fitted(evidences, facts), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
