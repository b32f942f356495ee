"""Keeps what was heard of an answer that was cut short: all that the model is told it said."""

from __future__ import annotations

import uuid

from conversations.models import Message


def store_heard(message_id: uuid.UUID | str, heard_text: str) -> None:
    """Mark an answer as interrupted after these words; an answer that is gone is none."""
    Message.objects.filter(pk=message_id, role=Message.Role.ASSISTANT).update(heard=heard_text)
