"""What was said aloud goes with its conversation. Kept speech does not know whose it was, so all of it goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from conversations.models import Message, Session
from voice.tts.cache import speech_cache


@receiver(pre_delete, sender=Session)
def forget_speech(*, instance: Session, using: str, **_: Any) -> None:
    """Empty the cache once per transaction; for conversations in which nothing was said it stays."""
    waiting = transaction.get_connection(using).run_on_commit
    if any(entry[1] is _forget for entry in waiting):
        return
    if Message.objects.using(using).filter(session_id=instance.pk).exists():
        transaction.on_commit(_forget, using=using)


def _forget() -> None:
    if cache := speech_cache():
        cache.clear()
