"""Tells the team by e-mail that a visitor waits for a person. The task is tried again while the visitor waits."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from limits import parse

from access import rates
from conversations.models import Session, SpeakerChange
from leads.models import LeadSettings
from lib.text import shorten

log = logging.getLogger(__name__)

AGAIN_S = 20  # before another try after an error
PAUSE = timedelta(minutes=2)  # at least, between two e-mails about one conversation, however often its visitor asks
PER_AGENT = parse("30/hour")  # e-mails about all visitors of an agent; further visitors are shown in the inbox only
SUBJECT_CHARS = 120


def call_later(change: SpeakerChange, **_more: Any) -> None:
    """Enqueue the e-mail if a visitor waits now and the agent has addresses; called in the change's transaction."""
    if change.speaker == Session.Speaker.WAITING and _addresses(change.session):
        called = SpeakerChange.objects.filter(session=change.session_id, speaker=Session.Speaker.WAITING)
        last = called.filter(number__lt=change.number).order_by("-number").first()
        is_soon = last is not None and last.created_at + PAUSE > change.created_at
        call = call_the_team.using(run_after=last.created_at + PAUSE) if last and is_soon else call_the_team
        call.enqueue(str(change.session_id), change.number)


@task()
def call_the_team(session_id: str, number: int) -> None:
    """Send the e-mail of one hand-over, unless the visitor does not wait any more.

    It is sent twice, with the same Message-ID, if the process is killed after the mail server has accepted it."""
    session = Session.objects.select_related("agent").filter(pk=session_id).first()
    if session is None or session.speaker != Session.Speaker.WAITING or session.speaker_number != number:
        return
    try:
        rates.count(PER_AGENT, "called", str(session.agent_id))
    except rates.RateLimited:
        log.warning("session %s: so many wait that the team is not told of this one by e-mail", session_id)
        return
    message = composed(session)
    try:
        message.send()
    except Exception as error:  # each mail service has its own errors; only their type is logged, texts may hold keys
        if isinstance(error, SMTPRecipientsRefused) and len(error.recipients) < len(message.to):
            log.warning("session %s: some of the team were not told that somebody waits", session_id)
            return
        log.warning("session %s: the team could not be told that somebody waits: %s", session_id, type(error).__name__)
        call_the_team.using(run_after=timezone.now() + timedelta(seconds=AGAIN_S)).enqueue(session_id, number)


def composed(session: Session) -> EmailMessage:
    """The e-mail for the team: at which agent somebody waits, in which conversation, and where to answer."""
    title = " ".join(str(session).split())
    lines = [
        _("A visitor of %(agent)s waits for a person: “%(title)s”.") % {"agent": session.agent.name, "title": title},
        _("Answer here: %(url)s") % {"url": f"{settings.SITE_URL}{reverse('inbox_session', args=[session.pk])}"},
    ]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        subject=shorten(_("Somebody waits: %(title)s") % {"title": title}, SUBJECT_CHARS),
        body="\n\n".join(lines),
        to=_addresses(session),
        headers={
            "Message-ID": f"<waiting-{session.pk}-{session.speaker_number}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _addresses(session: Session) -> list[str]:
    of_agent = LeadSettings.objects.filter(agent=session.agent_id).first()
    return of_agent.addresses if of_agent else []
