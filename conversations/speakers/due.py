"""Finds visitors who have waited too long for a person, and lets the agent answer them again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conversations.languages import language_of_session
from conversations.messages.reading import SessionMissing
from conversations.models import Session
from conversations.replies.hub import hub
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.speakers.changes import Notice

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=6)  # how far back changes are published again: three beats

Words = Callable[[Session], Notice]


def plain_words(session: Session) -> Notice:
    """What the agent says when nobody came or answered, unless another app has registered its own words."""
    if session.speaker == Session.Speaker.WAITING:
        return Notice(_("Nobody from the team could come just now. I am happy to go on helping you."))
    name = session.speaker_name
    return Notice(_("%(name)s could not go on just now. I am happy to help you in the meantime.") % {"name": name})


_words: list[Words] = [plain_words]


def worded_by(words: Words) -> None:
    """Register the function that words these notices. It runs in the transaction of the change, in a thread."""
    _words[:] = [words]


def _worded(session: Session) -> Notice:
    with translation.override(language_of_session(session)):
        return _words[0](session)


async def tell_again() -> None:
    """Publish recent changes to this process's listeners again: the process that made one may have died too early."""
    if hub().is_alone:
        return
    for event in await changes.made_since(timezone.now() - AGAIN):
        if hub().has_listeners(event.session_id):
            hub().publish(event.session_id, event, is_ours=False)


async def end_what_is_due() -> None:
    """Let the agent answer again wherever a person's time is over. Any process may call this; it takes effect once."""
    at = timezone.now()
    for session_id in await changes.due(at):
        try:
            announce(await changes.end_when_due(session_id, at, _worded))
        except SessionMissing:  # deleted in this moment
            log.info("session %s: nobody waits there any more", session_id)
