"""Asks the team for a person when a visitor wants one, by a button or in words, and says what to expect."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.llm.offers import offer
from conversations.intake.known_answers import KnownAnswer
from conversations.messages.events import SpeakerChanged
from conversations.models import Message, Session, SpeakerChange
from conversations.speakers import changes
from conversations.speakers.changes import Change, Notice
from inbox.availability import Availability, availability
from inbox.wishes import wants_person
from leads.promises import selling
from leads.reading import find_facts
from leads.terms import Kind
from lib.database import in_database

Reason = SpeakerChange.Reason


class NotOffered(Exception):
    """No person can be asked for in this agent's conversations."""


@in_database
def ask(session_id: uuid.UUID | str, agent_id: uuid.UUID, reason: Reason = Reason.WISH) -> Change:
    """Ask for a person now. Outside opening hours nobody is asked; the visitor is told when the team is back.

    Raises NotOffered, SessionMissing."""
    found = availability(agent_id)
    if not found.is_offered:
        raise NotOffered
    at = timezone.now()
    notice = Notice(words(found, at), offers_contact=True)
    if found.is_open(at):
        return changes.hand_over.sync(session_id, reason, found.settings.wait_s, notice)
    return changes.tell.sync(session_id, notice)


def known(session: Session, content: str) -> KnownAnswer | None:
    """The answer to a message that asks for a person; None for other messages, or if no person can be asked for.

    The hand-over is stored together with the answer."""
    if not wants_person(content):
        return None
    found = availability(session.agent_id)
    if not found.is_offered:
        return None
    at = timezone.now()
    is_open = found.is_open(at)

    def hand_over(question: Message) -> SpeakerChanged | None:
        if not is_open or not question.session.is_with_agent:
            return None
        wait_s = found.settings.wait_s
        return changes.hand_over_with(question.session, question.seq + 1, Reason.WISH, wait_s, question.created_at)

    answer = " ".join(filter(None, (_saved(session.agent_id, content), words(found, at))))
    return KnownAnswer(answer, hand_over, offers_contact=True)


def _saved(agent_id: uuid.UUID, content: str) -> str:
    """A confirmation of the contact details in the message; "" if it has none, or nobody would see them."""
    of_agent = selling(agent_id)
    if of_agent.promise is None:
        return ""
    found = find_facts(content, of_agent.questions, country=of_agent.settings.country)
    left = [fact.words for fact in found if fact.kind in (Kind.EMAIL, Kind.PHONE)]
    return offer("contact_left", (), of_agent.promise, left) if left else ""


def words(found: Availability, at: datetime) -> str:
    """What the agent says when it asks for a person; outside opening hours, that nobody is there, and until when."""
    if not found.is_open(at):
        opens_at = found.opens_at(at)
        when = formats.date_format(opens_at, "l, H:i") if opens_at else ""
        closed = _("Nobody from the team is here at this hour.")
        back = _("They are back on %(when)s.") % {"when": when} if when else ""
        return " ".join(filter(None, (closed, back, _("I am happy to go on helping you until then."))))
    asked = _("I have asked the team to join us here.")
    usual = _("That usually takes %(time)s.") % {"time": duration(found.usual_wait_s)} if found.usual_wait_s else ""
    limit = _("If nobody can come within %(time)s, I will tell you and go on myself.")
    return " ".join(filter(None, (asked, usual, limit % {"time": duration(found.settings.wait_s)})))


def duration(seconds: int) -> str:
    """A length of time in words. It is rounded up, because nobody minds a person who comes sooner."""
    if seconds < 55:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    if minutes < 90:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def ending_words(session: Session) -> Notice:
    """What the agent says when a person did not come, or did not answer, in time."""
    if session.speaker == Session.Speaker.WAITING:
        return Notice(
            _("Nobody from the team could come just now. I go on helping you as well as I can."), offers_contact=True
        )
    text = _("%(name)s could not answer just now. I go on in the meantime.") % {"name": session.speaker_name}
    return Notice(text, offers_contact=True)
