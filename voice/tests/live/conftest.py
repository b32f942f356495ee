"""A client of the socket with scripted hearing and speaking."""

import pytest

from voice.tests.live.scripted import ScriptedEars, ScriptedNarrator
from voice.tests.live.voice_client import VoiceClient, application


@pytest.fixture
def ears():
    return ScriptedEars(takes_s=0)


@pytest.fixture
def narrator():
    return ScriptedNarrator(first_s=0, times_real_time=1000)


@pytest.fixture
def app(ears, narrator):
    return application(ears, narrator)


@pytest.fixture
async def client(app, agent):
    client = VoiceClient(app)
    yield client
    await client.leave()
