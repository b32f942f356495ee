"""What all sockets have in common: each counts among those of its address for as long as it lives."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from access import connections


class CountedSocket(AsyncWebsocketConsumer):
    """A socket that gives back what it holds when it ends, also when it is cancelled and never told to disconnect."""

    # The relay speaks to the layer, once for all sockets: none may depend on Redis, or cost it a subscription.
    channel_layer_alias = "none"

    def __init__(self) -> None:
        super().__init__()
        self._held = ExitStack()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with self._held:
            await super().__call__(scope, receive, send)

    @property
    def address(self) -> str:
        """The client's address, by the rule that requests have."""
        return connections.address_of(self.scope["headers"], self.scope.get("client"))

    def take_place(self) -> None:
        """Count this socket among those of its address; raises RateLimited where there are as many as may be."""
        address = self.address
        connections.check(address)
        self._held.enter_context(connections.open_from(address))
