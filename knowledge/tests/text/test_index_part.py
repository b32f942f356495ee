"""What a question is compared with is stored and read back as it was, and nothing else is taken for it."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from agents.llm.request import Passage
from knowledge.text import index_part
from knowledge.text.index_part import PART_PASSAGES, IndexPart, kinds_of, parts_of
from language.embeddings import DIMENSIONS, Sentence

PRICES = "| Lamp | Price |\n| --- | --- |\n| Brass | €40 |\n| Steel | €30 |"
TEXTS = [
    ("Shop › Prices", PRICES),
    ("Shop › Opening hours", "We are open on Mondays from 9 am to 5 pm."),
    ("Shop › All In", "- Ring 020 7946 0958\n- or write to shop@example.com"),
    ("", "Café Müller, 店, SKU-4471."),
]


def passages(texts=TEXTS, vectors=()):
    return [
        (at, Passage("1", "Lamps", heading, text, sentences=vectors)) for at, (heading, text) in enumerate(texts, 0)
    ]


def sentence(vector):
    none = np.zeros((0, DIMENSIONS), np.int8)
    return Sentence("", "", vector, vector, np.zeros(0, np.uint16), none)


def only_part(*args):
    (part,) = parts_of(*args)
    return part


def test_a_part_is_read_back_as_it_was():
    vector = np.linspace(-1, 1, DIMENSIONS, dtype=np.float32)
    part = only_part(passages(vectors=(sentence(vector), sentence(-vector))))

    again = IndexPart.from_bytes(part.to_bytes())

    assert (again.headings, again.words, again.has_vectors) == (part.headings, part.words, True)
    for name in index_part._ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(part, name))


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:50], lambda data: b"XXXX" + data[4:]])
def test_a_damaged_part_is_refused(damage):
    with pytest.raises(ValueError, match=r"format|damaged|buffer|JSON|delimiter|Unterminated|Expecting"):
        IndexPart.from_bytes(damage(only_part(passages()).to_bytes()))


def test_it_says_what_kinds_of_fact_each_passage_holds_and_announces():
    part = only_part(passages())

    kinds = [kinds_of(int(bits)) for bits in part.kinds]
    announced = [kinds_of(int(bits)) for bits in part.announced]

    assert {"money", "amount"} <= kinds[0]
    assert {"phone", "email"} <= kinds[2]
    assert "money" in announced[0]
    assert "when" in announced[1]
    assert part.flags.tolist() == [
        index_part.HAS_ROWS | index_part.LISTS_SEVERAL,
        0,
        sum(
            (index_part.BEGINS_WITH_ITEM, index_part.ENDS_WITH_ITEM, index_part.HAS_STOP_NAME, index_part.LISTS_SEVERAL)
        ),
        0,
    ]


def test_a_cosine_of_the_stored_vectors_is_that_of_the_vectors_to_three_digits():
    chance = np.random.default_rng(1)
    vectors = chance.standard_normal((200, DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    part = only_part(passages(vectors=tuple(sentence(vector) for vector in vectors[1:])))

    near = (part.vectors[: len(vectors) - 1] @ vectors[0]) * part.scales[: len(vectors) - 1]

    assert np.abs(near - vectors[1:] @ vectors[0]).max() < 0.002


def test_what_a_document_says_again_is_left_out_also_in_a_later_part():
    texts = [("Shop", f"Lamp {number}") for number in range(PART_PASSAGES)]

    parts = list(parts_of(passages([*texts, ("Shop", "Lamp 7"), ("Shop", "Lamp 8."), ("Shop", "Lamp 8.")])))

    assert [len(part) for part in parts] == [PART_PASSAGES, 1]
    assert parts[1].positions.tolist() == [PART_PASSAGES + 1]


def test_without_vectors_each_passage_has_a_place_for_one():
    part = only_part(passages())

    assert not part.has_vectors
    assert part.row_starts.tolist() == [0, 1, 2, 3, 4]
    assert not part.vectors.any()


def test_the_same_text_makes_the_same_part_for_ever():
    """Stored parts are used for years. Where this fails, what is worked out has changed: raise PART_FORMAT."""
    data = only_part(passages()).to_bytes()

    assert (index_part.PART_FORMAT, hashlib.sha256(data).hexdigest()[:16]) == (1, "c360d8b3535ff4fa")
