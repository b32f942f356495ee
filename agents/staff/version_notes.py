"""What apps above this one say of an agent's prompt versions in their list, and on the page of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from agents.models import Agent, PromptVersion


@dataclass(frozen=True, slots=True)
class VersionNote:
    """One thing about a version: a badge or words, and where more is to be read."""

    text: SafeString | str
    url: str = ""


# The notes of an agent's versions by their numbers, for who may see them; one query for all.
NoteFinder = Callable[[HttpRequest, Agent], Mapping[int, Sequence[VersionNote]]]
_finders: list[NoteFinder] = []


def note_on_versions(finder: NoteFinder) -> None:
    """Register, from an app's `ready()`, what is noted of versions."""
    if finder not in _finders:
        _finders.append(finder)


def with_notes(request: HttpRequest, agent: Agent, versions: Iterable[PromptVersion]) -> list[PromptVersion]:
    """The same versions, each with its `notes`."""
    found, noted = [finder(request, agent) for finder in _finders], list(versions)
    for version in noted:
        version.notes = [note for notes in found for note in notes.get(version.number, ())]  # type: ignore[attr-defined]
    return noted
