"""The lists by which the tests are shared out and left out name files, and tests in them, that are there."""

import pytest
from django.conf import settings

from conftest import ONE_AFTER_ANOTHER
from fakes.second_pass import THE_SAME_ON_ANY_STORAGE


@pytest.mark.parametrize("beginning", [*ONE_AFTER_ANOTHER, *THE_SAME_ON_ANY_STORAGE])
def test_what_a_list_of_tests_names_is_there(beginning):
    place, _, test = beginning.partition("::")

    files = list(settings.BASE_DIR.glob(f"{place}*"))

    assert files
    assert not test or f"def {test.partition('[')[0]}" in files[0].read_text()
