"""The script that hosts include: one source, with the looks of those agents filled in that may stand on the page."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import rjsmin
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from agents.hosts import is_listed
from agents.models import Agent
from embed.models import EmbedSettings
from lib.colour import fill

SOURCE = "js/embed/loader.js"
PLACE = "{};/*! filled in */"
NEUTRAL = "#22252b"  # of a page that does not say where it is


def script(page: str) -> str:
    """The script for a page at this address, which may be unknown ("")."""
    head, tail = _source()
    looks = json.dumps(looks_for(page), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"{head}{looks};{tail}"


def looks_for(page: str) -> dict[str, Any]:
    """The look of each agent by its slug, and under "" that of any other."""
    looks = {"": _look(None, None)}
    if page:
        for agent in Agent.objects.active().exclude(hosts=[]).select_related("embed_settings"):
            if is_listed(page, agent.hosts):
                looks[agent.slug] = _look(agent, getattr(agent, "embed_settings", None))
    return looks


def _look(agent: Agent | None, settings: EmbedSettings | None) -> dict[str, Any]:
    colour, ink = fill(agent.accent if agent else NEUTRAL)
    name = agent.name if agent else ""
    look: dict[str, Any] = {
        "side": settings.side if settings else EmbedSettings.Side.RIGHT,
        "label": settings.launcher_text if settings else "",
        "fill": colour,
        "ink": ink,
        "words": {
            "open": _("Open the chat with %(name)s") % {"name": name} if name else _("Open the chat"),
            "frame": _("Chat with %(name)s") % {"name": name} if name else _("Chat"),
            "dismiss": _("Do not show this again"),
        },
    }
    if settings and settings.greeting:
        look["greet"] = _rules(settings)
    return look


def _rules(settings: EmbedSettings) -> dict[str, Any]:
    rules = {
        "text": settings.greeting,
        "after": settings.greet_after_s,
        "scroll": settings.greet_at_scroll,
        "exit": settings.greet_on_exit,
        "back": settings.greet_back,
        "path": path_pattern(settings.greet_on),
    }
    return {name: value for name, value in rules.items() if value is not None and value is not False and value != ""}


def path_pattern(paths: str) -> str:
    """The paths, in which a star stands for anything, as a regular expression of JavaScript; "" for none."""
    lines = [line.strip() for line in paths.splitlines() if line.strip()]
    parts = ["".join(".*" if char == "*" else re.escape(char).replace("\\-", "-") for char in line) for line in lines]
    return f"^(?:{'|'.join(parts)})/?$" if parts else ""


@cache
def _source() -> tuple[str, str]:
    """The source without comments and white space, before and after the place that is filled in."""
    path = finders.find(SOURCE)
    if not isinstance(path, str):
        raise FileNotFoundError(SOURCE)
    with open(path, encoding="utf-8") as file:
        head, _place, tail = rjsmin.jsmin(file.read(), keep_bang_comments=True).partition(PLACE)
    return head, tail
