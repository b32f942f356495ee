"""What apps above this one tell staff of an answer in the transcript; only to those who may see it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from conversations.models import Session


@dataclass(frozen=True, slots=True)
class TranscriptNote:
    """One thing about the answer to a message: "Stage", "Qualify"."""

    label: str
    text: str


# The notes of a session, by the id of the visitor's message that was answered.
Finder = Callable[[HttpRequest, Session], Mapping[uuid.UUID, Sequence[TranscriptNote]]]
_finders: list[Finder] = []


def note_in_transcripts(finder: Finder) -> None:
    """Register, from an app's `ready()`, what is noted of answers."""
    if finder not in _finders:
        _finders.append(finder)


def notes_of(request: HttpRequest, session: Session) -> dict[uuid.UUID, list[TranscriptNote]]:
    found: dict[uuid.UUID, list[TranscriptNote]] = defaultdict(list)
    for finder in _finders:
        for message_id, notes in finder(request, session).items():
            found[message_id] += notes
    return found
