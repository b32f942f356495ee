"""What listens to other processes ends with its event loop, also when it has only begun to connect."""

import asyncio
from threading import Thread

import pytest

from conversations.messages.events import SessionGone
from conversations.replies.relay import Relay
from fakes.patience import PATIENCE_S

pytestmark = pytest.mark.services

LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"
STEPS = 40  # of an event loop; it is connected after some twenty


def test_a_loop_that_ends_while_the_relay_connects_comes_to_its_end(own_redis, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": LAYER, "CONFIG": {"hosts": [own_redis.url]}}}

    async def live(steps: int) -> None:
        Relay(None).tell("session", SessionGone("session"))
        for _ in range(steps):
            await asyncio.sleep(0)

    for steps in range(STEPS):
        loop = Thread(target=asyncio.run, args=[live(steps)], daemon=True)
        loop.start()
        loop.join(PATIENCE_S)
        assert not loop.is_alive(), f"still there after it was cancelled at step {steps}"
