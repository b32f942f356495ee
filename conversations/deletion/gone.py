"""Tells the followers of a session that it was deleted, whether by its own page or by a program.

When its whole agent is deleted, agents_told.py does this."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from django.db import transaction

from conversations.deletion.sessions import tell_gone


def tell_when_gone(session_ids: Iterable[uuid.UUID]) -> None:
    """When the transaction that deletes them has ended, stop the work on these sessions and tell their followers."""
    keys = [str(session_id) for session_id in session_ids]

    async def tell() -> None:  # runs and hub belong to the event loop; this is another thread
        tell_gone(keys)

    if keys:
        transaction.on_commit(async_to_sync(tell), robust=True)
