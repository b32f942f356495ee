"""What the rules of the loss machine act through: tabs that post and listen, servers that come and go."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import pytest
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine

from access.visitors import COOKIE, new_visitor
from agents.models import Agent
from conversations.intake import announcing, turns
from conversations.messages.events import MessageData
from conversations.models import Message, Session
from conversations.pages.fragments import append_fragment
from conversations.replies import making
from conversations.replies.runs import runs
from conversations.tests.loss_free.page import Bubble, Tab, read, squeezed
from conversations.tests.loss_free.servers import Process, ScriptedModel, Servers, Speech
from lib.database import in_database

BREATH_S = 0.15  # a few frames


@dataclass
class Post:
    """A request of a page, until its answer has come or is lost."""

    tab: Tab
    client_id: str  # of a message that is sent; "" for anything else
    process: Process
    task: asyncio.Task[str]
    is_held: bool  # the answer is slow: it comes when the test says so

    @property
    def is_done(self) -> bool:
        return self.task.done()


class Machine(RuleBasedStateMachine):
    """The world of one example, without its rules."""

    agent: Agent

    def __init__(self) -> None:
        super().__init__()
        self.servers = Servers()
        self.model = ScriptedModel(self.servers)
        cookie, visitor = new_visitor()
        self.cookie = f"{COOKIE}={cookie}"
        self.session = Session.objects.create(agent=self.agent, visitor=visitor)
        self.tabs: list[Tab] = []
        self.posts: list[Post] = []
        self.written: list[tuple[Tab, str, str]] = []  # tab, client id, text
        self.sent: list[tuple[str, str]] = []  # client id, text: at least tried once
        self.acknowledged: set[str] = set()  # client ids
        self.ends: dict[str, MessageData] = {}  # how each answer ended
        self.superseded: set[tuple[str, str, str]] = set()  # ends that a Retry has taken back
        self.stops_wished: set[str] = set()
        self.have_overlapped = False
        self.faults = Faults()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(timezone, "now", self.servers.now)
        self.patch.setattr(making, "model", lambda: self.model)

    def _tab(self, which: int) -> Tab:
        return self.tabs[which % len(self.tabs)]

    def _speech(self, which: int) -> Speech:
        return self.model.open[which % len(self.model.open)]

    def _rows(self) -> list[MessageData]:
        rows = Message.objects.filter(session=self.session.pk).select_related("reply").order_by("seq")
        return [MessageData.of(row) for row in rows]

    def start(self) -> None:
        self.have_overlapped = self.have_overlapped or bool(self.servers.alive)
        self.servers.start()

    def _kill(self, process: Process) -> None:
        process.is_dead = True
        self.cut_off(process)

    def _open(self, is_loaded: bool, dies_after: int | None) -> None:
        """A page as the server rendered it, or an empty one that has just heard that this session exists."""
        html = "".join(append_fragment.sync(row) for row in self._rows()) if is_loaded else ""
        tab = Tab(self.servers, str(self.session.pk), self.cookie, html, self._check_frame)
        self.tabs.append(tab)
        tab.connect(dies_after=dies_after)

    def _flush(self, tab: Tab, *, is_held: bool = False) -> None:
        """Send the oldest message that waits, unless its answer is still awaited; as outbox.js does."""
        if tab.outbox and not any(post.tab is tab and post.client_id == tab.outbox[0][0] for post in self.posts):
            self._send(tab, *tab.outbox[0], is_held=is_held)

    def _send(self, tab: Tab, client_id: str, text: str, *, is_held: bool) -> None:
        if process := self.servers.front:
            self.sent.append((client_id, text))
            task = process.spawn(self._accept(client_id, text))
            self.posts.append(Post(tab, client_id, process, task, is_held))

    async def _accept(self, client_id: str, text: str) -> str:
        """As the view does; "" when it has to be sent again later."""
        if runs().is_draining:
            return ""
        turn = await turns.accept(self.session.pk, text, client_id)
        announcing.announce(turn)
        html = await in_database(lambda: append_fragment.sync(turn.question) + append_fragment.sync(turn.answer))()
        self.acknowledged.add(client_id)
        return html

    async def _ask_again(self, message_id: str) -> str:
        answer = await in_database(self._owe_again)(message_id)
        if answer.is_running:
            announcing.announce_answer(answer)
        return await append_fragment(answer)

    def _owe_again(self, message_id: str) -> MessageData:
        before = next(row for row in self._rows() if row.id == message_id)
        answer = turns.ask_again.sync(self.session.pk, message_id)
        if answer.is_running and not before.is_running:
            self.superseded.add((before.id, before.status, squeezed(before.content)))
            self.ends.pop(message_id, None)
        return answer

    def _go_on(self, loop_turns: int | None) -> None:
        """Let happen what follows; or only its beginning, whatever comes next."""
        if loop_turns is None:
            self.servers.pass_time(BREATH_S)
        elif process := self.servers.front:
            process.step(loop_turns)
        self._take_in()

    def _take_in(self) -> None:
        for post in [post for post in self.posts if post.is_done and not post.is_held]:
            self._hear(post)
        self.posts = [post for post in self.posts if post.is_done or not post.process.is_dead]
        for tab in self.tabs:
            if tab.is_reading:
                tab.read()

    def _hear(self, post: Post) -> None:
        if not post.is_done:
            return
        self.posts.remove(post)
        html = post.task.result()
        if html:
            self._check_frame(html)
            post.tab.confirm(post.client_id)
            post.tab.take(html)
            self._flush(post.tab)

    def cut_off(self, process: Process) -> None:
        for tab in self.tabs:
            if tab.socket and tab.socket.process is process:
                tab.leave()

    def _check_frame(self, html: str) -> None:
        """What is shown as whole is stored at that moment, or was until somebody asked for it anew."""
        shown = [Bubble.of(one) for one in read(html).walk() if one.tag == "article"]
        whole = {(bubble.id, bubble.status, bubble.shown) for bubble in shown if not bubble.is_running}
        if whole - self.superseded:
            rows = self.servers.query(self._rows)
            assert whole - self.superseded <= {(row.id, row.status, squeezed(row.content)) for row in rows}


class Faults(logging.Handler):
    """What the product itself reports as its fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []
        logging.getLogger("conversations").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))

    def close(self) -> None:
        logging.getLogger("conversations").removeHandler(self)
        super().close()
