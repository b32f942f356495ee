"""The fitted numbers, and the script that fits them."""

import json

import numpy as np
import pytest

from agents.llm.builtin.evidence.weighing import weigh
from agents.llm.builtin.evidence.weights import FILE, MODES, Weights, in_use, read, shipped, trying
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import Passage
from bench.answers.fit import PRIOR, Ranking, Trial, fitted_confidence, fitted_ranking, rounded

PAGES = (Passage("tea", "tea", "Tea", "Tea costs £2 a pot."), Passage("dogs", "dogs", "Dogs", "Dogs are welcome."))


def test_every_weight_of_the_file_names_a_feature_that_is_measured():
    evidence = weigh(AskedQuestion.of("how much is tea", "how much is tea", None), PAGES)
    weights = shipped(vectors=False)

    assert weights.sentence_score.keys() <= evidence.scored[0].features.keys()
    assert weights.confidence.keys() <= evidence.features.keys()
    assert json.loads(FILE.read_text()).keys() == set(MODES.values())


def test_other_weights_are_used_only_while_they_are_tried():
    before = in_use(vectors=False)
    other = Weights({"words_covered": 1.0}, {"absent_words": -1.0}, 7.0)

    with trying(other, vectors=False):
        tried = weigh(AskedQuestion.of("how much is tea", "how much is tea", None), PAGES)

    assert tried.confidence == pytest.approx(7.0)
    assert in_use(vectors=False) is before


def test_what_tells_right_sentences_from_others_gains_weight():
    right_first = Ranking("one", np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([True, False]))
    right_last = Ranking("one", np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([False, True]))

    found = fitted_ranking([right_first, right_last] * 20, ["tells", "misleads"], {"tells": 0.1, "misleads": 0.1})

    assert found["tells"] > 1.0
    assert found["misleads"] < 0.1


def test_one_fit_comes_to_the_same_numbers_as_the_next():
    trials = [Trial("one", (near,), near > 0.5, 1.0) for near in (0.1, 0.2, 0.6, 0.9, 0.4)]

    first = fitted_confidence(trials, ["near"], {"near": 0.0}, 0.0)

    assert first == fitted_confidence(trials, ["near"], {"near": 0.0}, 0.0)
    assert first[0]["near"] > 0.5


def test_without_vectors_the_weights_are_those_of_the_prior():
    assert rounded(read(FILE, vectors=False)) == rounded(read(PRIOR, vectors=False))
