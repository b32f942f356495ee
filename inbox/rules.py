"""Asks for a person without the visitor's wish: when an answer has ended and a rule of the agent says so.

This is done only while somebody has the inbox open, so that no visitor waits in vain.
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
QUIET = timedelta(minutes=30)  # no rule asks for so long after a visitor waited in vain or cancelled
Reason = SpeakerChange.Reason
IN_VAIN = (Reason.NOBODY_CAME, Reason.NO_ANSWER, Reason.CANCELLED)


async def look_at(answer: MessageData) -> None:
    """Ask for a person if a rule of the agent says so after this answer."""
    change = await _asked(uuid.UUID(answer.session_id), answer)
    if change:
        announce(change)


@in_database
def _asked(session_id: uuid.UUID, answer: MessageData) -> Change | None:
    at = timezone.now()
    if not somebody_is_here(at):  # checked first, because it is cheap and nearly always so
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
    return changes.hand_over.sync(session_id, reason, found.settings.wait_s, Notice(_notice_text(found, at)))


def reason_for(session: Session, answer: MessageData, rules: HandoverSettings) -> SpeakerChange.Reason | None:
    """The most urgent reason why a person is needed after this answer; None if there is none."""
    question = Message.objects.filter(answer__message_id=answer.id).first()
    if question is None:  # a notice of the agent, and not an answer
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
    """Whether a model promised that somebody will act. The built-in agent quotes the company's pages, so its promises
    are the company's own and do not count."""
    if not answer.makes_promise:
        return False
    return not Reply.objects.filter(message_id=answer.id, provider=BuiltinModel.provider).exists()


def _knows_nothing(session: Session) -> bool:
    last = Reply.objects.filter(message__session=session, question__isnull=False).order_by("-message__seq")
    found = list(last.values_list("certainty", flat=True)[:UNKNOWN_IN_A_ROW])
    return found == [Reply.Certainty.REFUSED] * UNKNOWN_IN_A_ROW


def _may_ask(session: Session, reason: SpeakerChange.Reason, at: datetime) -> bool:
    """Whether a rule may ask now: once per reason in a session, and not within QUIET after a visitor waited in vain."""
    past = SpeakerChange.objects.filter(session=session)
    if past.filter(reason=reason).exists():
        return False
    return not past.filter(reason__in=IN_VAIN, created_at__gt=at - QUIET).exists()


def _notice_text(found: Availability, at: datetime) -> str:
    return f"{_('I think a person can help you better here.')} {words(found, at)}"
