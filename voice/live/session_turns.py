"""The turns behind a live conversation: sent, answered and kept like those of every other way in."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator

from access.callers import Caller
from conversations import sending
from conversations.following import Position, Step, follow
from conversations.models import Message
from conversations.runs import runs
from conversations.turns import Turn
from salesagent.lib.database import in_database
from voice.heard import store_heard


class SessionTurns:
    """One session, as one caller."""

    def __init__(self, caller: Caller, session_id: uuid.UUID):
        self._caller, self._id = caller, session_id
        self.session_id = str(session_id)

    async def say(self, text: str, client_id: str, *, is_spoken: bool) -> Turn:
        """Raises ServerDraining, SessionMissing, RateLimited, TurnRefused, ClientIdReused."""
        message_type = Message.Type.VOICE if is_spoken else Message.Type.TEXT
        return await sending.send(self._caller, self._id, text, client_id, message_type=message_type)

    def follow(self, message_id: str, position: Position | None = None) -> AsyncGenerator[Step, None]:
        return follow(self.session_id, position or Position(message_id))

    async def stop(self, message_id: str) -> None:
        await runs().stop(self.session_id, message_id)

    async def keep_heard(self, message_id: str, heard: str) -> None:
        await in_database(store_heard)(message_id, heard)
