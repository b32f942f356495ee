"""Who a member of staff is to a visitor, and what a takeover needs to know."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_noop

from conversations.replies.hub import Hub
from conversations.speakers.changes import MAX_NAME_CHARS, Person
from inbox.availability import availability
from lib.database import in_database

# Stored for an account without a first name, and compared with by pages, which say it in their language.
NAMELESS = gettext_noop("The team")


def person(user: Any, name: str = "") -> Person:
    """Of an account: under its first name, unless another name is given. Visitors never see a login name."""
    shown = name or user.first_name.strip() or NAMELESS
    return Person(shown[:MAX_NAME_CHARS], key_of(user.pk))


def colleague_name(user: Any) -> str:
    """What colleagues call an account, in what only staff read."""
    return str(user.first_name.strip() or user.get_username())[:MAX_NAME_CHARS]


def key_of(user_id: int) -> str:
    """As the API names callers."""
    return f"staff {user_id}"


@in_database
def person_of_user(user_id: int, name: str = "") -> Person:
    return person(get_user_model().objects.get(pk=user_id), name)


@in_database
def limit_of(agent_id: uuid.UUID) -> int:
    """How long a person may take for an answer, in seconds."""
    return availability(agent_id).settings.answer_s


def live_texts(hub: Hub, message_ids: Iterable[str]) -> dict[str, str]:
    """What this process knows of the text of answers that are being made: the visitor has read it."""
    return {message_id: live.text for message_id in message_ids if (live := hub.live(message_id))}
