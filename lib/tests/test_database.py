"""Connections of threads that live long: kept where that costs nothing, ended where they may be broken."""

import pytest
from django.db import DatabaseError, connection

from lib.database import end_old_connections

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
