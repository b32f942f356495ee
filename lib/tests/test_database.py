"""Connections of threads that live long: kept where that costs nothing, ended where they may be broken."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection

from lib.database import end_old_connections, with_kept_connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_between_two_pieces_of_work_a_connection_to_a_file_stays_and_any_other_ends():
    connection.ensure_connection()
    before = connection.connection

    end_old_connections()

    assert connection.connection is (before if connection.vendor == "sqlite" else None)


def test_one_that_failed_ends():
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")

    end_old_connections()

    assert connection.connection is None


def test_work_that_keeps_its_connection_uses_one_to_a_file_again():
    def used() -> object:
        connection.ensure_connection()
        return connection.connection

    def twice() -> list[object]:
        # What is kept is compared, so it is not let go in between, or another might have its place in memory.
        kept = [with_kept_connection(used)(), with_kept_connection(used)()]
        connection.close()
        return kept

    with ThreadPoolExecutor(1) as thread:
        first, second = thread.submit(twice).result()

    assert (first is second) is (connection.vendor == "sqlite")
