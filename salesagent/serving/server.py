"""Daphne with a clean shutdown. Importing this installs Twisted's asyncio reactor; only `manage.py serve` does."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
from collections.abc import Callable
from typing import Any

from daphne import server as daphne_server
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory
from django.conf import settings
from twisted.internet import reactor as installed_reactor

from access.connections import address_of
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from knowledge.indexer import Indexer
from salesagent.serving import bounded_requests
from salesagent.serving.back_pressure import room
from salesagent.serving.bounded_connections import BoundedFactory, OpenConnections
from salesagent.serving.bounded_sockets import BoundedSocket, Floods
from salesagent.serving.worker import BackgroundWorker
from voice.files.sweeping import keep_swept

bounded_requests.install()
daphne_server.HTTPFactory = BoundedFactory
WebSocketFactory.protocol = BoundedSocket  # Daphne's server has no parameter for the factory
reactor: Any = installed_reactor  # a module to type checkers, the asyncio reactor at runtime
log = logging.getLogger(__name__)


GOODBYE_S = 0.3  # time for closing handshakes and the last frames of answers


RESERVED_FILES = 200  # file descriptors for databases, recordings and providers


def most_connections() -> int:
    """MAX_CONNECTIONS, or as many as the system's limit allows, which is raised as far as possible."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.MAX_CONNECTIONS + RESERVED_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    is_endless = soft == resource.RLIM_INFINITY
    return int(settings.MAX_CONNECTIONS) if is_endless else max(1, min(settings.MAX_CONNECTIONS, soft - RESERVED_FILES))


class DrainingServer(Server):
    """Serves until SIGTERM or SIGINT; then takes no new connections, lets running answers end, hands over the rest."""

    def __init__(self, application: Any, *, host: str, port: int, on_ready: Callable[[], None]):
        self.is_listening = False
        self.floods = Floods()
        self.address_of = address_of
        self.open = OpenConnections(most_connections())
        self._on_ready = on_ready
        self._ports: list[Any] = []
        self._drain: asyncio.Task[None] | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._indexer: Indexer | None = None
        self._worker: BackgroundWorker | None = None
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={host.replace(':', chr(92) + ':')}"],
            signal_handlers=False,
            ready_callable=self._ready,
            application_close_timeout=5,
            websocket_handshake_timeout=20,  # Daphne's 5 would cut off pages that connect while all cores are busy
            websocket_timeout=-1,  # no limit: a conversation may stay open for days, and pings find dead sockets
            ping_interval=20,
            ping_timeout=30,
            server_name="salesagent",
            verbosity=0,
        )

    def timeout_checker(self) -> None:
        self.open.end_the_late()
        super().timeout_checker()

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] in {"http.response.body", "websocket.send"}:
            await room(protocol, lambda: "disconnected" in self.connections.get(protocol, {"disconnected": 0}))

    def _ready(self) -> None:
        self.is_listening = True
        loop = asyncio.get_event_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stop)
        loop.add_signal_handler(signal.SIGUSR1, self._say_how_full)
        loop.call_soon(self._begin_upkeep)
        self._on_ready()

    def _begin_upkeep(self) -> None:
        runs().watch()
        self._indexer = Indexer()
        self._indexer.begin()
        self._sweeper = asyncio.create_task(keep_swept(), name="recordings")
        if settings.WORKER:
            self._worker = BackgroundWorker()
            self._worker.start()

    def _say_how_full(self) -> None:
        """Log what is open now, to find leaks: `kill -USR1`."""
        tasks, connections = len(asyncio.all_tasks()), len(self.connections)
        log.info("open: %d tasks, %d connections, %s", tasks, connections, hub().size())

    def _stop(self) -> None:
        if self._drain:  # the second signal: stop at once
            reactor.stop()
        else:
            self._drain = asyncio.get_event_loop().create_task(self._drain_and_stop())

    async def _drain_and_stop(self) -> None:
        try:
            for port in self._ports:
                port.stopListening()
            if self._sweeper:
                self._sweeper.cancel()
            if self._indexer:
                await self._indexer.drain()
            await runs().drain()
            if self._worker:
                await asyncio.to_thread(self._worker.stop)
            hub().dismiss()
            await asyncio.sleep(GOODBYE_S)
        except Exception:
            log.exception("the server stops without having handed everything over; leases expire by themselves")
        finally:
            reactor.stop()
