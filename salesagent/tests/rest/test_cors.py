"""Pages of other sites may call the API from the origins that CORS_ORIGINS names, and from no other."""

from __future__ import annotations

import time

import pytest

from access import tokens

pytestmark = pytest.mark.django_db
SHOP, EVIL = "https://shop.example", "https://evil.example"


@pytest.fixture(autouse=True)
def _origins(settings):
    settings.CORS_ORIGINS = settings.CORS_ALLOWED_ORIGINS = [SHOP]


def preflight(client, origin, path="/api/agents", method="POST"):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key, last-event-id",
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize("path", ["/api/agents", "/api/v1/agents"])
def test_a_named_origin_may_ask_with_a_token(client, path):
    answer = preflight(client, SHOP, path)

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert {"authorization", "content-type", "idempotency-key", "last-event-id"} <= set(
        answer["Access-Control-Allow-Headers"].split(", ")
    )
    assert {"POST", "PATCH", "PUT", "DELETE"} <= set(answer["Access-Control-Allow-Methods"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer
    assert "origin" in answer["Vary"].lower()


@pytest.mark.parametrize("origin", [EVIL, "null", "https://shop.example.evil.example", "http://shop.example"])
def test_no_other_origin_may(client, ask, origin):
    assert "Access-Control-Allow-Origin" not in preflight(client, origin)
    assert "Access-Control-Allow-Origin" not in ask("GET", "/agents", headers={"Origin": origin})


def test_an_answer_can_be_read_errors_and_headers_too(ask, session):
    for response in (
        ask("GET", "/agents", headers={"Origin": SHOP}),
        ask("GET", "/agents", token=None, headers={"Origin": SHOP}),
        ask("GET", "/nothing", headers={"Origin": SHOP}),
    ):
        assert response["Access-Control-Allow-Origin"] == SHOP
        assert "X-Visitor-Token" in response["Access-Control-Expose-Headers"]
        assert "Retry-After" in response["Access-Control-Expose-Headers"]


def test_pages_are_not_the_api(client, agent):
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in client.get("/chat/csrf/", headers={"Origin": SHOP})


def test_a_token_in_use_is_renewed_in_a_header(ask, session):
    old = tokens.issue(session.pk, time.time() - 7200)
    fresh = tokens.issue(session.pk)

    assert tokens.session_of(ask("GET", "/agents", token=old)["X-Visitor-Token"]) == session.pk
    assert "X-Visitor-Token" not in ask("GET", "/agents", token=fresh)
