"""Charts of seven days: columns that say what the numbers say, in every case that divides by something."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone as django_timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.staff.cells import Tone
from lib.staff.charts import HEIGHT, WIDTH, BarPart, Bars, Shares, percent, seconds
from lib.staff.week import Week

DAYS = tuple(date(2026, 3, 1) + timedelta(days=n) for n in range(7))
numbers = st.tuples(*[st.integers(0, 10**7)] * 7)
on_any_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bars(values) -> Bars:
    return Bars("x", "X", DAYS, values, str(sum(values)), "last 7 days")


@on_any_machine
@given(numbers)
def test_columns_stand_on_the_base_and_inside_the_drawing(values):
    columns = bars(values).columns

    assert len(columns) == sum(1 for value in values if value)
    for column in columns:
        assert 0 < column.height <= HEIGHT
        assert column.y + column.height == pytest.approx(HEIGHT)
        assert 0 <= column.x <= WIDTH


@on_any_machine
@given(numbers, numbers, numbers)
def test_shares_fill_each_day_that_has_any(one, two, three):
    chart = Shares("x", "X", DAYS, tuple(BarPart(str(n), Tone.QUIET, v) for n, v in enumerate((one, two, three))))

    for day in range(7):
        left = min(c.x for c in bars((1,) * 7).columns[day : day + 1])
        height = sum(column.height for column in chart.columns if column.x == left)
        whole = one[day] + two[day] + three[day]
        assert height == pytest.approx(HEIGHT if whole else 0, abs=0.05)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 0, "0 %"), (0, 9, "0 %"), (1, 1000, "< 1 %"), (999, 1000, "> 99 %"), (1000, 1000, "100 %"), (1, 2, "50 %")],
)
def test_a_share_is_neither_none_nor_all_where_it_is_not(part, whole, told):
    assert percent(part, whole) == told


@pytest.mark.parametrize(("ms", "told"), [(None, "–"), (0, "0 ms"), (999, "999 ms"), (1240, "1.2 s")])
def test_times_are_told_in_the_unit_that_is_read_quickest(ms, told):
    assert seconds(ms) == told


def test_days_begin_where_the_installation_is():
    late = datetime(2026, 4, 5, 10, 59, tzinfo=UTC)  # 22:59 there, on the day the clocks went back

    with django_timezone.override("Pacific/Auckland"):
        week = Week.until(late)

    assert week.days[-1] == date(2026, 4, 5)
    assert [start.utcoffset() for start in week.starts[-2:]] == [timedelta(hours=13)] * 2
    assert week.starts[-1].astimezone(UTC) == datetime(2026, 4, 4, 11, tzinfo=UTC)
