"""One port for pages and sockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
http = get_asgi_application()  # before any import that touches models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from conversations.routing import nowhere, websocket_urlpatterns  # noqa: E402
from inbox.routing import websocket_urlpatterns as inbox_urlpatterns  # noqa: E402
from language.of_site import spoken  # noqa: E402
from lib.web.body_limits import bounded  # noqa: E402
from lib.web.loopback_only import loopback_only  # noqa: E402
from operations.metrics.requests import counted  # noqa: E402
from operations.probes import probed  # noqa: E402
from voice.routing import websocket_urlpatterns as voice_urlpatterns  # noqa: E402

sockets = URLRouter([*websocket_urlpatterns, *voice_urlpatterns, *inbox_urlpatterns, nowhere])
site = probed(ProtocolTypeRouter({"http": bounded(http), "websocket": spoken(sockets)}))
application = loopback_only(counted(site), settings.LOOSE_ENDS)
