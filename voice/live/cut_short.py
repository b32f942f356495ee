"""Stores what was heard of an answer that was cut short. The model is told that it said only that."""

from __future__ import annotations

import uuid

from conversations.messages.events import MessageData
from conversations.models import Message
from lib.database import in_database


@in_database
def store_heard(message_id: uuid.UUID | str, heard_text: str) -> MessageData | None:
    """Mark an answer as interrupted after these words. Returns the changed message, None if it does not exist."""
    answer = Message.objects.filter(pk=message_id, role=Message.Role.ASSISTANT)
    if not answer.update(heard=heard_text):
        return None
    row = answer.select_related("reply").first()
    return MessageData.of(row) if row else None
