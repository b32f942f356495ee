"""What the tests of the API share: a way to ask, and callers of every kind."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access import keys, tokens
from agents.models import Agent
from conversations.models import Session

ASK = Callable[..., Any]


@pytest.fixture
def key(db) -> str:
    return keys.create("Test")[1]


@pytest.fixture
def ask(client, key) -> ASK:
    """`ask("PATCH", "/agents/1", {...})` with a key that may everything; `token=None` sends none."""

    def ask(method: str, path: str, body: Any = None, *, token: str | None = key, by: Client = client, **more: Any):
        more.setdefault("content_type", "application/json")
        headers = {**({"Authorization": f"Bearer {token}"} if token is not None else {}), **more.pop("headers", {})}
        data = body if isinstance(body, bytes | str) else "" if body is None else json.dumps(body)
        return by.generic(method, path if path.startswith("/api") else f"/api{path}", data, headers=headers, **more)

    return ask


@pytest.fixture
def session(agent: Agent) -> Session:
    return Session.objects.create(agent=agent)


@pytest.fixture
def visitor(session: Session) -> str:
    """The token of the visitor of `session`."""
    return tokens.issue(session.pk)


@pytest.fixture
def other_visitor(agent: Agent) -> str:
    return tokens.issue(Session.objects.create(agent=agent).pk)


def is_problem(response: Any, status: int, error: str = "") -> dict[str, Any]:
    """Assert the one error shape; the body."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"error", "detail", "fallback_message"}
    assert body["error"]
    assert body["detail"]
    assert "Traceback" not in body["detail"]
    if error:
        assert body["error"] == error
    return body


NOBODY = uuid.UUID(int=0)
