"""Lets higher apps offer actions on the messages of a transcript. Each app checks the permission itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from conversations.models import Message


@dataclass(frozen=True, slots=True)
class TranscriptAction:
    """A link that is shown at a message, such as "Make this a case"."""

    label: str
    url: str


# Returns the actions on one message of any author. It is called for each message, so it should not query the database.
ActionFinder = Callable[[HttpRequest, Message], Iterable[TranscriptAction]]
_finders: list[ActionFinder] = []


def offer_in_transcripts(finder: ActionFinder) -> None:
    """Register a finder of actions; to be called in an app's `ready()`."""
    if finder not in _finders:
        _finders.append(finder)


def actions_on(request: HttpRequest, message: Message) -> tuple[TranscriptAction, ...]:
    """The actions of all apps on a message."""
    return tuple(action for finder in _finders for action in finder(request, message))
