"""The script that hosts include: one source, filled in with the looks of the agents that the page may show."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

import rjsmin
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.hosts import is_listed
from agents.models import Agent
from embed.hours import hours_of
from embed.models import EmbedSettings
from lib.colour import fill

SOURCE = "js/embed/loader.js"
PLACE = "{};/*! filled in */"
# Names in the script that stand for nothing else in it: each becomes a letter. 110 of its 3,000 bytes.
OWN_NAMES = (
    *("launcher", "isHeard", "greeting", "keepUp", "patience", "takesFocus", "isLate", "listeners", "waiting"),
    *("commands", "listener", "server", "greets", "later", "soon", "slug", "kept", "tell", "emit", "fits"),
)
LETTERS = "abcdefghijklmnoprstuvwxy"  # the script has a q of its own
NEUTRAL = "#22252b"  # of a page that does not say where it is


def script(page: str, locale: str, at: datetime | None = None) -> str:
    """The script for a page with this address ("" if unknown), with times written for `locale`."""
    head, tail = _source()
    found = looks_for(page, locale, at or timezone.now())
    looks = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"{head}{looks};{tail}"


def looks_for(page: str, locale: str, at: datetime) -> dict[str, Any]:
    """The looks for a page: under "" the defaults, and by slug what differs for each agent that the page may show."""
    plain = _look(None, None)
    looks = {"": plain}
    if page:
        for agent in Agent.objects.active().exclude(hosts=[]).select_related("embed_settings"):
            if is_listed(page, agent.hosts):
                look = _look(agent, getattr(agent, "embed_settings", None)) | (hours_of(agent, locale, at) or {})
                looks[agent.slug] = {name: value for name, value in look.items() if plain.get(name) != value}
    return looks


def _look(agent: Agent | None, settings: EmbedSettings | None) -> dict[str, Any]:
    colour, ink = fill(agent.accent if agent else NEUTRAL)
    name = agent.name if agent else ""
    label = settings.launcher_text if settings else ""
    opens = _("Open the chat with %(name)s") % {"name": name} if name else _("Open the chat")
    look: dict[str, Any] = {
        "side": settings.side if settings else EmbedSettings.Side.RIGHT,
        "label": label,
        "fill": colour,
        "ink": ink,
        "open": f"{label}: {opens}" if label else opens,  # who speaks to a computer says what they see
        "frame": _("Chat with %(name)s") % {"name": name} if name else _("Chat"),
    }
    if settings and settings.greeting:
        look |= _rules(settings)
    return look


def _rules(settings: EmbedSettings) -> dict[str, Any]:
    rules = {
        "text": settings.greeting,
        "dismiss": _("Do not show this again"),
        "after": None if settings.greet_after_s is None else settings.greet_after_s * 1000,
        "scroll": settings.greet_at_scroll and settings.greet_at_scroll / 100,
        "exit": settings.greet_on_exit,
        "again": settings.greet_back,
        "path": path_pattern(settings.greet_on),
    }
    return {name: value for name, value in rules.items() if value is not None and value is not False}


def path_pattern(paths: str) -> str:
    """A JavaScript regular expression for these paths, in which a star stands for anything; for all without paths."""
    lines = [line.strip() for line in paths.splitlines() if line.strip()]
    names = {"*": "[^?#]*", "-": "-"}
    parts = ["".join(names.get(char) or re.escape(char) for char in line) for line in lines]
    return f"({'|'.join(parts)})/?([?#]|$)" if parts else "/"


@cache
def _source() -> tuple[str, str]:
    """The source without comments, white space and long names, before and after the place that is filled in."""
    path = finders.find(SOURCE)
    if not isinstance(path, str):
        raise FileNotFoundError(SOURCE)
    with open(path, encoding="utf-8") as file:
        text = rjsmin.jsmin(file.read(), keep_bang_comments=True)
    for name, letter in zip(OWN_NAMES, LETTERS, strict=False):
        text = re.sub(rf"\b{name}\b", letter, text)
    head, _place, tail = text.partition(PLACE)
    return head, tail
