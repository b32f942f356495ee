"""Cells of the admin's lists: a state as a coloured word, a time as how long ago it was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _


class Tone(StrEnum):
    """Red only for errors, amber for waiting, green for a confirmed success (LOOK.md)."""

    QUIET = "quiet"
    ACCENT = "accent"
    SUCCESS = "success"
    WAITING = "waiting"
    ERROR = "error"


def badge(words: object, tone: Tone = Tone.QUIET) -> SafeString:
    return format_html('<span class="badge badge--{}">{}</span>', tone.value, capfirst(str(words)))


def ago(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """ "3 hours ago", with the full time on hover; an en dash for never."""
    if moment is None:
        return "–"
    now = now or timezone.now()
    words = _("just now")
    if (now - moment).total_seconds() >= 60:
        words = _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}
    full = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, words)
