"""Who asks: a program with a key, a visitor with a token, and nobody in particular."""

import uuid
from typing import Any

import pytest
from django.test import AsyncClient, Client

from access import keys, tokens
from agents.models import Agent
from conversations.intake import joining
from conversations.models import Session
from lib.database import in_database


@pytest.fixture
def key(db) -> str:
    return keys.create("tests")[1]


@pytest.fixture
def session(agent: Agent) -> Session:
    """A session that a visitor has opened and said nothing in."""
    return joining.begin(None).conversation.session


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def visitor_of(session: Session) -> Client:
    return Client(headers=bearer(tokens.issue(session.pk)))


class Asking(AsyncClient):
    """An asynchronous client that sends its secret with each request."""

    def __init__(self, secret: str):
        super().__init__()
        self._secret = secret

    def generic(self, *args: Any, headers: dict[str, str] | None = None, **more: Any) -> Any:
        return super().generic(*args, headers=bearer(self._secret) | (headers or {}), **more)


def async_visitor_of(session_id: uuid.UUID) -> Asking:
    return Asking(tokens.issue(session_id))


@pytest.fixture
def visitor(session: Session) -> Asking:
    return async_visitor_of(session.pk)


async def new_session() -> Session:
    return (await in_database(joining.begin)(None)).conversation.session


@pytest.fixture
def program(key: str) -> Client:
    return Client(headers=bearer(key))


@pytest.fixture
def nobody() -> Client:
    return Client()
