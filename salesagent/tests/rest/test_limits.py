"""Who asks too often is told when to come back, whoever it is, and nothing else happens for it."""

from __future__ import annotations

import pytest
from limits import parse

from access import keys, rates
from agents.models import Agent
from salesagent.tests.rest.conftest import is_problem

pytestmark = pytest.mark.django_db
VALID = {"name": "Bob", "system_prompt": "Sell."}


@pytest.fixture
def one_a_minute(monkeypatch):
    for name in ("PER_KEY", "PER_SESSION", "WRONG_KEYS_PER_ADDRESS"):
        monkeypatch.setattr(rates, name, parse("1/minute"))


def is_limited(response) -> None:
    body = is_problem(response, 429, "Too Many Requests")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert body["fallback_message"]


def test_a_key_that_asks_too_often_is_refused_and_changes_nothing(ask, one_a_minute):
    assert ask("GET", "/agents").status_code == 200

    is_limited(ask("POST", "/agents", VALID))

    assert not Agent.objects.exists()


def test_a_key_without_the_scope_is_counted_too(ask, one_a_minute):
    reader = keys.create("Reader", ["read"])[1]

    assert ask("POST", "/agents", VALID, token=reader).status_code == 403
    is_limited(ask("POST", "/agents", VALID, token=reader))


def test_another_key_is_not_held_back(ask, one_a_minute):
    ask("GET", "/agents")

    assert ask("GET", "/agents", token=keys.create("Other")[1]).status_code == 200


def test_a_visitor_is_counted_by_session(ask, one_a_minute, visitor, other_visitor):
    assert ask("GET", "/agents", token=visitor).status_code == 403

    is_limited(ask("GET", "/agents", token=visitor))
    assert ask("GET", "/agents", token=other_visitor).status_code == 403


def test_who_tries_keys_is_stopped_by_address(ask, one_a_minute):
    ask("GET", "/agents", token="wrong", REMOTE_ADDR="10.0.0.1")

    is_limited(ask("GET", "/agents", token="also wrong", REMOTE_ADDR="10.0.0.1"))
    is_problem(ask("GET", "/agents", token="wrong", REMOTE_ADDR="10.0.0.2"), 401)


def test_limits_can_be_off(ask, one_a_minute, settings):
    settings.RATE_LIMITS = False

    assert [ask("GET", "/agents").status_code for _ in range(3)] == [200, 200, 200]


def test_health_is_never_limited(client, one_a_minute):
    assert {client.get("/api/health").status_code for _ in range(5)} == {200}
