"""A Range header names one part of a file, none, or one that is not there; it never breaks the answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.files.byte_ranges import ByteRange, Unsatisfiable, asked

SIZES = st.integers(0, 10**12)
_PLACES = st.none() | st.integers(0, 10**13)
HEADERS = st.text(max_size=30) | st.builds(
    lambda first, last: f"bytes={'' if first is None else first}-{'' if last is None else last}", _PLACES, _PLACES
)


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-1", 0, 2),
        ("bytes=10-19", 10, 20),
        ("bytes=90-", 90, 100),
        ("bytes=90-1000", 90, 100),
        ("bytes=-1", 99, 100),
        ("bytes=-1000", 0, 100),
        ("Bytes = 5-6 ", 5, 7),
        ("bytes=0-" + "9" * 4000, 0, 100),
        ("bytes=" + "0" * 4000 + "7-8", 7, 9),
    ],
)
def test_one_range_is_cut_at_the_end(header, start, end):
    assert asked(header, 100) == ByteRange(start, end)


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=", "bytes=-", "bytes=2-1", "bytes=0-1,5-6", "bytes=a-b", "items=0-1", "bytes=٣-٤"]
)
def test_no_range_several_and_nonsense_are_the_whole_file(header):
    assert asked(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=" + "9" * 4000 + "-"])
def test_a_range_beyond_the_end_cannot_be_answered(header):
    with pytest.raises(Unsatisfiable):
        asked(header, 100)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-1"])
def test_of_an_empty_file_there_is_no_part(header):
    with pytest.raises(Unsatisfiable):
        asked(header, 0)


def test_the_content_range_counts_inclusively():
    assert ByteRange(10, 20).of(100) == "bytes 10-19/100"


@settings(deadline=None)
@given(HEADERS, SIZES)
def test_whatever_is_sent_the_part_lies_in_the_file(header, size_bytes):
    try:
        part = asked(header, size_bytes)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.start < part.end <= size_bytes


@settings(deadline=None)
@given(SIZES, st.data())
def test_every_part_can_be_asked_for(size_bytes, data):
    start = data.draw(st.integers(0, max(0, size_bytes - 1)))
    last = data.draw(st.integers(start, max(start, size_bytes - 1)))

    if size_bytes:
        assert asked(f"bytes={start}-{last}", size_bytes) == ByteRange(start, last + 1)
