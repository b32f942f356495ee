"""However many vectors are compared, each is compared with its own passage's."""

from __future__ import annotations

import numpy as np
import pytest

from agents.llm.request import Passage
from knowledge.text.index_part import parts_of
from knowledge.text.nearness import AT_ONCE, Nearness
from language.embeddings import DIMENSIONS, Sentence


def sentence(vector):
    none = np.zeros((0, DIMENSIONS), np.int8)
    return Sentence("", "", vector, vector, np.zeros(0, np.uint16), none)


@pytest.fixture
def nearness_of():
    """Of passages with these vectors, the first of each being that of the whole."""

    def made(vectors):
        document = [
            (at, Passage("1", "Lamps", "", f"Lamp {at}", sentences=tuple(map(sentence, some))))
            for at, some in enumerate(vectors)
        ]
        return Nearness.none().plus(list(parts_of(document)))

    return made


@pytest.fixture
def vectors():
    found = np.random.default_rng(1).standard_normal((AT_ONCE, 3, DIMENSIONS), np.float32)
    return found / np.linalg.norm(found, axis=2, keepdims=True)


def test_more_vectors_than_are_multiplied_at_once_are_near_as_their_cosines_say(nearness_of, vectors):
    at = np.arange(1, len(vectors), 2)

    found = nearness_of(vectors).exactly(vectors[5, 0], at)

    cosines = vectors[at] @ vectors[5, 0]
    np.testing.assert_allclose(found, 0.5 * cosines[:, 0] + 0.5 * cosines.max(axis=1), atol=0.005)


def test_signs_say_the_same_however_many_are_compared_together(nearness_of, vectors, monkeypatch):
    nearness = nearness_of(vectors)
    together = nearness.roughly(vectors[5, 0])
    monkeypatch.setattr("knowledge.text.nearness.SIGNS_AT_ONCE", 7)

    np.testing.assert_array_equal(nearness.roughly(vectors[5, 0]), together)
    assert np.argmax(together) == 5
