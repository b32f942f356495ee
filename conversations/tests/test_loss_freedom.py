"""Whatever is interleaved - tabs, broken connections, stops, retries, dying processes - nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from access.visitors import COOKIE, new_visitor
from agents.models import Agent
from conversations import reply, sessions, turns
from conversations.events import MessageData
from conversations.frames import append_fragment
from conversations.models import Message, Session
from conversations.runs import runs
from conversations.tests.loss_free.page import Bubble, Tab, read, squeezed
from conversations.tests.loss_free.servers import Process, ScriptedModel, Servers, Speech
from salesagent.lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = {"dev": 50, "ci": 150, "explore": 2000}  # of STEPS each; fifty take some 15 s
STEPS = 40
MOST_TABS = 3
MOST_PROCESSES = 2  # that live at once: the new one and the one it stands in for
MOST_STARTS = 5
BREATH_S = 0.15  # a few frames
RECOVERY_S = 10  # what is promised after a restart
QUIET_S = 6  # after which a page looks again whether an answer it heard nothing of has ended

WHICH = st.integers(0, 5)  # one of what there is, counted round
FRAMES = st.one_of(st.none(), st.integers(0, 4))
TURNS = st.one_of(st.none(), st.integers(1, 14))  # of the event loop before the next thing happens; None: to the end

SIZE = st.sampled_from([3, 10, 20, 40])  # of a piece of the answer, in characters


def _die(machine: LossFreedom) -> None:
    for process in machine.servers.alive[:1]:  # the older of two: the one that the other stands in for
        machine.cut_off(process)
        process.is_dead = True


def _begin(machine: LossFreedom) -> None:
    if len(machine.servers.alive) < MOST_PROCESSES and len(machine.servers.processes) < MOST_STARTS:
        machine.start()


def _freeze(machine: LossFreedom) -> None:
    """It gets no time for a while, and its leases may run out; later it goes on and knows nothing of that."""
    if process := machine.servers.front:
        machine.cut_off(process)
        process.is_frozen = True


def _thaw(machine: LossFreedom) -> None:
    for process in machine.servers.alive:
        process.is_frozen = False


def _end(machine: LossFreedom) -> None:
    if process := machine.servers.front:
        process.is_leaving = True
        process.spawn(_leave(process))


async def _leave(process: Process) -> None:
    """As salesagent/server.py ends."""
    await process.runs.drain()
    process.hub.dismiss()


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


class LossFreedom(RuleBasedStateMachine):
    """One session in several tabs, on server processes that come and go."""

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
        self.patch.setattr(reply, "model", lambda: self.model)

    @initialize()
    def a_page_is_open(self) -> None:
        self.start()
        self._open(is_loaded=True, dies_after=None)
        self.says(which=0, is_held=False, loop_turns=None)

    # --- visitors ---------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.tabs) < MOST_TABS)
    @rule(is_loaded=st.booleans(), dies_after=FRAMES, loop_turns=TURNS)
    def another_tab_opens(self, is_loaded: bool, dies_after: int | None, loop_turns: int | None) -> None:
        self._open(is_loaded, dies_after)
        self._go_on(loop_turns)

    @rule(which=WHICH, is_held=st.booleans(), loop_turns=TURNS)
    def says(self, which: int, is_held: bool, loop_turns: int | None) -> None:
        tab = self._tab(which)
        client_id, text = f"client-{len(self.written) + 1}", f"Q{len(self.written) + 1}?"
        self.written.append((tab, client_id, text))
        tab.write(client_id, text)
        self._flush(tab, is_held=is_held)
        self._go_on(loop_turns)

    @precondition(lambda self: self.sent)
    @rule(which=WHICH, what=WHICH, loop_turns=TURNS)
    def sends_the_same_again(self, which: int, what: int, loop_turns: int | None) -> None:
        self._send(self._tab(which), *self.sent[-1 - what % len(self.sent)], is_held=False)
        self._go_on(loop_turns)

    @precondition(lambda self: any(tab.log.running for tab in self.tabs))
    @rule(which=WHICH, loop_turns=TURNS)
    def stops(self, which: int, loop_turns: int | None) -> None:
        tabs = [tab for tab in self.tabs if tab.log.running]
        message_id, process = tabs[which % len(tabs)].log.running[-1].id, self.servers.front
        if process:
            self.stops_wished.add(message_id)
            process.spawn(process.runs.stop(str(self.session.pk), message_id))
            self._go_on(loop_turns)

    @precondition(lambda self: any(tab.log.unfinished for tab in self.tabs))
    @rule(which=WHICH, is_held=st.booleans(), loop_turns=TURNS)
    def retries(self, which: int, is_held: bool, loop_turns: int | None) -> None:
        tabs = [tab for tab in self.tabs if tab.log.unfinished]
        tab, process = tabs[which % len(tabs)], self.servers.front
        if process:
            task = process.spawn(self._ask_again(tab.log.unfinished[-1].id))
            self.posts.append(Post(tab, "", process, task, is_held))
            self._go_on(loop_turns)

    @precondition(lambda self: self.posts)
    @rule(which=WHICH, is_lost=st.sampled_from([False, False, True]))
    def a_slow_answer_comes_or_is_lost(self, which: int, is_lost: bool) -> None:
        post = self.posts[which % len(self.posts)]
        if is_lost:
            self.posts.remove(post)
        else:
            self._hear(post)

    @rule(which=WHICH, read_first=st.integers(0, 3))
    def loses_its_connection(self, which: int, read_first: int) -> None:
        self._tab(which).read(read_first)
        self._tab(which).leave()

    @rule(which=WHICH, is_asking=st.booleans(), dies_after=FRAMES, loop_turns=TURNS)
    def comes_back(self, which: int, is_asking: bool, dies_after: int | None, loop_turns: int | None) -> None:
        tab = self._tab(which)
        tab.connect(is_asking=is_asking, dies_after=dies_after)
        tab.is_reading = True
        self._flush(tab)
        self._go_on(loop_turns)

    @rule(which=WHICH)
    def does_not_read_for_a_while(self, which: int) -> None:
        self._tab(which).is_reading = False

    # --- the model --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.open)
    @rule(which=WHICH, size=SIZE, loop_turns=TURNS)
    def says_a_little_more(self, which: int, size: int, loop_turns: int | None) -> None:
        self._speech(which).say(size)
        self._go_on(loop_turns)

    @precondition(lambda self: self.model.open)
    @rule(which=WHICH, loop_turns=TURNS, is_well=st.sampled_from([True, False]))
    def ends(self, which: int, loop_turns: int | None, is_well: bool) -> None:
        if is_well:
            self._speech(which).finish()
        else:
            self._speech(which).fail()
        self._go_on(loop_turns)

    # --- the machinery ----------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.02, 0.06, 1, 2, 6, 12]))
    def time_passes(self, seconds: float) -> None:
        self.servers.pass_time(seconds)
        self._take_in()

    @precondition(lambda self: self._is_busy and len(self.servers.processes) < MOST_STARTS)
    @rule(seconds=st.sampled_from([0, 7]))
    def the_server_is_killed_and_started_anew(self, seconds: float) -> None:
        for process in self.servers.alive:
            self._kill(process)
        self.start()
        for tab in self.tabs:
            tab.connect()
        self.servers.pass_time(seconds)
        self._go_on(None)

    @precondition(lambda self: self._is_busy)
    @rule(event=st.sampled_from([_die, _begin, _freeze, _thaw, _end]), loop_turns=TURNS)
    def a_process(self, event: Callable[[LossFreedom], None], loop_turns: int | None) -> None:
        event(self)
        self._go_on(loop_turns)

    # --- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def it_always_holds(self) -> None:
        self.messages_stand_once_in_order_each_with_its_answer()
        self.a_page_shows_words_of_one_attempt_and_each_message_once()
        assert not self.faults.texts

    def messages_stand_once_in_order_each_with_its_answer(self) -> None:
        rows = self._rows()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.role for row in rows] == ["user", "assistant"] * (len(rows) // 2)
        questions, texts = rows[::2], {client_id: text for _, client_id, text in self.written}
        assert len({row.client_id for row in questions}) == len(questions)
        for question, answer in zip(questions, rows[1::2], strict=True):
            assert question.content == texts[question.client_id]
            self._check_answer(question, answer)
        assert self.acknowledged <= {row.client_id for row in questions}

    def _check_answer(self, question: MessageData, answer: MessageData) -> None:
        """It has one end, and that says what the undisturbed stream of its last attempt said."""
        if answer.id in self.ends:
            assert answer == self.ends[answer.id], "an ended answer changed"
            return
        if answer.is_running:
            return
        self.ends[answer.id] = answer
        of_it = [one for one in self.model.speeches if one.question == question.content]
        speech = next((one for one in of_it if one.attempt == answer.attempt), None)
        said = speech.said if speech else ""
        if answer.status == "complete":
            assert speech
            assert speech.ending == "complete"
            assert answer.content == speech.text
        elif answer.status == "failed":
            assert speech
            assert speech.ending == "failed"
            assert answer.content == f"{said.rstrip()}\n\n{reply.fallback_text('provider_error', {})}".lstrip()
        else:
            assert answer.id in self.stops_wished
            assert answer.content in {said, ""}

    def a_page_shows_words_of_one_attempt_and_each_message_once(self) -> None:
        for tab in self.tabs:
            ids = [bubble.id for bubble in tab.log.bubbles if bubble.id]
            assert len(set(ids)) == len(ids)
            client_ids = [bubble.client_id for bubble in tab.log.bubbles if bubble.client_id]
            assert len(set(client_ids)) == len(client_ids)
            for bubble in tab.log.running:
                upto = int(bubble.reached)
                assert any(bubble.shown == squeezed(one.text[:upto]) for one in self.model.speeches) or not upto

    # --- the end ----------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.tabs:
                self._everything_comes_back()
                self._check_pages()
                self._check_that_nothing_is_left_behind()
        finally:
            self.faults.close()
            self.servers.dispose()
            self.patch.undo()
            Session.objects.all().delete()

    def _everything_comes_back(self) -> None:
        for process in self.servers.alive:
            process.is_frozen = False
        if self.servers.front is None:
            self.start()
        for post in self.posts:
            post.is_held = False
        for tab in self.tabs:
            tab.is_reading = True
            if tab.socket:
                tab.socket.dies_after = None
        until_s = self.servers.time_s + RECOVERY_S
        while self.servers.time_s < until_s:
            for tab in self.tabs:
                if not tab.is_connected:
                    tab.connect()
                self._flush(tab)
            for speech in self.model.open:
                speech.finish()
            self._go_on(None)
            if not self._is_anything_owed:
                return
        raise AssertionError("an answer or a message was still owed after the time that is promised")

    def _check_pages(self) -> None:
        self._take_in()
        self.servers.pass_time(QUIET_S)
        self._take_in()
        for tab in self.tabs:
            # Without Redis, processes do not hear of each other: a page of one may know nothing of the other's turns.
            if self.have_overlapped:
                tab.connect()
        self.servers.pass_time(1)
        self._take_in()
        self.messages_stand_once_in_order_each_with_its_answer()
        stored = [(row.seq, row.status, squeezed(row.content)) for row in self._rows()]
        for number, tab in enumerate(self.tabs):
            shown = [(bubble.seq, bubble.status, bubble.shown) for bubble in tab.log.bubbles]
            assert shown == stored, f"tab {number} shows {shown}, stored is {stored}"
        assert len(stored) == 2 * len(self.written)
        self._check_order_of_each_tab()

    def _check_order_of_each_tab(self) -> None:
        order = [row.client_id for row in self._rows() if row.client_id]
        for tab in self.tabs:
            own = [client_id for writer, client_id, _ in self.written if writer is tab]
            assert [client_id for client_id in order if client_id in own] == own

    def _check_that_nothing_is_left_behind(self) -> None:
        for tab in self.tabs:
            tab.leave()
        self.servers.pass_time(1)
        for process in self.servers.alive:
            assert not process.hub.has_listeners(str(self.session.pk))
            assert not [row.id for row in self._rows() if process.hub.live(row.id)]
            assert not process.tasks()
        assert not self.faults.texts

    # --- small parts ------------------------------------------------------------------------------------------

    @property
    def _is_busy(self) -> bool:
        """Nothing much can be broken at rest."""
        return bool(self.model.open or self.posts or self.servers.front is None)

    @property
    def _is_anything_owed(self) -> bool:
        is_still = all(tab.is_connected and not tab.outbox for tab in self.tabs)
        return bool(self.posts) or not is_still or any(row.is_running for row in self._rows())

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
        html = "".join(append_fragment(row) for row in self._rows()) if is_loaded else ""
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
        turn = await in_database(turns.accept)(self.session.pk, text, client_id)
        sessions.announce(turn)
        html = await in_database(lambda: append_fragment(turn.question) + append_fragment(turn.answer))()
        self.acknowledged.add(client_id)
        return html

    async def _ask_again(self, message_id: str) -> str:
        answer = await in_database(self._owe_again)(message_id)
        if answer.is_running:
            sessions.announce_answer(answer)
        return await in_database(append_fragment)(answer)

    def _owe_again(self, message_id: str) -> MessageData:
        before = next(row for row in self._rows() if row.id == message_id)
        answer = turns.ask_again(self.session.pk, message_id)
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


def test_nothing_is_lost_or_doubled(agent, settings):  # type: ignore[no-untyped-def]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    LossFreedom.agent = agent

    # A loaded machine is slow; that is no fault of the examples.
    examples = EXAMPLES[hypothesis_settings.get_current_profile_name()]
    patient = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    run_state_machine_as_test(
        LossFreedom, settings=hypothesis_settings(patient, max_examples=examples, stateful_step_count=STEPS)
    )
