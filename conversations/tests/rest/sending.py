"""Sends a message over the API, and finds its answer."""

from __future__ import annotations

from typing import Any

from conversations.models import Message, Session
from conversations.tests.rest.conftest import Asking


def path(session: Session, rest: str = "messages") -> str:
    return f"/api/sessions/{session.pk}/{rest}"


async def send(client: Asking, session: Session, content: Any = "Hello", **headers: str) -> Any:
    return await client.post(path(session), {"content": content}, content_type="application/json", headers=headers)


async def stored_answer(session: Session) -> Message:
    return await Message.objects.select_related("reply").aget(session=session, seq=2)
