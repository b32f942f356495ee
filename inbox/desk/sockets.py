"""The sockets of the inbox: one reports that the list has changed, the other sends the events of one conversation."""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import suppress
from importlib import import_module
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from access.callers import Caller
from access.rates import RateLimited
from access.sockets import CountedSocket
from access.staying import staying
from conversations.messages.events import ServerStopping, SessionActive, Writes
from conversations.models import Session
from conversations.pages.socket import RESTARTING, TOO_MANY, PageConsumer, Shown
from conversations.replies.hub import EVERY_SESSION, hub
from inbox.availability import ANSWER
from inbox.desk.conversation import mark_seen
from inbox.desk.feed import DeskFeed
from inbox.models import Presence
from inbox.people import person
from lib.database import in_database

FORBIDDEN = 4403
TOLD_S = 0.3  # at least, between two reports that the list has changed
LOOK_S = 5.0  # between two checks that the user is still signed in
PRESENT_S = 30  # between two reports that this user has the inbox open


class DeskConsumer(PageConsumer):
    """The socket of one conversation that a member of staff has open."""

    _user: Any = None
    _watch: asyncio.Task[None] | None = None

    async def let_in(self, visitor: str) -> uuid.UUID | None:
        self._user = await staff_of(self.scope)
        if self._user is None:
            self.closed_with = FORBIDDEN
            return None
        agent_id = await _agent_of(self.session_id)
        if agent_id:
            self._watch = asyncio.create_task(close_without_permission(self, self._user))
        return agent_id

    def new_feed(self, shown: Shown) -> DeskFeed:
        return DeskFeed(self._user, self.session_id, shown.after, shown.speaker_number)

    async def take(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        match frame:
            case {"type": "typing"}:
                hub().publish(self.session_id, Writes(self.session_id, person(self._user).name))
            case {"type": "seen", "seq": int(seq)} if 0 < seq < 2**31:
                await in_database(mark_seen)(self._user, self.session_id, seq)

    async def disconnect(self, code: int) -> None:
        if self._watch:
            self._watch.cancel()
        await super().disconnect(code)


class ListConsumer(CountedSocket):
    """The socket of one open list, which is told to reload when something happens in any conversation."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        await self.accept()
        try:
            self.take_place()
        except RateLimited:
            await self.close(TOO_MANY)
            return
        user = await staff_of(self.scope)
        if user is None:
            await self.close(FORBIDDEN)
            return
        work = (self._tell(), _be_present(user), close_without_permission(self, user))
        self._tasks = list(map(asyncio.create_task, work))

    async def disconnect(self, code: int) -> None:
        self._held.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data and len(text_data) < 64:
            await self.send("pong")

    async def _tell(self) -> None:
        async with hub().subscribe(EVERY_SESSION) as subscription:
            await self._say({"type": "changed"})  # something may have happened since the page was rendered
            while True:
                events = await subscription.take()
                if any(isinstance(event, ServerStopping) for event in events):
                    await self.close(RESTARTING)
                    return
                changed = sorted({event.session_id for event in events if isinstance(event, SessionActive)})
                await self._say({"type": "changed", "sessions": changed[:20]})
                await asyncio.sleep(TOLD_S)

    async def _say(self, frame: dict[str, Any]) -> None:
        with suppress(RuntimeError):  # the browser left
            await self.send(json.dumps(frame))


async def close_without_permission(consumer: AsyncWebsocketConsumer, user: Any) -> None:
    """Close a socket within LOOK_S after its user has lost the permission or has signed out."""
    caller = Caller("staff", None, f"staff {user.pk}", "", user_id=user.pk, permission=ANSWER)
    async with staying(caller) as stay:
        is_over = False
        while not is_over:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await stay.over()
                    break
            is_over = await staff_of(consumer.scope) is None
    with suppress(RuntimeError):
        await consumer.close(FORBIDDEN)


@in_database
def staff_of(scope: Any) -> Any:
    """The signed-in user of a socket, if they may answer conversations; else None."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return user if user.is_active and getattr(user, "is_staff", False) and user.has_perm(ANSWER) else None


@in_database
def _agent_of(session_id: str) -> uuid.UUID | None:
    return Session.objects.filter(pk=session_id).values_list("agent", flat=True).first()


async def _be_present(user: Any) -> None:
    while True:
        await _note_presence(user)
        await asyncio.sleep(PRESENT_S)


@in_database
def _note_presence(user: Any) -> None:
    Presence.objects.update_or_create(user=user, defaults={"seen_at": timezone.now()})
