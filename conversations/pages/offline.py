"""The chat without a connection: the service worker, and the page (shell) that it shows then.

The shell has a composer and nobody's data. Messages that are not sent yet are in the browser itself.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import rjsmin
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agents.models import Agent
from conversations.pages import contexts

PLACE = "{};/*! filled in */"
# What a chat needs for reading and writing; the voice needs a connection anyway.
CHAT = ("js/chat/", "js/lib/", "js/offline/keeping.js", "js/offline/shell.js", "js/pages/viewport.js", "img/")
PAGE = ("js/pages/chat_page.js", "js/pages/sidebar.js", "css/site.css", "css/panel.css", "css/pages/chat.css")
FRAME = ("js/embed/frame.js", "js/embed/host.js", "js/embed/hours.js", "css/pages/frame.css")
FILES = {"/chat/": CHAT + PAGE, "/embed/": CHAT + FRAME}


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that a browser asks for with each page whether it has changed."""
    return HttpResponse(_script(settings.SERVICE_WORKER), content_type="text/javascript; charset=utf-8")


@require_safe
def shell(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of an agent's chat without a conversation and without its visitor."""
    agent = get_object_or_404(Agent.objects.active().select_related("brand"), slug=slug)
    return kept(render(request, "chat/offline.html", context(agent)), agent)


def context(agent: Agent) -> dict[str, Any]:
    """The context of the panel in a shell: without greeting and starters, because there may be earlier messages."""
    note = _(
        "There is no connection at the moment. What you write is kept here and goes out by itself;"
        " earlier messages come back with it."
    )
    return {
        **contexts.panel(agent, None),
        "starters": [],
        "earlier": True,
        "is_offline": True,
        "note": note,
        "worker": "",
    }


def kept(response: HttpResponse, agent: Agent) -> HttpResponse:
    """Tell the worker the version of the page, and which files to keep with it."""
    sheets = [agent.brand.theme_url, agent.brand.custom_css_url]
    response["Link"] = ", ".join(f"<{sheet}>; rel=preload; as=style" for sheet in sheets if sheet)
    response["Last-Modified"] = http_date()
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _script(is_on: bool) -> str:
    path = finders.find("js/offline/worker.js" if is_on else "js/offline/switched_off.js")
    with open(str(path), encoding="utf-8") as file:
        script = str(rjsmin.jsmin(file.read(), keep_bang_comments=True))
    return script.replace(PLACE, f"{json.dumps(_version())};") if is_on else script


def _version() -> dict[str, Any]:
    """The version of the static files of this process, and which of them are kept, by scope."""
    names: dict[str, str] = staticfiles_storage.hashed_files  # type: ignore[attr-defined]
    files = {
        scope: sorted(staticfiles_storage.url(name) for name in names if name.startswith(wanted))
        for scope, wanted in FILES.items()
    }
    return {"version": f"{settings.VERSION}-{staticfiles_storage.manifest_hash}", "files": files}  # type: ignore[attr-defined]
