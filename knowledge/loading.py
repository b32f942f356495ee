"""Loads whole folders of files into an agent's knowledge, for commands.

Files that are there already are skipped, so that an interrupted load can be continued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Agent
from knowledge.adding import add, hash_of, holder_of, replace_file
from knowledge.indexing import NAME_CHARS, claim, index
from knowledge.ingestion.extract import ACCEPT
from knowledge.ingestion.refusals import Unreadable
from knowledge.models import Document, file_title
from lib.text import shorten

ENDINGS = frozenset(ACCEPT.split(","))
Outcome = Literal["added", "changed", "known", "failed"]
Told = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """The result for one file; `words` say how many passages it has, or why it has none."""

    path: Path
    outcome: Outcome
    words: str


def files_below(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Files with the names for their documents, in order; in folders only readable ones that are not hidden."""
    found = []
    for path in paths:
        if path.is_dir():
            found += [(file, _name(file.relative_to(path))) for file in sorted(path.rglob("*")) if _is_read(file, path)]
        else:
            found.append((path, _name(Path(path.name))))
    return found


def load(agent: Agent, files: Iterable[tuple[Path, str]], told: Told = lambda share: None) -> Iterator[LoadedFile]:
    """Read and index the files in this thread and yield each result. A file that changed replaces the old one.

    `told` is called with the progress of the current file, from 0 to 1.
    """
    for path, name in files:
        try:
            with path.open("rb") as opened:
                yield _load(agent, path, name, File(opened, name=path.name), told)
        except Unreadable as error:
            yield LoadedFile(path, "failed", str(error))
        except OSError as error:
            yield LoadedFile(path, "failed", error.strerror or str(error))


def _load(agent: Agent, path: Path, name: str, file: File, told: Told) -> LoadedFile:
    known = holder_of(agent.pk, hash_of(file)) if file.size else None
    if known is not None and known.status == Document.Status.READY and not known.is_owed:
        return LoadedFile(path, "known", known.name)
    same_name = Document.objects.filter(agent=agent, name=name).exclude(file="").first()
    outcome: Outcome = "added"
    if known is None and same_name is not None:
        replace_file(same_name, file)
        document, outcome = same_name, "changed"
    else:
        added = add(agent.pk, file, name, chars=0)
        if added is None:
            return LoadedFile(path, "failed", _("Its agent was deleted."))
        document = added.document
        if not added.is_new and document.status == Document.Status.READY and not document.is_owed:
            return LoadedFile(path, "known", document.name)
    return _indexed(path, document, outcome, told)


def _indexed(path: Path, document: Document, outcome: Outcome, told: Told) -> LoadedFile:
    if claimed := claim(timezone.now(), document.pk):
        index(claimed, told=told)
    document.refresh_from_db(fields=["status", "error", "is_owed"])
    if document.status == Document.Status.FAILED or document.error:
        return LoadedFile(path, "failed", document.error)
    if document.is_owed:
        return LoadedFile(path, outcome, _("is being indexed by the server"))
    number = document.chunks.count()
    return LoadedFile(path, outcome, ngettext("%(number)s passage", "%(number)s passages", number) % {"number": number})


def _is_read(path: Path, folder: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not is_hidden and path.suffix.lower() in ENDINGS


def _name(path: Path) -> str:
    """A name made of the file's path, so that two "prices.md" in two folders are two documents."""
    return shorten(" › ".join([*path.parts[:-1], file_title(path.name)]), NAME_CHARS)
