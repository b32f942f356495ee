"""How a member of staff is named to visitors and colleagues, and what a takeover needs to know."""

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

# Stored as the name of an account without a first name. Pages compare names with it, to show it in their language.
NAMELESS = gettext_noop("The team")


def person(user: Any, name: str = "") -> Person:
    """A user as a speaker, named by `name` or the first name. Visitors never see a login name."""
    shown = name or user.first_name.strip() or NAMELESS
    return Person(shown[:MAX_NAME_CHARS], key_of(user.pk))


def colleague_name(user: Any) -> str:
    """The name of a user for colleagues: the first name, or else the login name."""
    return str(user.first_name.strip() or user.get_username())[:MAX_NAME_CHARS]


def key_of(user_id: int) -> str:
    """The speaker key of a user, which is the name of this caller in the API."""
    return f"staff {user_id}"


@in_database
def person_of_user(user_id: int, name: str = "") -> Person:
    """`person` for the id of a user."""
    return person(get_user_model().objects.get(pk=user_id), name)


@in_database
def limit_of(agent_id: uuid.UUID) -> int:
    """How long a person may take for an answer, in seconds."""
    return availability(agent_id).settings.answer_s


def live_texts(hub: Hub, message_ids: Iterable[str]) -> dict[str, str]:
    """The texts, so far, of answers that are being made, by message id: visitors have read them already."""
    return {message_id: live.text for message_id in message_ids if (live := hub.live(message_id))}
