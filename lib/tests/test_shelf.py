"""Bytes on a shelf are read as they were put there."""

import tempfile

import pytest

from lib.shelf import Shelf


def test_everything_stands_where_it_was_said_to_stand():
    shelf = Shelf()
    places = [shelf.add(data) for data in (b"one", b"", b"three")]
    filled = shelf.filled()

    shelf.rest()

    assert [bytes(filled[begin:end]) for begin, end in places] == [b"one", b"", b"three"]


def test_an_empty_shelf_holds_nothing():
    shelf = Shelf()

    assert len(shelf.filled()) == 0
    shelf.rest()


def test_who_cannot_write_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(OSError, match="No such file"):
        Shelf()
