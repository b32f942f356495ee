"""A page asked for while the database is away."""

from django.db import OperationalError
from django.test import RequestFactory

from salesagent.serving.middleware import DatabaseAway

CARELESS = DatabaseAway(lambda request: None)


def test_a_database_that_is_away_makes_a_page_that_says_so_and_when_to_come_back():
    response = CARELESS.process_exception(RequestFactory().get("/chat/"), OperationalError("password=secret"))

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert b"Please try again in a moment" in response.content
    assert b"secret" not in response.content


def test_other_faults_are_not_explained_away():
    assert CARELESS.process_exception(RequestFactory().get("/chat/"), ValueError()) is None
