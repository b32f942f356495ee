"""The live socket with the real stages: the gate, the chains of providers, the clauser and the narrator."""

import pytest
from channels.routing import URLRouter

from fakes.scripts import Script
from fakes.transcription import Heard
from voice.routing import websocket_urlpatterns
from voice.tests.live.voice_client import VoiceClient
from voice.tests.utterances import needs_models, speech

pytestmark = [pytest.mark.django_db(transaction=True), needs_models]


async def test_what_is_said_is_transcribed_answered_and_spoken_by_the_configured_providers(upstream, agent, settings):
    settings.OPENAI_TTS_MODEL = "scripted"
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]
    settings.SPEECH_CACHE_BYTES = 0
    upstream.hear(*[Heard("What do you sell?")] * 5)
    upstream.then(Script(text="We sell lamps of brass."))
    client = VoiceClient(URLRouter(websocket_urlpatterns))
    await client.open()

    await client.say_aloud(speech("What do you sell?"))
    final = await client.hear_until("transcript.final")
    end = await client.hear_until("turn.end")

    assert final["text"] == "What do you sell?"
    assert end["reason"] == "done"
    assert [request.text for request in upstream.spoken] == ["We sell lamps of brass."]
    assert sum(len(packet.sound) for packet in client.packets) >= 5 * 0.4 * 24_000 * 2  # five words of a tone each
    await client.leave()
