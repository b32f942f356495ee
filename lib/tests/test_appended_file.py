"""What is appended is read as it was put there, whoever appended to the same beginning."""

import gc
import tempfile

import pytest

from lib.appended_file import AppendedFile


def test_a_longer_one_shares_what_the_shorter_one_holds():
    short = AppendedFile().plus([b"one"])
    long = short.plus([b"two", memoryview(b"three")])

    assert bytes(short.bytes) == b"one"
    assert bytes(long.bytes) == b"onetwothree"


def test_two_that_grow_from_one_do_not_write_over_each_other():
    begun = AppendedFile().plus([b"begun "])

    one, other = begun.plus([b"one"]), begun.plus([b"another"])

    assert bytes(one.bytes) == b"begun one"
    assert bytes(other.bytes) == b"begun another"


def test_what_is_mapped_outlives_the_one_it_was_read_from():
    file = AppendedFile().plus([b"kept"])
    view = file.bytes

    del file
    gc.collect()

    assert bytes(view) == b"kept"


def test_nothing_is_nothing():
    empty = AppendedFile()

    assert bytes(empty.plus([]).bytes) == b""


def test_who_cannot_write_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(OSError, match="No such file"):
        AppendedFile()
