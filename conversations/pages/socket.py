"""The page's socket: sends what happens in a session as HTML fragments. Messages come in over HTTP, not here."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseError

from access.rates import RateLimited
from access.sockets import CountedSocket
from access.token_bucket import TokenBucket
from access.visitors import MAX_TOKEN_CHARS, visitor_of_headers, visitor_of_token
from conversations.messages import history, reading
from conversations.messages.events import (
    AgentGone,
    Event,
    FeedbackGiven,
    MessageData,
    ServerStopping,
    SessionGone,
    Writes,
)
from conversations.messages.reading import Standing
from conversations.models import Session
from conversations.pages.fragments import PageFeed, state_fragment
from conversations.replies.hub import Subscription, hub
from conversations.replies.pace import pause_s
from conversations.replies.runs import runs
from language.of_site import in_thread
from lib.database import in_database

log = logging.getLogger(__name__)

FRAME_S = 0.05  # at most 20 frames a second: measured as the cheapest that still reads as live
GONE = 4404
FAULT = 4011  # like 1011, which the library below does not let a server send either
TOO_MANY = 4429
RESTARTING = 4012  # 1012 would be the word for it, but autobahn lets a server send only 1000 and 3000 to 4999
QUIET_S = 5.0  # the longest silence of a running answer that is taken on trust
NAMED_S = 10.0  # how long a page may take to say who it is, which it does at once
LOOK_S = 1.0  # between two looks into the database for a page that is behind
MAX_OPEN = 20  # bubbles a page may ask to see again; it has at most a handful
MAX_FRAME_CHARS = 64 + MAX_TOKEN_CHARS  # the page sends who it is, pings, and that somebody writes
FRAMES_PER_S, FRAMES_AT_ONCE = 2, 30  # one ping in 25 s, and one whenever somebody comes back to the tab


class PageConsumer(CountedSocket):
    """One open page of one session. It may go and come back at any time: nothing depends on it."""

    closed_with = GONE  # for a visitor who may not see the session
    _is_named = False
    _task: asyncio.Task[None] | None = None
    _is_over = False

    async def connect(self) -> None:
        self._bucket = TokenBucket(FRAMES_PER_S, FRAMES_AT_ONCE)
        self.session_id = str(self.scope["url_route"]["kwargs"]["session_id"])
        await self.accept()  # a refusal by HTTP status tells a browser nothing; a close code does
        try:
            self.take_place()
        except RateLimited:
            await self.close(TOO_MANY)
            return
        self._shown = _asked(self.scope["query_string"])
        if self._shown.says_who:
            self._task = asyncio.create_task(self._end_unnamed())
        else:
            await self._begin(visitor_of_headers(self.scope["headers"]))

    async def _end_unnamed(self) -> None:
        await asyncio.sleep(NAMED_S)
        await self.close(self.closed_with)

    async def _begin(self, visitor: str) -> None:
        """Begin to send events if the visitor may see the session; otherwise close."""
        try:
            agent_id = await self.let_in(visitor)
        except DatabaseError as error:
            log.warning("session %s: the database refused its page: %s", self.session_id, type(error).__name__)
            await self.close(FAULT)
            return
        if agent_id is None:
            await self.close(self.closed_with)
            return
        self._task = asyncio.create_task(self._feed(agent_id, self._shown))

    async def let_in(self, visitor: str) -> uuid.UUID | None:
        """The agent of the session; None if the visitor may not see it."""
        return await _agent_of(self.session_id, visitor)

    def new_feed(self, shown: Shown) -> PageFeed:
        """The feed that draws this page."""
        return PageFeed(shown.after, is_away=shown.is_away, speaker_number=shown.speaker_number)

    async def take(self, text: str) -> None:
        """Handle a frame that is no ping."""
        if '"typing"' in text:
            hub().publish(self.session_id, Writes(self.session_id, ""))

    async def disconnect(self, code: int) -> None:
        self._held.close()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_over:
            return
        if not self._bucket.take():
            self._is_over = True
            await self.close(TOO_MANY)
        elif text_data and len(text_data) <= MAX_FRAME_CHARS:
            if '"ping"' in text_data:
                await self.send("pong")
            elif self._shown.says_who and not self._is_named:
                await self._take_name(text_data)
            elif self._task:
                await self.take(text_data)

    async def _take_name(self, text: str) -> None:
        """The first frame of a page on another site, whose cookie may be blocked: `{"type": "visitor", "token": …}`."""
        match _loads(text):
            case {"type": "visitor", "token": str(token)}:
                self._is_named = True
                if self._task:
                    self._task.cancel()
                await self._begin(visitor_of_token(token))

    async def _feed(self, agent_id: uuid.UUID, shown: Shown) -> None:
        feed = self.new_feed(shown)
        try:
            async with hub().subscribe(self.session_id, agent_id) as subscription:
                if await self._catch_up(feed, shown.open_ids):
                    runs().start(self.session_id)  # an answer that a dead process left behind goes on now
                    await self._follow(feed, subscription)
        except Exception:  # otherwise the page would stay connected and receive nothing more
            log.exception("session %s: the page's feed broke off; it is told to come back", self.session_id)
            await self.close(FAULT)

    async def _catch_up(self, feed: PageFeed, open_ids: list[uuid.UUID]) -> bool:
        """Show what the database has. Returns False if the session is gone, which the page is told."""
        feed.is_behind = False
        standing, messages, feedback = await _missed(self.session_id, feed.last_seq, open_ids, feed.speaker_number)
        if standing is None:
            await self.send(state_fragment("deleted"))
            await self.close(GONE)
            return False
        feed.is_with_person = standing.speaker == Session.Speaker.STAFF
        live = {message.id: found.still() for message in messages if (found := hub().live(message.id))}
        html = await in_thread(feed.catch_up, messages, live)  # a hundred answers take their time
        html += "".join(map(feed.fragment, feedback))
        html += feed.speaker(standing.changes) + feed.agent(is_active=standing.is_agent_active)
        if html:
            await self.send(html)
        return True

    async def _follow(self, feed: PageFeed, subscription: Subscription) -> None:
        clock = asyncio.get_running_loop().time
        looked_at = clock()
        while True:
            wait_s = LOOK_S if feed.is_behind else QUIET_S if feed.running else None
            try:
                async with asyncio.timeout(wait_s):
                    events: list[Event] = await subscription.take()
            except TimeoutError:
                # A running answer was silent: its model is slow, or the events of its process do not arrive.
                hub().ask_again(self.session_id)
                events = []
            html = await in_thread(_html, feed, events) if feed.is_costly(events) else _html(feed, events)
            if html:
                await self.send(html)
            if not events or (feed.is_behind and clock() - looked_at > LOOK_S):
                looked_at = clock()
                if not await self._catch_up(feed, feed.running):
                    return
            if ending := _ending(events):
                await self.close(ending)
                return
            await asyncio.sleep(FRAME_S + pause_s())

    async def send(self, text_data: str | None = None, bytes_data: Any = None, close: bool = False) -> None:
        with contextlib.suppress(RuntimeError):  # the browser left between two frames
            await super().send(text_data=text_data, bytes_data=bytes_data, close=close)


def _html(feed: PageFeed, events: list[Event]) -> str:
    return "".join(map(feed.fragment, events))


def _ending(events: list[Event]) -> int:
    """The code to close with, or 0."""
    for event in events:
        if isinstance(event, SessionGone | AgentGone):
            return GONE
        if isinstance(event, ServerStopping):
            return RESTARTING
    return 0


@in_database
def _agent_of(session_id: str, visitor: str) -> uuid.UUID | None:
    """The agent of a session if it is the visitor's, else None."""
    return Session.objects.for_visitor(visitor).filter(pk=session_id).values_list("agent", flat=True).first()


