"""Tells the pages and sockets of an agent's sessions that it was switched off or on, or deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models.signals import post_save, pre_delete

from agents.models import Agent
from conversations.deletion.sessions import tell_gone
from conversations.messages.events import AgentGone, AgentSwitched, Event
from conversations.models import Reply
from conversations.replies.hub import agent_key, hub


def connect() -> None:
    """Listen to every way an agent is changed: the admin, the API, a command."""
    post_save.connect(_saved, sender=Agent, dispatch_uid="agents told")
    pre_delete.connect(_going, sender=Agent, dispatch_uid="agents told")


def _saved(instance: Agent, created: bool, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
    if created or (update_fields is not None and "is_active" not in update_fields):
        return
    _tell_when_stored(instance.pk, AgentSwitched(str(instance.pk), instance.is_active), [])


def _going(instance: Agent, **kwargs: Any) -> None:
    # Only a running answer has followers that do not listen to the agent, and work that has to be dropped.
    answering = Reply.objects.running().filter(message__session__agent=instance.pk)
    sessions = [str(pk) for pk in answering.values_list("message__session_id", flat=True)]
    _tell_when_stored(instance.pk, AgentGone(str(instance.pk)), sessions)


def _tell_when_stored(agent_id: uuid.UUID, event: Event, sessions_gone: list[str]) -> None:
    async def tell() -> None:  # runs and hub belong to the event loop; this is another thread
        hub().publish(agent_key(agent_id), event)
        tell_gone(sessions_gone)

    transaction.on_commit(async_to_sync(tell), robust=True)
