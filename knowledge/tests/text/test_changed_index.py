"""An index that was changed step by step finds what one finds that was made of the same documents at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.llm.request import Passage
from knowledge.text import rank
from knowledge.text.index_part import parts_of
from knowledge.text.rank import Index, Loaded
from language.embeddings import DIMENSIONS, Encoded, Sentence

SUBJECTS = ("brass lamp", "steel kettle", "oak table", "wool rug", "blue vase", "tin whistle")
QUESTIONS = ("how much is the brass lamp", "steel ketle", "cheapest table", "delivery of rug 3", "phone", "vase or rug")


def words_to_vector(text: str) -> np.ndarray:
    """Texts that share words are near each other."""
    vector = np.full(DIMENSIONS, 0.01, np.float32)
    for word in text.lower().split():
        vector += np.random.default_rng(abs(hash_of(word))).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.linalg.norm(vector)


def hash_of(word: str) -> int:
    return int.from_bytes(word.encode()[:8].ljust(8, b"."), "little")


class WordEncoder:
    """Instead of the model: any function from texts to vectors does."""

    def encode(self, text: str) -> Encoded:
        vector = words_to_vector(text)
        return Encoded(vector, np.zeros(0, np.uint16), (), np.zeros((0, DIMENSIONS), np.float32))


def passage(document_id: str, heading: str, text: str, *, with_vectors: bool = True) -> Passage:
    none = np.zeros((0, DIMENSIONS), np.int8)
    vectors = [words_to_vector(f"{heading} {text}"), words_to_vector(text)] if with_vectors else []
    sentences = tuple(Sentence("", "", each, each, np.zeros(0, np.uint16), none) for each in vectors)
    return Passage(document_id, f"page {document_id}", heading, text, sentences=sentences)


def document(number: int, version: int, *, with_vectors: bool = True) -> list[Passage]:
    subject = SUBJECTS[number % len(SUBJECTS)]
    texts = [f"The {subject} number {at} costs €{number * 7 + at + version}." for at in range(number % 4 + 1)]
    texts += [f"- {subject} {version}\n- more of it", "- the last of the list", f"Ring 020 7946 095{version % 10}."]
    headings = [f"Shop › {subject} {at // 2}" for at in range(len(texts))]
    return [
        passage(str(number), heading, text, with_vectors=with_vectors)
        for heading, text in zip(headings, texts, strict=True)
    ]


class Library:
    """Documents with their passages, and the parts that an index is made of."""

    def __init__(self) -> None:
        self.passages: dict[str, list[Passage]] = {}
        self.version = 0

    def read(self, places):
        return [self.passages[place.document_id][place.position] for place in places]

    def put(self, number: int, *, with_vectors: bool = True) -> list[Loaded]:
        self.version += 1
        made = self.passages[str(number)] = document(number, self.version, with_vectors=with_vectors)
        return [
            Loaded((str(number), self.version, at), str(number), f"page {number}", (f"page {number}", at), part)
            for at, part in enumerate(parts_of(enumerate(made)))
        ]

    def at_once(self) -> Index:
        ordered = sorted(self.passages, key=lambda number: f"page {number}")
        return Index.build([passage for number in ordered for passage in self.passages[number]])


def found(index: Index, question: str, encoder: WordEncoder | None) -> list[tuple[str, str, float]]:
    hits = index.search(question, 4, encoder=encoder)  # type: ignore[arg-type]
    return [(hit.passage.document_id, hit.passage.text, round(hit.score, 3)) for hit in hits]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("put", "remove", "bare")), st.integers(0, 9)), min_size=1, max_size=12))
@pytest.mark.slow
def test_whatever_the_steps_the_same_is_found(steps):
    library, index = Library(), Index(lambda places: library.read(places))
    for what, number in steps:
        gone = {key for key in index.keys if key[0] == str(number)}
        if what == "remove":
            library.passages.pop(str(number), None)
            index = index.changed((), gone)
        else:
            index = index.changed(library.put(number, with_vectors=what == "put"), gone)

    whole = library.at_once()
    assert len(index) == len(whole)
    for question in QUESTIONS:
        for encoder in (WordEncoder(), None):
            assert found(index, question, encoder) == found(whole, question, encoder)


def test_the_one_before_still_finds_what_it_found():
    library = Library()
    before = Index(lambda places: library.read(places)).changed(library.put(0), ())
    first = found(before, QUESTIONS[0], WordEncoder())

    before.changed(library.put(1), ())
    before.changed(library.put(2), ())

    assert found(before, QUESTIONS[0], WordEncoder()) == first


def test_a_shortlist_of_a_third_finds_the_same_first_passage(monkeypatch):
    library, index = Library(), Index(lambda places: library.read(places))
    for number in range(60):
        index = index.changed(library.put(number), ())
    exact = [found(index, question, WordEncoder())[0] for question in QUESTIONS]

    monkeypatch.setattr(rank, "SHORTLIST", len(index) // 3)
    monkeypatch.setattr(rank, "BY_WORDS", 10)

    assert [found(index, question, WordEncoder())[0] for question in QUESTIONS] == exact


def test_a_code_that_one_passage_holds_is_on_any_shortlist(monkeypatch):
    index = Index.build([passage("1", f"Lamp {at}", f"Order it by AX-{at + 10_000}.") for at in range(300)])
    monkeypatch.setattr(rank, "SHORTLIST", 1)
    monkeypatch.setattr(rank, "BY_WORDS", 1)

    assert "AX-10217" in found(index, "AX-10217", WordEncoder())[0][1]
