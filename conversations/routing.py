"""The addresses of the sockets, and whose pages may open them."""

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from access.origins import own_or_named, own_pages_only
from conversations.pages.socket import PageConsumer
from conversations.socket.consumer import JsonConsumer

websocket_urlpatterns = [
    path("ws/chat/<uuid:session_id>/", own_pages_only(PageConsumer.as_asgi())),  # type: ignore[arg-type]  # an ASGI application, as Channels wants
    path("socket", own_or_named(JsonConsumer.as_asgi())),  # type: ignore[arg-type]  # an ASGI application, as Channels wants
]
nowhere = re_path("", WebsocketDenier.as_asgi())  # 403 instead of a fault in the log
