"""Hours as staff write them."""

import contextlib
import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.hours import DAYS, HoursInvalid, coming_shifts, is_open, next_opening, parse

MONDAY = datetime(2026, 11, 30, 12, 0)


@pytest.mark.parametrize(
    ("text", "day", "open_at", "closed_at"),
    [
        ("Mon-Fri 9:00-17:00", 0, "09:00", "17:00"),
        ("mon–fri 9–17", 4, "16:59", "08:59"),
        ("Monday - Wednesday 09:30-12", 2, "11:59", "12:00"),
        ("Sat, Sun 10:00-14:00", 6, "10:00", "09:59"),
        ("Fri-Mon 8-24", 6, "23:59", "07:59"),
        ("Mon-Fri 9-12\nMon-Fri 13-17", 1, "13:00", "12:30"),
    ],
)
def test_hours_are_read_as_they_are_written(text, day, open_at, closed_at):
    ranges = parse(text)
    for clock, expected in ((open_at, True), (closed_at, False)):
        hour, minute = map(int, clock.split(":"))
        assert is_open(ranges, MONDAY.replace(day=30 if day == 0 else day, month=11 if day == 0 else 12,
                                              hour=hour, minute=minute)) is expected  # fmt: skip


def test_without_hours_somebody_is_always_there():
    assert is_open(parse(" \n"), MONDAY)
    assert next_opening(parse(""), MONDAY) is None


@pytest.mark.parametrize("line", ["Mon-Fri", "9-17", "Mon 17-9", "Mon 9-9", "Mon 9-25", "Mon 9:75-17", "Foo 9-17", "x"])
def test_what_cannot_be_read_is_named(line):
    with pytest.raises(HoursInvalid) as refused:
        parse(f"Tue 9-17\n{line}")
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        (MONDAY.replace(hour=8), MONDAY.replace(hour=9, minute=0)),
        (MONDAY.replace(hour=18), datetime(2026, 12, 1, 9, 0)),
        (datetime(2026, 12, 4, 20, 0), datetime(2026, 12, 7, 9, 0)),
    ],
)
def test_the_next_opening_is_told(at, opens_at):
    assert next_opening(parse("Mon-Fri 9-17"), at) == opens_at


RANGES = st.tuples(st.sampled_from(DAYS), st.integers(0, 1438), st.integers(1, 1439)).filter(
    lambda row: row[1] < row[2]
)


@given(st.lists(RANGES, min_size=1, max_size=5), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_at_the_next_opening_somebody_is_there(rows, at):
    ranges = parse("\n".join(f"{day} {a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for day, a, b in rows))
    opens_at = next_opening(ranges, at)
    assert opens_at is not None
    assert opens_at > at
    assert is_open(ranges, opens_at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Mon-Sun 0-24", []),
        ("Mon 9-17", [("30 09:00", "30 17:00"), ("07 09:00", "07 17:00")]),
        ("Mon 9-10", [("07 09:00", "07 10:00"), ("14 09:00", "14 10:00")]),
        ("Tue 9-12\nTue 13-17", [("01 09:00", "01 12:00"), ("01 13:00", "01 17:00")]),
        ("Tue 9-11\nTue 11-24\nWed 0-8", [("01 09:00", "02 08:00"), ("08 09:00", "09 08:00")]),
        ("Sun 8-24\nMon-Wed 0-24", [("30 00:00", "03 00:00"), ("06 08:00", "10 00:00")]),
    ],
)
def test_coming_shifts_are_whole(text, expected):
    shifts = coming_shifts(parse(text), MONDAY.replace(hour=11))

    assert [(f"{begin:%d %H:%M}", f"{end:%d %H:%M}") for begin, end in shifts[:2]] == expected


@given(st.lists(RANGES, max_size=5), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.integers(0, 10_000))
def test_coming_shifts_say_of_each_minute_of_a_week_who_is_there(rows, at, minutes):
    ranges = parse("\n".join(f"{day} {a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for day, a, b in rows))
    shifts = coming_shifts(ranges, at)
    then = at + timedelta(minutes=minutes)

    assert all(begin < end for begin, end in shifts)
    assert all(end < begin for (_, end), (begin, _) in itertools.pairwise(shifts))
    if shifts:
        assert any(begin <= then < end for begin, end in shifts) is is_open(ranges, then)
    else:
        assert is_open(ranges, then)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text):
    with contextlib.suppress(HoursInvalid):
        parse(text)
