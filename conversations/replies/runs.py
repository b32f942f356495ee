"""Replies that outlive their sockets: start, stop, keep alive, take over from a dead process, end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
import uuid
from collections.abc import Awaitable, Callable

from django.db import Error as DatabaseError  # InterfaceError too: a connection that is gone
from django.utils import timezone, translation

from agents.llm.request import ModelError, ModelEvent, TakenBack, Text, Thinking, Withheld
from conversations.messages.events import Delta, MessageData, MessageFinished, MessageStored, Thinks
from conversations.models import Reply
from conversations.replies import figures, leases, making
from conversations.replies.hub import hub
from conversations.replies.leases import Job, Outcome, Settled
from conversations.replies.run import Run
from lib.answers_first import answer_beginning
from lib.per_loop import PerLoop

log = logging.getLogger(__name__)

BEAT_S = Reply.LEASE.total_seconds() / 3  # two beats may fail before a lease is lost
STORE_RETRY_S = (0.1, 0.3, 1, 2, 4, 8, 15)  # about half a minute: longer than a backup holds the database
THINKS_AGAIN_S = 3  # so long after they joined, a page or a client knows that the agent thinks
# Questions whose passages are looked for: the first of 40 are answered while the last wait for their turn.
PREPARED_AT_ONCE = 4
DRAIN_S = 20  # a clean stop waits this long for answers under way; what is left is handed over


class Runs:
    """All replies that this process works on. Each session has one worker, so its replies come in order."""

    def __init__(self) -> None:
        self.owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self.is_draining = False
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._claimed: dict[str, Job] = {}  # by session: claimed when they were stored, and not begun yet
        self._again: set[str] = set()
        self._runs: dict[str, Run] = {}
        self._watch: asyncio.Task[None] | None = None
        self._preparing = asyncio.Semaphore(PREPARED_AT_ONCE)

    # --- what others call -------------------------------------------------------------------------------------

    def start(self, session_id: str, job: Job | None = None) -> None:
        """Have the replies made that are owed in this session. Returns at once, and may be called at any time.

        A `job` was claimed for this process when its question was stored.
        """
        self.watch()
        if job:
            self._claimed[session_id] = job
        if session_id in self._workers:
            self._again.add(session_id)
        elif not self.is_draining:
            self._workers[session_id] = asyncio.create_task(self._work(session_id), name=f"replies {session_id}")

    async def stop(self, session_id: str, message_id: str) -> None:
        """End a running answer, in whichever process it is made; the text so far stays."""
        run = self._runs.get(message_id)
        if run is not None and run.job.message.session_id == session_id:
            self._stop_run(run)
            return
        ended = await leases.ask_to_stop(session_id, message_id, timezone.now())
        if ended:
            hub().publish(session_id, MessageFinished(ended))
            self.start(session_id)

    def forget(self, session_id: str) -> None:
        """Drop the work on a session that was deleted: it could not be stored."""
        self._claimed.pop(session_id, None)
        for run in self._runs.values():
            if run.job.message.session_id == session_id:
                self._stop_run(run)

    def give_up(self, message_id: str, attempt: int) -> None:
        """Drop the work on an answer that was ended elsewhere: its lease is lost, so nothing of it could be stored."""
        for session_id, job in list(self._claimed.items()):
            if job.message.id == message_id and job.attempt == attempt:
                del self._claimed[session_id]
        run = self._runs.get(message_id)
        if run is not None and run.job.attempt == attempt:
            self._stop_run(run)

    def watch(self) -> None:
        """Begin to renew leases and to look for replies that dead processes left behind; once per process."""
        if self._watch is None and not self.is_draining:
            self._watch = asyncio.create_task(self._beat(), name="leases")

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Take no new work, let answers under way end, then hand over what is left. For a clean stop."""
        self.is_draining = True
        if self._workers:
            await asyncio.wait(list(self._workers.values()), timeout=timeout_s)
        await self.abandon()

    async def abandon(self) -> None:
        """Drop all work and give its leases up, so that another process may go on at once."""
        self.is_draining = True
        tasks = [task for task in (self._watch, *self._workers.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        jobs = [*(run.job for run in self._runs.values()), *self._claimed.values()]
        held = [job.reply_id for job in jobs]
        if held:
            await leases.release(held, self.owner)

    # --- the work ---------------------------------------------------------------------------------------------

    async def _work(self, session_id: str) -> None:
        try:
            is_more_owed = True
            while (is_more_owed or session_id in self._again) and not self.is_draining:
                self._again.discard(session_id)
                job = self._claimed.pop(session_id, None) or await self._claim(session_id)
                is_more_owed = await self._answer(job) if job else False
        except DatabaseError:
            log.exception("session %s: the database failed; its replies are taken up again", session_id)
        except asyncio.CancelledError:  # the loop ends; a task that began now would be left behind
            self._again.discard(session_id)
            raise
        finally:
            del self._workers[session_id]
            # A start() that came between the last look and this line must not be forgotten.
            if session_id in self._again and not self.is_draining:
                self._again.discard(session_id)
                self.start(session_id)

    async def _claim(self, session_id: str) -> Job | None:
        return await leases.claim(session_id, self.owner, timezone.now())

    async def _answer(self, job: Job) -> bool:
        """Make this answer to its end; returns whether the session waits for another one."""
        with translation.override(job.language or None):
            return await self._answer_in_language(job)

    async def _answer_in_language(self, job: Job) -> bool:
        run = Run(job, began=time.monotonic())
        message_id, session_id = job.message.id, job.message.session_id
        self._runs[message_id] = run
        try:
            hub().publish(session_id, MessageStored(job.message))
            if job.stop_requested:
                outcome = run.outcome(Reply.State.STOPPED)
            elif job.is_hopeless:
                outcome = await self._failed(run, "provider_error", "taken over too often")
            else:
                run.task = asyncio.create_task(self._speak(run))
                outcome = await self._outcome(run)
            ended = await self._store(run, outcome)
            if ended is None:
                return True  # the lease was lost, and the process that took it may be gone already
            figures.note(outcome)
            hub().publish(session_id, MessageFinished(ended.message))
            await _tell_end(ended.message)
            return ended.is_more_owed
        finally:
            hub().drop(message_id)
            if self._runs.get(message_id) is run and not self.is_draining:
                del self._runs[message_id]

    async def _outcome(self, run: Run) -> Outcome:
        assert run.task is not None  # noqa: S101 for the type checker
        try:
            await asyncio.shield(run.task)
        except ModelError as error:
            log.warning("reply %s failed: %s: %s", run.job.message.id, error.cause, error)
            return await self._failed(run, error.cause, str(error))
        except asyncio.CancelledError:
            if not run.is_stopped:  # the worker itself was cancelled: the process ends, the reply stays owed
                run.task.cancel()
                await asyncio.gather(run.task, return_exceptions=True)
                raise
            return run.outcome(Reply.State.STOPPED)
        except Exception as error:  # a fault of ours must not leave the visitor waiting
            log.exception("reply %s failed", run.job.message.id)
            return await self._failed(run, "provider_error", type(error).__name__)
        return run.outcome(Reply.State.COMPLETE)

    async def _failed(self, run: Run, cause: str, error: str) -> Outcome:
        try:
            own_words = await leases.own_words(run.job.agent_id)
        except DatabaseError:  # the failure is stored as soon as the database is back, in the product's words
            own_words = {}
        reach, promise = (run.request.reach, run.request.promise) if run.request else ((), None)
        closing = making.fallback_text(cause, own_words, reach, promise=promise, is_begun=bool(run.length))
        return run.outcome(Reply.State.FAILED, cause=cause, error=error, closing=closing)

    async def _speak(self, run: Run) -> None:
        with contextlib.ExitStack() as waiting:
            waiting.enter_context(answer_beginning())
            async with self._preparing:
                run.whole = await making.request_for(run.job)
                run.request = making.fitted(run.whole)
            async with contextlib.aclosing(making.stream(run.request)) as events:
                async for event in events:
                    waiting.close()  # somebody has begun to answer
                    await self._take(run, event)

    async def _take(self, run: Run, event: ModelEvent) -> None:
        match event:
            case Text(text):
                self._say(run, text)
            case Thinking():
                self._think(run)
            case TakenBack():
                await self._take_back(run)
            case Withheld(reason, kinds):
                log.info("reply %s: withheld for its %s: %s", run.job.message.id, reason, ", ".join(kinds) or "words")
                run.heard(event)
            case _:
                run.heard(event)

    def _say(self, run: Run, text: str) -> None:
        if not text:
            return
        if run.first_token_ms is None:
            run.first_token_ms = run.ms()
        message = run.job.message
        hub().publish(message.session_id, Delta(message.id, run.job.attempt, run.length, text))
        run.pieces.append(text)
        run.length += len(text)
        run.told_of_thinking = 0.0

    def _think(self, run: Run) -> None:
        now = time.monotonic()
        if not run.told_of_thinking or now - run.told_of_thinking >= THINKS_AGAIN_S:
            run.told_of_thinking = now
            message = run.job.message
            hub().publish(message.session_id, Thinks(message.id, run.job.attempt, run.job.agent_name))

    async def _take_back(self, run: Run) -> None:
        """The text so far was no answer: every reader begins again, as when another process takes over."""
        job = await leases.begin_anew(run.job, self.owner)
        if job is None:
            raise ModelError("provider_error", "the lease was lost")
        run.begin_anew(job)
        hub().drop(job.message.id)
        hub().publish(job.message.session_id, MessageStored(job.message))

    async def _store(self, run: Run, outcome: Outcome) -> Settled | None:
        """Store the end before it is announced. A database that fails for a while only delays that."""
        for delay_s in (*STORE_RETRY_S, None):
            try:
                return await leases.finish(run.job, self.owner, outcome, timezone.now())
            except DatabaseError as error:
                if delay_s is None:
                    raise
                log.warning("reply %s could not be stored yet: %s", run.job.message.id, type(error).__name__)
                await asyncio.sleep(delay_s)
        raise AssertionError("unreachable")

    def _stop_run(self, run: Run) -> None:
        run.is_stopped = True
        if run.task:
            run.task.cancel()

    # --- leases -----------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            try:
                await self._renew()
                for session_id in await leases.sessions_owed(timezone.now()):
                    self.start(session_id)
                for look in _looks:
                    await look()
            except DatabaseError as error:
                log.warning("leases could not be renewed: %s", type(error).__name__)
            except Exception:  # this task must go on: without it the replies of dead processes stay owed for ever
                log.exception("leases could not be renewed")
            await asyncio.sleep(BEAT_S)

    async def _renew(self) -> None:
        runs = {run.job.reply_id: run for run in self._runs.values()}
        if not runs:
            return
        held = await leases.renew(runs, self.owner, timezone.now())
        for reply_id, run in runs.items():
            # A stop was asked for in another process, or the lease is lost and this run could not be stored.
            if held.get(reply_id, True) and not run.is_stopped:
                self._stop_run(run)


Listener = Callable[[MessageData], Awaitable[None]]
_listeners: list[Listener] = []


def on_every_end(listener: Listener) -> None:
    """Have `listener` called with each answer that ends in this process, after it is stored and announced."""
    if listener not in _listeners:
        _listeners.append(listener)


async def _tell_end(answer: MessageData) -> None:
    for listener in _listeners:
        try:
            await listener(answer)
        except Exception:  # a listener that fails must not hold up the next answer
            log.exception("session %s: what follows an answer failed", answer.session_id)


Look = Callable[[], Awaitable[None]]
_looks: list[Look] = []


def on_every_beat(look: Look) -> None:
    """Have `look` called every BEAT_S in each process that makes answers, for as long as it lives."""
    if look not in _looks:
        _looks.append(look)


@PerLoop
def runs() -> Runs:
    """The runs of the running event loop."""
    return Runs()
