"""What apps above this one let staff do with a message in the transcript; only those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from conversations.models import Message


@dataclass(frozen=True, slots=True)
class TranscriptAction:
    """A way on from a message: "Make this a case"."""

    label: str
    url: str


# The actions on one message, whoever wrote it; no query for each.
ActionFinder = Callable[[HttpRequest, Message], Iterable[TranscriptAction]]
_finders: list[ActionFinder] = []


def offer_in_transcripts(finder: ActionFinder) -> None:
    """Register, from an app's `ready()`, what can be done with a message."""
    if finder not in _finders:
        _finders.append(finder)


def actions_on(request: HttpRequest, message: Message) -> tuple[TranscriptAction, ...]:
    return tuple(action for finder in _finders for action in finder(request, message))
