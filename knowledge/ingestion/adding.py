"""Takes an uploaded file in as a document of an agent, for callers that are no form of the admin."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from agents.models import Agent
from knowledge.indexer import see_to
from knowledge.indexing import owe
from knowledge.ingestion.extract import text_of
from knowledge.models import Document
from knowledge.text.markdown_pages import page_title
from lib.files import delete_with_files, remove_files
from lib.text import shorten

NAME_CHARS = 80  # of a name taken from the text; a longer one can be given


def add(agent_id: uuid.UUID, file: UploadedFile, name: str = "") -> Document | None:
    """A new document with the original file kept; None when there is no such agent.

    A small one comes back indexed, any other is indexed in the background. Raises Unreadable for a file without text,
    with nothing stored. What cannot be indexed is kept as `failed`.
    """
    if not Agent.objects.filter(pk=agent_id).exists():
        return None
    text = text_of(file.read(), file.name or "")
    file.seek(0)
    document = Document(agent_id=agent_id, name=name or name_of(text, file.name or ""), text=text, file=file)
    try:
        with transaction.atomic():  # SQLite looks at foreign keys at its end
            document.save()
    except IntegrityError:  # the agent was deleted in this moment
        remove_files([(document.file.storage, str(document.file.name))])
        return None
    see_to(document)
    return document


def index_again(document: Document) -> None:
    """Have a document indexed anew."""
    owe(document)
    see_to(document)


def delete(document_id: uuid.UUID) -> bool:
    """Delete the document with its chunks and its file; False when it was not there."""
    return bool(delete_with_files(Document.objects.filter(pk=document_id)).rows)


def name_of(text: str, file_name: str = "") -> str:
    """The title in its front matter or of its first heading, else the file's name without its ending, else the text's
    first line."""
    lines = (line.strip() for line in text.splitlines() if line.strip())
    stem = PurePath(file_name).stem.replace("_", " ")
    return shorten(page_title(text) or stem or next(lines, ""), NAME_CHARS)
