"""The base of all sockets: each one counts for its address while it is open."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from access import connections


class CountedSocket(AsyncWebsocketConsumer):
    """A socket that always frees its place when it ends, even if it is cancelled without a disconnect."""

    # No channel layer: the relay talks to it for all sockets, so that none depends on Redis or subscribes there.
    channel_layer_alias = "none"

    def __init__(self) -> None:
        super().__init__()
        self._held = ExitStack()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with self._held:
            await super().__call__(scope, receive, send)

    @property
    def address(self) -> str:
        """The client's address, by the same rule as for requests."""
        return connections.address_of(self.scope["headers"], self.scope.get("client"))

    def take_place(self) -> None:
        """Count this socket for its address; raises RateLimited if the address has reached the limit."""
        address = self.address
        connections.check(address)
        self._held.enter_context(connections.open_from(address))
