"""Lets higher apps add notes to the answers of a transcript. Each app checks the permission itself."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from conversations.models import Session


@dataclass(frozen=True, slots=True)
class TranscriptNote:
    """A note on an answer: a label such as "Stage" and a text such as "Qualify"."""

    label: str
    text: str


# Returns the notes of a session, by the id of the visitor's message that was answered.
Finder = Callable[[HttpRequest, Session], Mapping[uuid.UUID, Sequence[TranscriptNote]]]
_finders: list[Finder] = []


def note_in_transcripts(finder: Finder) -> None:
    """Register a finder of notes; to be called in an app's `ready()`."""
    if finder not in _finders:
        _finders.append(finder)


def notes_of(request: HttpRequest, session: Session) -> dict[uuid.UUID, list[TranscriptNote]]:
    """The notes of all apps on a session's answers, by the id of the message that was answered."""
    found: dict[uuid.UUID, list[TranscriptNote]] = defaultdict(list)
    for finder in _finders:
        for message_id, notes in finder(request, session).items():
            found[message_id] += notes
    return found
