"""Takes a file that a visitor attaches: checks, counts, makes safe and stores it, in this order."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from access import rates
from access.callers import Caller
from agents.models import Agent
from conversations.attachments import keeping, making
from conversations.intake import joining
from conversations.intake.door import counted
from conversations.messages.events import AttachedFile
from conversations.messages.reading import SessionMissing
from conversations.models import Session
from language.of_site import in_language
from lib.database import in_database

# A picture takes a core for up to a second, and 100 MB. The others wait here, so that answers and searches need not.
_makers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="attachments")


async def attach(caller: Caller, session_id: uuid.UUID, upload: UploadedFile) -> AttachedFile:
    """Keep a file for the next message of a session, which names it by its id.

    Raises AttachmentRefused, SessionMissing, RateLimited.
    """
    await _require(caller, session_id)
    return await keeping.store(session_id, await _made(caller, upload))


async def begin(
    caller: Caller, agent: Agent, upload: UploadedFile, first_touch: Mapping[str, Any]
) -> tuple[uuid.UUID, AttachedFile]:
    """Like `attach`, for a visitor's first message: begins a session if the file can be kept, and returns its id too.

    Raises AttachmentRefused, AgentMissing, RateLimited.
    """
    keeping.require_taker(takes=agent.takes_attachments)
    made = await _made(caller, upload)
    joined = await joining.begin_as_newcomer(agent.slug, caller.address, caller.visitor, first_touch)
    session_id = joined.conversation.session.pk
    return session_id, await keeping.store(session_id, made)


async def _made(caller: Caller, upload: UploadedFile) -> making.MadeFile:
    """The safe form of the file. The upload is counted first, before it waits for a thread or is read."""
    making.refuse_size(upload.size or 0)
    if caller.is_visitor:
        await counted(rates.count_visitor, "attachment", caller.who, caller.address)
    return await asyncio.get_running_loop().run_in_executor(_makers, in_language(_make), upload)


@in_database
def _require(caller: Caller, session_id: uuid.UUID) -> None:
    is_by_cookie = caller.is_visitor and caller.session_id is None
    if is_by_cookie and not Session.objects.for_visitor(caller.visitor).filter(pk=session_id).exists():
        raise SessionMissing
    keeping.require_room(session_id)


def _make(upload: UploadedFile) -> making.MadeFile:
    return making.made(upload.read(), upload.name or "")
