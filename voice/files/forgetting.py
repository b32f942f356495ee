"""Empties the speech cache when a conversation is deleted: the cache does not know which conversation said what."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from conversations.models import Message, Session
from voice.tts.cache import speech_cache


@receiver(pre_delete, sender=Session)
def forget_speech(*, instance: Session, using: str, **_: Any) -> None:
    """Empty the cache once per transaction, unless the conversation has no messages."""
    waiting = transaction.get_connection(using).run_on_commit
    if any(entry[1] is _forget for entry in waiting):
        return
    if Message.objects.using(using).filter(session_id=instance.pk).exists():
        transaction.on_commit(_forget, using=using)


def _forget() -> None:
    if cache := speech_cache():
        cache.clear()
