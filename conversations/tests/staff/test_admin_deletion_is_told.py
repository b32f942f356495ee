"""A page that shows a session learns at once that staff deleted it."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from agents.tests.factories import SuperuserFactory
from conversations.messages.events import SessionGone
from conversations.replies.hub import hub
from conversations.tests.factories import SessionFactory
from fakes.patience import PATIENCE_S


@pytest.mark.django_db(transaction=True)
async def test_listeners_hear_that_their_session_is_gone():
    session = await sync_to_async(SessionFactory)()
    client = AsyncClient()
    await client.aforce_login(await sync_to_async(SuperuserFactory)())

    async with hub().subscribe(str(session.pk)) as subscription:
        await client.post(f"/admin/conversations/session/{session.pk}/delete/", {"post": "yes"})
        async with asyncio.timeout(PATIENCE_S):
            events = await subscription.take()

    assert events == [SessionGone(str(session.pk))]
