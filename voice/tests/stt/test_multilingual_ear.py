"""The multilingual model is joined from its packages, checked, and then the built-in ear knows what it understands."""

import hashlib
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from voice.stt import multilingual
from voice.stt.builtin import BuiltinTranscriber

WORDS = ["<|en|>", "<|de|>", "<|haw|>", "<|translate|>", *map(str, range(51_861))]
FILES = {
    "model.bin": b"one, two",
    "config.json": b"{}",
    "tokenizer.json": b"[]",
    "vocabulary.json": json.dumps(WORDS).encode(),
}


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two packages like those of the index, with other content."""
    first, second = (tmp_path / package / "data" for package, _ in multilingual.PARTS)
    for folder in (first, second):
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
    (first / "model.bin.part1").write_bytes(b"one, ")
    (second / "model.bin.part2").write_bytes(b"two")
    for name in list(FILES)[1:]:
        (second / name).write_bytes(FILES[name])
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        multilingual, "SHA256", {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    )
    return second


def test_the_parts_become_one_model_whose_languages_are_known(packages, tmp_path, capsys):
    folder = tmp_path / "joined"

    call_command("join_ear", folder=folder)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert capsys.readouterr().out.strip() == f"STT_MODEL_DIR={folder}"
    ear = BuiltinTranscriber(model_dir=str(folder))
    assert [ear.hears(language) for language in ("en", "de", "haw", "xx", "")] == [True, True, True, False, True]


def test_a_damaged_part_leaves_no_model(packages, tmp_path):
    (packages / "model.bin.part2").write_bytes(b"tvo")

    with pytest.raises(CommandError, match=r"model\.bin: SHA-256"):
        call_command("join_ear", folder=tmp_path / "joined")

    assert not (tmp_path / "joined" / "model.bin").exists()


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, multilingual.PARTS[0][0], None)

    with pytest.raises(CommandError, match="make multilingual"):
        call_command("join_ear", folder=tmp_path / "joined")


def test_the_packaged_model_hears_english_only():
    ear = BuiltinTranscriber(timeout_s=120)

    assert [ear.hears(language) for language in ("en", "", "de")] == [True, True, False]
