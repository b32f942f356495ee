"""Server processes that a test runs by hand: each is an event loop of its own, and time passes when the test says so.

Nothing of the product is replaced but the clock and the chat model. A dead process is a loop that never runs again.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import connections

from agents.llm.request import ChatRequest, ModelError, ModelEvent, Started, Text
from conversations.models import Reply
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from salesagent.asgi import application

R = TypeVar("R")
START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
WINDOW = 2  # frames on their way to a page that does not read, before the server has to wait
HOUSEKEEPING = {"leases", "pace"}  # tasks, by name
CLOSED = "websocket.close"


class _Idle(selectors.DefaultSelector):
    """Tells when the loop would wait, instead of waiting."""

    tell: Callable[[float | None], None]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self.tell(timeout)
        return super().select(0)


class HandLoop(asyncio.SelectorEventLoop):
    """Runs while it has something to do; `idle_s` then says how long until the next timer, None for never."""

    def __init__(self, servers: Servers):
        self._servers = servers
        self.idle_s: float | None = None
        selector = _Idle()
        selector.tell = self._rest
        super().__init__(selector)

    def _rest(self, timeout: float | None) -> None:
        self.idle_s = timeout
        self.stop()

    def time(self) -> float:
        return self._servers.time_s

    def run_in_executor(self, executor: Executor | None, func: Callable[..., R], *args: Any) -> asyncio.Future[R]:  # type: ignore[override]
        """In a thread as ever, but while this loop waits: one turn after the call, and heard of one turn later."""
        future: asyncio.Future[R] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            done = (executor or self._servers.threads).submit(func, *args)
            error = done.exception()
            self.call_soon(settle, future, error, None if error else done.result())

        self.call_soon(work)
        return future


def settle(future: asyncio.Future[R], error: BaseException | None, result: R | None) -> None:
    if future.cancelled():
        return
    if error:
        future.set_exception(error)
    else:
        future.set_result(result)  # type: ignore[arg-type]


class Process:
    """One server process, with its own hub and runs, from its start to its death."""

    def __init__(self, servers: Servers):
        self.loop = HandLoop(servers)
        self.is_dead = self.is_frozen = self.is_leaving = False
        self.hub, self.runs = self.loop.run_until_complete(self._begin())

    async def _begin(self) -> tuple[Any, Any]:
        runs().watch()  # as salesagent/serving/server.py does
        return hub(), runs()

    def spawn(self, work: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        return self.loop.create_task(work)

    def run(self) -> float | None:
        """Until nothing is left to do at this moment; returns the seconds to the next timer."""
        self.loop.run_forever()
        return self.loop.idle_s

    def step(self, turns: int) -> None:
        """A few turns of the loop and no more: whatever is under way then stays half done."""
        for _ in range(turns):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    def tasks(self) -> set[str]:
        """What is under way, but for what goes on as long as the process lives."""
        return {task.get_name() for task in asyncio.all_tasks(self.loop)} - HOUSEKEEPING

    def dispose(self) -> None:
        self.runs.is_draining = True  # or a cancelled worker would begin anew
        while tasks := asyncio.all_tasks(self.loop):
            for task in tasks:
                task.cancel()
            self.run()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


class Servers:
    """The processes of one installation, their common clock, and the database they all see."""

    def __init__(self) -> None:
        self.time_s = 1.0
        self.threads = ThreadPoolExecutor(1)
        self.processes: list[Process] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time_s)

    def query(self, function: Callable[[], R]) -> R:
        """Ask the database in the middle of a loop's turn."""
        return self.threads.submit(function).result()

    def start(self) -> Process:
        self.processes.append(Process(self))
        return self.processes[-1]

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.processes if not process.is_dead]

    @property
    def front(self) -> Process | None:
        """The process that new connections reach."""
        able = [process for process in self.alive if not (process.is_frozen or process.is_leaving)]
        return able[-1] if able else None

    def pass_time(self, seconds: float) -> None:
        """Let the processes do all they have to do meanwhile, each thing at its time."""
        end = self.time_s + seconds
        while True:
            waits = [process.run() for process in self.alive if not process.is_frozen]
            soonest = min((wait for wait in waits if wait is not None), default=None)
            if soonest is None or self.time_s + soonest > end:
                break
            self.time_s += soonest
        self.time_s = end

    def dispose(self) -> None:
        for process in self.processes:
            process.dispose()
        self.threads.submit(connections.close_all).result()
        self.threads.shutdown()


