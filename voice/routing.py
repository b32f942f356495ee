"""The address of the live voice socket, and whose pages may open it."""

from django.urls import path

from access.origins import own_or_named
from voice.live.consumer import VoiceConsumer

websocket_urlpatterns = [
    path("ws/audio", own_or_named(VoiceConsumer.as_asgi())),  # type: ignore[arg-type]  # an ASGI application, as Channels wants
]
