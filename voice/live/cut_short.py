"""Keeps what was heard of an answer that was cut short: all that the model is told it said."""

from __future__ import annotations

import uuid

from conversations.messages.events import MessageData
from conversations.models import Message
from lib.database import in_database


@in_database
def store_heard(message_id: uuid.UUID | str, heard_text: str) -> MessageData | None:
    """Mark an answer as interrupted after these words; the message as it stands, None for an answer that is gone."""
    answer = Message.objects.filter(pk=message_id, role=Message.Role.ASSISTANT)
    if not answer.update(heard=heard_text):
        return None
    row = answer.select_related("reply").first()
    return MessageData.of(row) if row else None
