"""Adds files and texts as documents of an agent; used by the API, the admin's pages and commands."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from knowledge.copies import hash_of_words
from knowledge.indexer import INLINE_CHARS, see_to
from knowledge.indexing import NAME_CHARS, owe
from knowledge.ingestion.extract import read
from knowledge.ingestion.refusals import Unreadable, too_large, unreadable
from knowledge.models import Document, file_title
from knowledge.text.markdown_pages import page_title
from lib.files import delete_with_files, remove_files
from lib.text import clean, shorten

READ_NOW_BYTES = 256 * 1024  # some 100 pages of Word or 8,000 rows; such a file is read within the request
READ_SEVERAL_S = 10.0  # for reading the files of one request


@dataclass(frozen=True, slots=True)
class Added:
    """A document, and whether it is new: the same content twice makes one document."""

    document: Document
    is_new: bool


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result for one of several files: a document, or why there is none."""

    name: str
    added: Added | None
    refusal: str = ""


def add_several(agent_id: uuid.UUID, files: Iterable[File]) -> list[FileResult]:
    """A result for each file, in order. Files that are not read within READ_SEVERAL_S are read in the background.

    All of them are indexed in the background.
    """
    until = time.monotonic() + READ_SEVERAL_S
    results = []
    for file in files:
        name = PurePath(file.name or "").name
        try:
            added = add(agent_id, file, is_waited_for=time.monotonic() < until, chars=0)
            refusal = "" if added else _("Its agent was deleted.")
        except Unreadable as error:
            added, refusal = None, str(error)
        results.append(FileResult(name, added, refusal))
    return results


def add(
    agent_id: uuid.UUID,
    file: File,
    name: str = "",
    *,
    is_waited_for: bool = True,
    chars: int = INLINE_CHARS,
) -> Added | None:
    """A document made of a file, which is kept; None if there is no such agent.

    A small file is read and indexed at once, a medium one is read at once, a large one is read and indexed in the
    background. Raises Unreadable if the file is refused at once; then nothing is stored. A later failure is stored as
    the state `failed`.
    """
    if (file.size or 0) > settings.MAX_DOCUMENT_SIZE:
        raise too_large()
    if not file.size:
        raise unreadable("empty")
    digest = hash_of(file)
    if known := _known(agent_id, digest):
        return known
    document = Document(agent_id=agent_id, name=name, file=file, content_hash=digest)
    if file.size > READ_NOW_BYTES or not is_waited_for:
        document.is_unread = True
        document.name = shorten(name or file_title(file.name or ""), NAME_CHARS)
    else:
        found = read(file, file.name or "")
        if same := _saying(agent_id, found.text):
            return Added(same, is_new=False)
        document.text = found.text
        document.name = name or shorten(found.title, NAME_CHARS) or name_of(found.text, file.name or "")
    file.seek(0)
    return _stored(document, chars)


def add_text(agent_id: uuid.UUID, text: str, name: str = "") -> Added | None:
    """A document made of a pasted text; None if there is no such agent. Raises Unreadable for a text without words."""
    text = clean(text)
    if not text:
        raise unreadable("empty")
    if len(text) > settings.MAX_DOCUMENT_CHARACTERS:
        raise unreadable("long")
    digest = text_hash(text)
    if known := _known(agent_id, digest):
        return known
    if same := _saying(agent_id, text):
        return Added(same, is_new=False)
    return _stored(Document(agent_id=agent_id, name=name or name_of(text), text=text, content_hash=digest))


def replace_file(document: Document, file: File) -> None:
    """Give a document another file. The old passages are searched until the new text is indexed. Raises Unreadable."""
    digest = hash_of(file)
    found = read(file, file.name or "")
    file.seek(0)
    replaced = [(document.file.storage, str(document.file.name))] if document.file else []
    document.file, document.text, document.content_hash, document.is_unread = file, found.text, digest, False
    document.change_text()
    with transaction.atomic():
        document.save()
        transaction.on_commit(lambda: remove_files(replaced))
    see_to(document)


def index_again(document: Document) -> None:
    """Have a document indexed again."""
    owe(document)
    see_to(document)


def delete(document_id: uuid.UUID) -> bool:
    """Delete the document with its chunks and its file. Returns False if there was none."""
    return bool(delete_with_files(Document.objects.filter(pk=document_id)).rows)


def hash_of(file: Any) -> str:
    """The hash of a file's bytes. The file is read from its beginning, and is at its beginning afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(1024 * 1024):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def holder_of(agent_id: uuid.UUID, digest: str) -> Document | None:
    """The agent's document with this content, if there is one."""
    same = Document.objects.filter(agent_id=agent_id, content_hash=digest).defer("text")
    return same.order_by("created_at").first()


def name_of(text: str, file_name: str = "") -> str:
    """The title in its front matter or first heading, else the file's name without its ending, else its first line."""
    lines = (line.strip() for line in text.splitlines() if line.strip())
    stem = file_title(PurePath(file_name).name)
    return shorten(page_title(text) or stem or next(lines, ""), NAME_CHARS)


def _known(agent_id: uuid.UUID, digest: str) -> Added | None:
    document = holder_of(agent_id, digest)
    if document is None:
        return None
    if document.status == Document.Status.FAILED:  # whoever sends it again wants another try
        index_again(document)
    return Added(document, is_new=False)


def _saying(agent_id: uuid.UUID, text: str) -> Document | None:
    """The agent's document with this text from a different file. Not a web page, whose text may change tomorrow."""
    same = Document.objects.answering().filter(agent=agent_id, url="", text_hash=hash_of_words(text), is_owed=False)
    return same.defer("text").order_by("created_at").first()


def _stored(document: Document, chars: int = INLINE_CHARS) -> Added | None:
    """Store a new document and have it indexed; None, and no file is left behind, if its agent is gone.

    If somebody else has just added the same, theirs is returned.
    """
    try:
        with transaction.atomic():  # SQLite checks foreign keys at its end
            # Others who add to the same agent wait here; visitors who talk to it do not.
            agent = Agent.objects.select_for_update(no_key=True).filter(pk=document.agent_id)
            if not agent.values_list("pk").first():
                return None
            if same := holder_of(document.agent_id, document.content_hash):
                return Added(same, is_new=False)
            document.save()
    except IntegrityError:  # the agent was deleted just now
        if document.file:
            remove_files([(document.file.storage, str(document.file.name))])
        return None
    see_to(document, chars=chars)
    return Added(document, is_new=True)
