"""Mapped bytes are read as they were put there."""

import tempfile

import pytest

from lib.mapped_bytes import MappedBytes


def test_everything_stands_where_it_was_said_to_stand():
    mapped = MappedBytes()
    places = [mapped.add(data) for data in (b"one", b"", b"three")]
    whole = mapped.read_only()

    mapped.release()

    assert [bytes(whole[begin:end]) for begin, end in places] == [b"one", b"", b"three"]


def test_nothing_added_is_nothing():
    mapped = MappedBytes()

    assert len(mapped.read_only()) == 0
    mapped.release()


def test_who_cannot_write_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(OSError, match="No such file"):
        MappedBytes()
