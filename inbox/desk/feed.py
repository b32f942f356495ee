"""Renders the events of a conversation for staff: as for the visitor, and with the actions of staff."""

from __future__ import annotations

import uuid
from typing import Any

from django.template.loader import render_to_string

from conversations.pages.fragments import ChangeView, PageFeed
from inbox.desk.lists import as_colleague
from inbox.people import key_of


class DeskFeed(PageFeed):
    """The fragments for one open inbox page, and what it has been sent of its conversation so far."""

    def __init__(self, user: Any, session_id: uuid.UUID | str, after: int, speaker_number: int) -> None:
        super().__init__(after, speaker_number=speaker_number)
        self._key, self._session_id = key_of(user.pk), session_id

    def draw_speaker(self, changes: list[ChangeView]) -> str:
        newest = changes[-1]
        standing = {
            "speaker": newest.speaker,
            "speaker_name": as_colleague(newest.name),
            "is_mine": newest.key == self._key,
            "id": self._session_id,
            "waiting_since": newest.at if newest.speaker == "waiting" else None,
        }
        context = {"row": standing, "changes": changes, "number": newest.number, "is_fragment": True}
        return render_to_string("admin/inbox/_standing_changed.html", context)

    def draw_writes(self, name: str) -> str:
        return "" if name else render_to_string("admin/inbox/_visitor_writes.html")

    def agent(self, *, is_active: bool) -> str:
        return ""
