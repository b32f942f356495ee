"""The lists by which the tests are shared out and left out name files that are there."""

import pytest
from django.conf import settings

from conftest import ONE_AFTER_ANOTHER, THE_SAME_ON_ANY_STORAGE


@pytest.mark.parametrize("beginning", [*ONE_AFTER_ANOTHER, *THE_SAME_ON_ANY_STORAGE])
def test_what_a_list_of_tests_names_is_there(beginning):
    assert list(settings.BASE_DIR.glob(f"{beginning}*"))
