"""What launcher and panel say about when people are there, in a form that stays true while the script is cached."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from agents.models import Agent
from conversations.speakers.hours import coming_shifts

MAX_SHIFTS = 2  # a page that stays open for longer than these says nothing; each costs the script ten bytes
# Tags that every browser's Intl takes: https://www.rfc-editor.org/rfc/rfc5646#section-2.1
_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?")


def hours_of(agent: Agent, locale: str, at: datetime) -> dict[str, Any] | None:
    """The times (milliseconds since 1970) at which people alternately come and go, and the words for both states.

    None if there is nothing to say.
    """
    shifts = coming_shifts(agent.pk, at)[:MAX_SHIFTS]
    if not shifts:
        return None
    return {
        "times": [round(time.timestamp() * 1000) for shift in shifts for time in shift],
        "lang": locale,
        "here": _("The team is here now."),
        "back": _("The team is back {when}."),
    }


def locale_of(accept_language: str) -> str:
    """The locale for writing times: the header's own variant of the page's language."""
    language = (get_language() or "en").lower()
    wanted = [tag for tag, _weight in parse_accept_lang_header(accept_language.lower()[:200]) if _TAG.fullmatch(tag)]
    return next((tag for tag in wanted if tag.split("-")[0] == language.split("-")[0]), language)
