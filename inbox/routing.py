"""The addresses of the inbox's sockets, which only pages of this site may open."""

from django.urls import path

from access.origins import own_pages_only
from inbox.desk.sockets import DeskConsumer, ListConsumer

websocket_urlpatterns = [
    path("ws/inbox/", own_pages_only(ListConsumer.as_asgi())),  # type: ignore[arg-type]  # an ASGI application
    path("ws/inbox/<uuid:session_id>/", own_pages_only(DeskConsumer.as_asgi())),  # type: ignore[arg-type]  # as above
]
