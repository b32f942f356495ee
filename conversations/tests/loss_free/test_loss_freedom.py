"""Whatever is interleaved - tabs, broken connections, stops, retries, dying processes - nothing is lost or doubled."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conversations.messages.events import MessageData
from conversations.models import Session
from conversations.replies import making
from conversations.tests.loss_free.machine import Machine, Post
from conversations.tests.loss_free.page import squeezed
from conversations.tests.loss_free.servers import Process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

EXAMPLES = {"dev": 50, "ci": 50, "again": 25, "explore": 2000}  # of STEPS each; fifty take some 15 s
STEPS = 40
MAX_TABS = 3
MAX_PROCESSES = 2  # that live at once: the new one and the one it stands in for
MAX_STARTS = 5
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
    if len(machine.servers.alive) < MAX_PROCESSES and len(machine.servers.processes) < MAX_STARTS:
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
    """As salesagent/serving/server.py ends."""
    await process.runs.drain()
    process.hub.dismiss()


class LossFreedom(Machine):
    """One session in several tabs, on server processes that come and go."""

    @initialize()
    def a_page_is_open(self) -> None:
        self.start()
        self._open(is_loaded=True, dies_after=None)
        self.says(which=0, is_held=False, loop_turns=None)

    # --- visitors ---------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.tabs) < MAX_TABS)
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

    @precondition(lambda self: self._is_busy and len(self.servers.processes) < MAX_STARTS)
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
            assert (
                answer.content
                == f"{said.rstrip()}\n\n{making.fallback_text('provider_error', {}, is_begun=bool(said))}".lstrip()
            )
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


def test_nothing_is_lost_or_doubled(agent, settings):  # type: ignore[no-untyped-def]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    LossFreedom.agent = agent

    # A loaded machine is slow; that is no fault of the examples.
    examples = EXAMPLES[hypothesis_settings.get_current_profile_name()]
    patient = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    run_state_machine_as_test(
        LossFreedom, settings=hypothesis_settings(patient, max_examples=examples, stateful_step_count=STEPS)
    )