class Socket:
    """One WebSocket to the product's ASGI application: frames wait in it until its page reads them."""

    def __init__(self, process: Process, path: str, query: str, cookie: str, on_send: Callable[[str], None]):
        self.process = process
        self.frames: deque[str] = deque()
        self.is_open = True
        self.code = 0
        self.dies_after: int | None = None  # so many frames more
        self._on_send = on_send
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._incoming.put_nowait({"type": "websocket.connect"})
        host = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie.encode())]
        scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": host, "subprotocols": []}
        process.spawn(application(scope, self._incoming.get, self._send))

    async def _send(self, event: dict[str, Any]) -> None:
        await self._has_room.wait()
        if not self.is_open:
            return
        if event["type"] == CLOSED:
            self.code, self.is_open = event["code"], False
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": self.code})
        if event["type"] != "websocket.send":
            return
        self._on_send(event["text"])
        self.frames.append(event["text"])
        if len(self.frames) >= WINDOW:
            self._has_room.clear()
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after <= 0:
                self.drop()

    def read(self) -> str | None:
        """The next frame, if one has come; a frame that came before the end is still read."""
        if not self.frames:
            return None
        self._has_room.set()
        return self.frames.popleft()

    def drop(self) -> None:
        """The network fails: nothing more comes through, and the server hears of it when it next runs."""
        if self.is_open:
            self.is_open = False
            self._has_room.set()
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})


class Speech:
    """One stream of the scripted model: says its text as far as it is let."""

    def __init__(self, number: int, question: str, attempt: int | None, process_loop: asyncio.AbstractEventLoop):
        self.text = "\n\n".join(f"A{number}.{part} to {question}" for part in range(4))
        self.question, self.attempt, self.loop = question, attempt, process_loop
        self.said = ""
        self.ending = ""
        self.is_over = False
        self._given = 0
        self._script: asyncio.Queue[str | ModelError | None] = asyncio.Queue()

    async def stream(self) -> AsyncGenerator[ModelEvent, None]:
        try:
            yield Started("scripted", "scripted")
            while (piece := await self._script.get()) is not None:
                if isinstance(piece, ModelError):
                    raise piece
                self.said += piece
                yield Text(piece)
        finally:
            self.is_over = True

    def say(self, size: int) -> None:
        """The next `size` characters."""
        piece = self.text[self._given : self._given + size]
        self._given += len(piece)
        if piece:
            self._script.put_nowait(piece)

    def finish(self) -> None:
        if not self.ending:
            self.say(len(self.text))
            self.ending = "complete"
            self._script.put_nowait(None)

    def fail(self) -> None:
        if not self.ending:
            self.ending = "failed"
            self._script.put_nowait(ModelError("provider_error", "as scripted"))


class ScriptedModel:
    """A chat model that says nothing until the test lets it."""

    provider = "scripted"

    def __init__(self, servers: Servers):
        self._servers = servers
        self.speeches: list[Speech] = []

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        owner = runs().owner
        attempt = self._servers.query(lambda: self._attempt(request.question, owner))
        speech = Speech(len(self.speeches), request.question, attempt, asyncio.get_running_loop())
        self.speeches.append(speech)
        async for event in speech.stream():
            yield event

    @staticmethod
    def _attempt(question: str, owner: str) -> int | None:
        """Which attempt this stream is for, by the reply's row; None when its process has lost the lease by now."""
        rows = Reply.objects.filter(question__content=question, lease_owner=owner)
        return rows.values_list("attempt", flat=True).first()

    @property
    def open(self) -> list[Speech]:
        """The streams that a living process listens to."""
        loops = {process.loop for process in self._servers.alive}
        return [speech for speech in self.speeches if not speech.is_over and speech.loop in loops]
