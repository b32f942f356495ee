"""What may be sent to make documents: a form with one file or many, or JSON with a text; and what is answered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.errors import ValidationError
from pydantic import BeforeValidator
from pydantic import ValidationError as Invalid

from knowledge.copies import original_of
from knowledge.models import Document
from knowledge.websites.adding import ADDRESS, MAX_HOURS, MAX_URL_CHARS
from lib.domain_names import ascii_address
from lib.rest.fields import Body, FilledText, Line, Whole
from lib.rest.json_body import JSON, MULTIPART, read_json
from lib.rest.problems import invalid, unsupported

NAME_CHARS = 200
FILES = (
    "Text, Markdown, HTML, PDF, DOCX, XLSX, XLS, ODS, CSV, PPTX, ODT, RTF or EPUB, told by its content; at most "
    "`MAX_DOCUMENT_SIZE` bytes, all of a request together. Several parts of this name are several documents."
)


class DocumentOut(Schema):
    """A document of an agent's knowledge; it is searched once its status is `ready`.

    One that is indexed again stays `ready`, and is searched as it was until the new passages are there.
    """

    id: uuid.UUID
    agent_id: uuid.UUID
    name: str
    status: Document.Status
    chunk_count: int = Field(description="How many passages it was split into.")
    progress: float = Field(
        ge=0, le=1, description="How much of it is indexed, from 0 to 1; ask again to see it grow. 0 while it is read."
    )
    error: str = Field(
        description="Why its status is `failed`, or why its latest text could not be read or indexed; of a `pending` "
        "one, why its page could not be read yet and is tried again. Empty otherwise."
    )
    same_as: uuid.UUID | None = Field(
        description="The document that is answered from in the place of this one, as it says the same; null otherwise."
    )
    url: str | None = Field(description="The address of the web page it was read from; null for other documents.")
    every_hours: int | None = Field(
        description="When a page that was added by its address is read again by itself, 0 for never; null for others."
    )
    last_read_at: datetime | None = Field(description="When such a page was read last.")
    next_read_at: datetime | None = Field(description="When it is read next; sooner while its server has an error.")
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_same_as(document: Any) -> uuid.UUID | None:
        original = original_of(document) if document.has_alike else None
        return original.pk if original else None

    @staticmethod
    def resolve_url(document: Document) -> str | None:
        return document.url or None

    @staticmethod
    def resolve_every_hours(document: Document) -> int | None:
        return document.every_hours if document.is_single_page else None


class RefusedFile(Schema):
    """A file of several that made no document."""

    name: str = Field(description="The file's name.")
    detail: str = Field(description="Why, and what to do.")


class DocumentsAdded(Schema):
    """What came of several files."""

    documents: list[DocumentOut] = Field(description="In the order of the files; those with known content as they are.")
    refused: list[RefusedFile]


class TextIn(Body):
    """A pasted page."""

    name: Line = Field("", max_length=NAME_CHARS, description="Empty: the title in the text, or its first line.")
    text: FilledText = Field(description="Markdown or plain text.")


class PageIn(Body):
    """The address of a web page, or of a PDF on the web."""

    name: Line = Field("", max_length=NAME_CHARS, description="Empty: the title of the page.")
    url: Annotated[str, BeforeValidator(ascii_address)] = Field(
        max_length=MAX_URL_CHARS,
        pattern=ADDRESS,
        description="The robots.txt of its site is not asked: it is not meant for who names one page.",
    )
    every_hours: Annotated[int, Whole] | None = Field(
        None,
        ge=0,
        le=MAX_HOURS,
        description="When it is read again by itself; 0: only when asked to. Null: once a day, or as it was.",
    )


# Ninja knows one type of body an operation.
BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "title": "DocumentForm",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": FILES},
                        "name": {
                            "type": "string",
                            "maxLength": NAME_CHARS,
                            "pattern": r"^[^\x00]*$",
                            "default": "",
                            "description": "Of one file. Empty: its title, or the file's name.",
                        },
                    },
                }
            },
            JSON: {"schema": {"oneOf": [TextIn.model_json_schema(), PageIn.model_json_schema()]}},
        },
    }
}


def text_of_body(request: HttpRequest) -> TextIn | PageIn | None:
    """The text, or the address of a page, of a JSON body; None for a form. Raises a Problem for anything else."""
    if request.content_type != JSON:
        return None
    sent = read_json(request.body)
    is_page = isinstance(sent, dict) and "url" in sent and "text" not in sent
    try:
        return PageIn.model_validate(sent) if is_page else TextIn.model_validate(sent)
    except Invalid as error:
        raise ValidationError([_located(dict(one)) for one in error.errors()]) from None


def files_of_form(request: HttpRequest) -> tuple[list[UploadedFile], str]:
    """The files of a form, and the name that one may be given. Raises a Problem where there is none."""
    if request.content_type != MULTIPART:
        raise unsupported(MULTIPART)
    files = [file for file in request.FILES.getlist("file") if isinstance(file, UploadedFile)]
    if not files:
        raise invalid(_("file: is missing."))
    name = " ".join(request.POST.get("name", "").split())
    if "\x00" in name:
        raise invalid(_("name: must not hold a null byte."))
    if len(name) > NAME_CHARS:
        raise invalid(_("name: may have at most %(most)s characters.") % {"most": NAME_CHARS})
    if name and len(files) > 1:
        raise invalid(_("name: may be given to one file, not to several."))
    return files, name


def _located(error: dict[str, Any]) -> dict[str, Any]:
    return {**error, "loc": ("body", "data", *error["loc"])}
