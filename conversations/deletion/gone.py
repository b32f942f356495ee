"""Tells who follows a session that it is deleted, from wherever that was done: its own page or a program.

That its agent goes is told by agents_told.py."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from django.db import transaction

from conversations.deletion.sessions import tell_gone


def tell_when_gone(session_ids: Iterable[uuid.UUID]) -> None:
    """Once the transaction has deleted them, stop the work on these sessions and say so to who shows them."""
    keys = [str(session_id) for session_id in session_ids]

    async def tell() -> None:  # runs and hub belong to the event loop, and this is a thread beside it
        tell_gone(keys)

    if keys:
        transaction.on_commit(async_to_sync(tell), robust=True)
