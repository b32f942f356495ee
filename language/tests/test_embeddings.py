"""The embedding model is optional and checked; sentences are stored compactly and read back with care."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.patience import PATIENCE_S
from knowledge.text.split import PagePart, embed_parts
from language import embeddings
from language.embeddings import Encoded, Encoder, Sentence, sentences_from_bytes, sentences_to_bytes
from language.model_files import WORDS_TABLE, model_file


def sentence(encoder: Encoder) -> Sentence:
    return embed_parts(encoder, [PagePart("Shop › Prices", "A brake service costs €49.")])[0][1]


def test_vectors_are_normalised_and_near_for_the_same_meaning(encoder: Encoder) -> None:
    price, cost, dogs = encoder.encode_tokens(["What is the price?", "How much does it cost?", "Dogs bark at night."])

    assert price.vector.shape == (embeddings.DIMENSIONS,)
    assert np.linalg.norm(price.vector) == pytest.approx(1, abs=1e-4)
    assert price.vector @ cost.vector > price.vector @ dogs.vector + 0.2
    assert len(price.token_ids) == len(price.token_vectors) == len(price.token_words)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder) -> None:
    texts = ["short", "A rather longer sentence about the price of bikes and their weight.", "", "x " * 400]

    together = encoder.encode_tokens(texts)

    for text, found in zip(texts, together, strict=True):
        assert encoder.encode(text).vector @ found.vector == pytest.approx(1, abs=0.01)


def test_threads_share_the_encoder(encoder: Encoder) -> None:
    texts = [f"sentence number {number}" for number in range(12)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(encoder.encode, texts))

    for text, seen in zip(texts, found, strict=True):
        assert encoder.encode(text).vector @ seen.vector == pytest.approx(1, abs=1e-3)


class Held:
    """A model whose first run goes on until it is let go; `sizes` tells how many texts each run had."""

    def __init__(self, encoder: Encoder) -> None:
        self._session = encoder._session
        self.sizes: list[int] = []
        self.is_running, self.may_go_on = threading.Event(), threading.Event()
        self.fault: Exception | None = None

    def run(self, names: None, feed: dict[str, Any]) -> Any:
        self.sizes.append(len(feed["input_ids"]))
        self.is_running.set()
        assert self.may_go_on.wait(PATIENCE_S)
        if self.fault:
            raise self.fault
        return self._session.run(names, feed)


def test_questions_that_wait_are_read_together(encoder: Encoder) -> None:
    held = Held(encoder)
    shared = Encoder(held, encoder._tokenizer)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(shared.encode, "the first")
        assert held.is_running.wait(PATIENCE_S)
        others = [pool.submit(shared.encode, text) for text in ("one", "two", "three", "two", "the first")]
        while len(shared._waiting) < 3:
            time.sleep(0.001)
        held.may_go_on.set()
        one, two, _, two_again, first_again = (future.result() for future in others)

    assert held.sizes == [1, 3]
    assert two is two_again
    assert first.result() is first_again
    assert encoder.encode("one").vector @ one.vector == pytest.approx(1, abs=1e-5)
    assert one.vector @ two.vector < 0.999


def _read_together(encoder: Encoder, texts: list[str]) -> tuple[list[int], list[Future[Encoded]]]:
    """Texts that waited together: how many each run had, and what became of each text."""
    held = Held(encoder)
    shared = Encoder(held, encoder._tokenizer)
    with ThreadPoolExecutor(8) as pool:
        pool.submit(shared.encode, "the first")
        assert held.is_running.wait(PATIENCE_S)
        asked = [pool.submit(shared.encode, text) for text in texts]
        while len(shared._waiting) < len(texts):
            time.sleep(0.001)
        held.may_go_on.set()
    return held.sizes[1:], asked


def test_a_long_question_does_not_make_short_ones_as_long(encoder: Encoder) -> None:
    sizes, asked = _read_together(encoder, ["one", "word " * 200, "two", "three"])

    assert sorted(sizes) == [1, 3]
    for text, found in zip(("one", "word " * 200, "two", "three"), asked, strict=True):
        assert encoder.encode(text).vector @ found.result().vector == pytest.approx(1, abs=1e-5)


def test_a_text_that_cannot_be_read_fails_alone(encoder: Encoder) -> None:
    sizes, (one, broken, two) = _read_together(encoder, ["one", "half a pair \ud800", "two"])

    assert sizes == [2]
    assert isinstance(broken.exception(), TypeError)
    assert one.result() is not two.result()


def test_a_question_that_could_not_be_read_is_tried_again(encoder: Encoder) -> None:
    held = Held(encoder)
    held.may_go_on.set()
    shared = Encoder(held, encoder._tokenizer)
    held.fault = RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        shared.encode("a question")
    held.fault = None

    assert encoder.encode("a question").vector @ shared.encode("a question").vector == pytest.approx(1, abs=1e-5)


def test_stored_sentences_come_back(encoder: Encoder) -> None:
    stored = sentence(encoder)

    (found, again) = sentences_from_bytes(sentences_to_bytes([stored, stored]))

    assert (found.text, found.context) == (stored.text, stored.context)
    assert found.vector == pytest.approx(stored.vector, abs=1e-3)
    assert found.bare_vector == pytest.approx(stored.bare_vector, abs=1e-3)
    assert (found.token_vectors == stored.token_vectors).all()
    assert (again.token_ids == stored.token_ids).all()
    assert sentences_from_bytes(b"") == ()


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"XX" + b[2:], lambda b: b + b"\0", lambda b: b[:9]])
def test_damaged_bytes_are_a_value_error(encoder: Encoder, damage) -> None:
    with pytest.raises(ValueError, match="Stored sentence"):
        sentences_from_bytes(damage(sentence(encoder).to_bytes()))


def test_vectors_that_are_not_numbers_are_refused(encoder: Encoder) -> None:
    broken = replace(sentence(encoder), vector=np.full(embeddings.DIMENSIONS, np.nan, np.float32))

    with pytest.raises(ValueError, match="not numbers"):
        sentences_from_bytes(broken.to_bytes())


def test_a_wrong_model_file_is_unavailable_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not the model")

    assert not embeddings.available(tmp_path)
    assert "SHA-256" in embeddings.unavailable_because(tmp_path)
    with pytest.raises(embeddings.Unavailable):
        embeddings.load(tmp_path)


def another_model(folder: Path) -> Path:
    """The packaged model with other weights: those of its commoner words are turned round."""
    found = bytearray(model_file(None).read_bytes())
    at = found.rindex(f"{WORDS_TABLE}_q".encode()) + 1_000
    found[at : at + 8_000_000] = found[at : at + 8_000_000][::-1]
    (folder / "model.onnx").write_bytes(found)
    (folder / "tokenizer.json").write_bytes(embeddings.TOKENIZER_FILE.read_bytes())
    return folder


def test_another_model_with_its_tokenizer_makes_vectors_of_its_own(tmp_path: Path, encoder: Encoder) -> None:
    other = embeddings.load(another_model(tmp_path))

    here, there = encoder.encode("What does a lamp cost?"), other.encode("What does a lamp cost?")

    assert other.key != encoder.key == embeddings.PACKAGED
    assert np.linalg.norm(there.vector) == pytest.approx(1, abs=1e-4)
    assert abs(here.vector @ there.vector) < 0.999
    assert (len(there.token_ids), there.token_vectors.shape) == (0, (0, embeddings.DIMENSIONS))
    stored = embed_parts(other, [PagePart("Shop", "A lamp costs €49.")])[0]
    assert len(sentences_from_bytes(sentences_to_bytes(stored))) == len(stored)


def test_the_packaged_model_in_a_folder_is_the_packaged_model(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "model.onnx").symlink_to(model_file(None))
    (tmp_path / "tokenizer.json").write_text("{}")  # its own is not needed

    assert embeddings.load(tmp_path).key == embeddings.PACKAGED


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_what_is_no_model_of_sentences_is_unavailable_with_a_reason(tmp_path: Path, encoder: Encoder, broken) -> None:
    (another_model(tmp_path) / broken).write_bytes(b"nothing of the kind")

    assert broken in embeddings.unavailable_because(tmp_path)


def test_a_model_whose_vectors_have_another_size_is_unavailable(tmp_path: Path, encoder: Encoder, monkeypatch) -> None:
    monkeypatch.setattr(embeddings, "DIMENSIONS", 512)

    assert "they must have 512" in embeddings.unavailable_because(another_model(tmp_path))


def test_a_missing_model_file_is_unavailable_with_a_reason(tmp_path: Path) -> None:
    assert "cannot be read" in embeddings.unavailable_because(tmp_path / "nothing")


def test_importing_the_answerer_imports_nothing_heavy() -> None:
    code = (
        "import sys, agents.llm.builtin, knowledge.text.rank, knowledge.text.split; "
        "print({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.strip() == "set()"


def test_equal_texts_and_several_threads_give_the_vectors_of_each_alone(encoder: embeddings.Encoder) -> None:
    texts = ["A red kiln.", "A much longer sentence about a blue kiln in the yard.", "A red kiln."]

    found = encoder.encode_tokens(texts, threads=2)

    alone = [encoder.encode_tokens([text])[0] for text in texts]
    assert all(float(one.vector @ other.vector) > 0.99 for one, other in zip(found, alone, strict=True))
    assert found[0] is found[2]