@in_database
def _missed(
    session_id: str, after: int, open_ids: list[uuid.UUID], speaker_number: int
) -> tuple[Standing | None, list[MessageData], list[FeedbackGiven]]:
    """The session's standing (None if it is gone), the messages that the page lacks, and the feedback given."""
    messages = history.missed(session_id, after, open_ids)
    return reading.standing.sync(session_id, speaker_number), messages, history.feedback(session_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says that it shows when it connects."""

    after: int  # the last message before which none is missing
    open_ids: list[uuid.UUID]  # answers that may have changed since
    is_away: bool  # it says that its agent takes no messages
    speaker_number: int  # the last change of who answers
    says_who: bool  # its first frame will tell who the visitor is


def _asked(query_string: bytes) -> Shown:
    """Read from the address. A part that cannot be read counts as missing: the page is then sent too much."""
    query = parse_qs(query_string.decode("latin-1"))
    open_ids = []
    for text in query.get("open", [""])[0].split(",")[:MAX_OPEN]:
        with contextlib.suppress(ValueError):
            open_ids.append(uuid.UUID(text))
    return Shown(_number(query, "after"), open_ids, "away" in query, _number(query, "speaker"), "says-who" in query)


def _loads(text: str) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(text)


def _number(query: dict[str, list[str]], name: str) -> int:
    raw = query.get(name, ["0"])[0]
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0
