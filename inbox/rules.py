"""Asks for a person without being asked to: when an answer has ended and something says that one is needed.

Only while somebody has the inbox open, so that nobody is made to wait for nobody.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from agents.llm.builtin import BuiltinModel
from conversations.messages.events import MessageData
from conversations.models import Message, Reply, Session, SpeakerChange
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.speakers.changes import Change, Notice
from inbox.asking import words
from inbox.availability import Availability, availability, somebody_is_here
from inbox.models import HandoverSettings
from leads.dialogue.phrases import Sign
from leads.dialogue.signs import signs_of
from leads.models import Lead
from leads.terms import Stage
from lib.database import in_database

UNKNOWN_IN_A_ROW = 2
QUIET = timedelta(minutes=30)  # after a visitor waited in vain, or wanted nobody
Reason = SpeakerChange.Reason
IN_VAIN = (Reason.NOBODY_CAME, Reason.NO_ANSWER, Reason.CANCELLED)


async def look_at(answer: MessageData) -> None:
    """Ask for a person where the agent's rules say so after this answer."""
    change = await _asked(uuid.UUID(answer.session_id), answer)
    if change:
        announce(change)


@in_database
def _asked(session_id: uuid.UUID, answer: MessageData) -> Change | None:
    at = timezone.now()
    if not somebody_is_here(at):  # first: it is nearly always so, and quickly asked
        return None
    session = Session.objects.filter(pk=session_id, speaker=Session.Speaker.AGENT).first()
    if session is None:
        return None
    found = availability(session.agent_id)
    if not (found.is_offered and found.is_open(at)):
        return None
    reason = reason_for(session, answer, found.settings)
    if reason is None or not _may_ask(session, reason, at):
        return None
    return changes.hand_over.sync(session_id, reason, found.settings.wait_s, Notice(_told(found, at)))


def reason_for(session: Session, answer: MessageData, rules: HandoverSettings) -> SpeakerChange.Reason | None:
    """Why a person is needed after this answer, the most urgent reason; None where none is."""
    question = Message.objects.filter(answer__message_id=answer.id).first()
    if question is None:  # what the agent says by itself is no reason
        return None
    if rules.after_anger and Sign.ANGER in signs_of(question.content):
        return Reason.ANGER
    if rules.after_promise and _is_promise(answer):
        return Reason.PROMISE
    if rules.after_unknown and _knows_nothing(session):
        return Reason.UNANSWERED
    if rules.at_close or rules.at_score is not None:
        lead = Lead.objects.filter(session=session).only("stage", "score").first()
        if lead and rules.at_close and lead.stage == Stage.CLOSE:
            return Reason.STAGE
        if lead and rules.at_score is not None and lead.score >= rules.at_score:
            return Reason.SCORE
    return None


def _is_promise(answer: MessageData) -> bool:
    """The built-in agent quotes the company's pages, whose promises are the company's."""
    if not answer.makes_promise:
        return False
    return not Reply.objects.filter(message_id=answer.id, provider=BuiltinModel.provider).exists()


def _knows_nothing(session: Session) -> bool:
    last = Reply.objects.filter(message__session=session, question__isnull=False).order_by("-message__seq")
    found = list(last.values_list("certainty", flat=True)[:UNKNOWN_IN_A_ROW])
    return found == [Reply.Certainty.REFUSED] * UNKNOWN_IN_A_ROW


def _may_ask(session: Session, reason: SpeakerChange.Reason, at: datetime) -> bool:
    """Each reason counts once in a session, and none soon after a visitor waited in vain."""
    past = SpeakerChange.objects.filter(session=session)
    if past.filter(reason=reason).exists():
        return False
    return not past.filter(reason__in=IN_VAIN, created_at__gt=at - QUIET).exists()


def _told(found: Availability, at: datetime) -> str:
    return f"{_('I think a person can help you better here.')} {words(found, at)}"
