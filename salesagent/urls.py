"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from access.logins import login
from salesagent.rest import api
from salesagent.serving.media import public_media

urlpatterns = [
    path("admin/login/", login),  # before Django's own, which it calls
    path("", include("inbox.urls")),  # before the admin, which has a page for each app
    path("admin/", admin.site.urls),
    *api.urlpatterns,
    re_path(r"^media/(?P<path>public/.+)$", public_media, name="public_media"),
    path("", include("embed.urls")),
    path("", include("leads.urls")),
    path("", include("memory.urls")),
    path("", include("voice.urls")),
    path("", include("conversations.urls")),
]
