"""The demo's vectors are shipped with it: whole, up to date, and used for nothing else."""

from dataclasses import replace

import pytest

from knowledge import packaged_vectors
from knowledge.indexing import TEXT_FORMAT
from knowledge.packaged_vectors import demo_pages, name_of, ship, shipped
from knowledge.text.split import PagePart, embed_parts, split_page
from language import embeddings
from language.embeddings import sentences_from_bytes


def demo_parts() -> list[PagePart]:
    return [part for name, text in demo_pages() for part in split_page(text, name)]


def test_every_passage_of_the_demo_is_shipped_and_nothing_else():
    """After a change of the pages, the model or the format: `manage.py ship_vectors`."""
    assert {name_of(part, TEXT_FORMAT) for part in demo_parts()} == packaged_vectors._names(packaged_vectors.FILE)


def test_what_is_shipped_is_what_the_model_makes():
    if not embeddings.available():
        pytest.skip(embeddings.unavailable_because())
    part = demo_parts()[7]

    stored = sentences_from_bytes(shipped(part, TEXT_FORMAT))
    made = embed_parts(embeddings.load(), [part])[0]

    assert [sentence.text for sentence in stored] == [sentence.text for sentence in made]
    for one, other in zip(stored, made, strict=True):
        assert one.vector @ other.vector == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("other", [{"text": "Another."}, {"heading": "Another"}, {"title": "Another"}])
def test_another_passage_is_not_shipped(other):
    part = demo_parts()[0]

    assert shipped(part, TEXT_FORMAT)
    assert shipped(replace(part, **other), TEXT_FORMAT) is None
    assert shipped(part, TEXT_FORMAT + 1) is None


def test_without_the_file_nothing_is_shipped(tmp_path):
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(b"PK\x03\x04 and then nothing")

    assert shipped(demo_parts()[0], TEXT_FORMAT, tmp_path / "none.zip") is None
    assert shipped(demo_parts()[0], TEXT_FORMAT, damaged) is None


def test_the_same_vectors_make_the_same_file(tmp_path):
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"

    ship({"a": b"1", "b": b"2"}, one)
    ship({"b": b"2", "a": b"1"}, other)

    assert one.read_bytes() == other.read_bytes()


def test_a_damaged_entry_is_as_good_as_none(tmp_path):
    part, file = demo_parts()[0], tmp_path / "vectors.zip"
    name = name_of(part, TEXT_FORMAT)
    ship({name: b"vectors" * 100}, file)
    whole = bytearray(file.read_bytes())
    at = whole.index(name.encode()) + len(name)  # the first bytes of what is packed
    whole[at : at + 8] = b"\xff" * 8
    file.write_bytes(whole)

    assert shipped(part, TEXT_FORMAT, file) is None
