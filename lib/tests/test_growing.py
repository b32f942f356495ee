"""A growing array is what was put into it, and the shorter ones stay as they were."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.growing import Growing


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.lists(st.integers(0, 99), max_size=9)), max_size=20))
def test_each_one_holds_what_it_grew_from_and_what_was_added(steps):
    made, expected = [Growing(np.zeros(0, np.int64))], [[]]

    for which, more in steps:
        made.append(made[which % len(made)].plus(np.array(more, np.int64)))
        expected.append(expected[which % len(expected)] + more)

    assert [each.rows.tolist() for each in made] == expected


def test_what_fits_is_not_copied():
    begun = Growing(np.arange(100)).plus(np.arange(10))

    longer = begun.plus(np.arange(5))

    assert np.shares_memory(begun.rows, longer.rows)
