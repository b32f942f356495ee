"""Sends an e-mail to a visitor who left the same address in another browser, with a link that connects the two.

The address is looked up in a task, so that no page and no answer reveals whether it is known.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from agents.models import Agent, Brand
from conversations.languages import language_of_session
from leads.models import Fact, Lead
from leads.terms import Kind
from memory.linking import hash_of, is_open, token_of
from memory.models import LinkRequest, MemorySettings, SessionSummary, VisitorLink
from memory.switch import is_allowed, remembering, who_allowed

log = logging.getLogger(__name__)

MAX_A_DAY = 3  # e-mails to one address
AGAIN = timedelta(minutes=1)
LOGGED = "django.core.mail.backends.console.EmailBackend"


def offer_later(instance: Fact, created: bool, **_more: Any) -> None:
    """Start a task for an address that a visitor told, known or not, in the transaction that stores it."""
    is_told = created and instance.kind == Kind.EMAIL and instance.value and instance.by != Fact.By.STAFF
    if is_told and instance.lead.agent_id in remembering():
        offer.enqueue(str(instance.lead_id))


def offer_newest(visitor: str, brand: Brand) -> None:
    """Start a task for a visitor who has just agreed and left an address before."""
    on = Agent.objects.offered_by(brand).filter(pk__in=remembering())
    own = Lead.objects.filter(session__visitor=visitor, agent__in=on).exclude(email="")
    if newest := own.order_by("-updated_at").first():
        offer.enqueue(str(newest.pk))


@task()
def offer(lead_id: str) -> None:
    """Have the e-mail sent if a visitor of another browser with this address is remembered.

    Not without a mail server: e-mails are then written to the log, which must not contain the link.
    """
    if settings.EMAIL_BACKEND == LOGGED:
        return
    told = Lead.objects.select_related("session", "agent__brand").exclude(email="")
    lead = told.filter(pk=lead_id, is_apart=False).first()
    if lead is None or not lead.session.visitor or lead.agent_id not in remembering():
        return
    if is_allowed(lead.session.visitor, lead.agent.brand):
        with transaction.atomic():
            _request(lead)


def _request(lead: Lead) -> None:
    """Create the request, at most one an hour for the same two visitors and MAX_A_DAY for one address."""
    list(MemorySettings.objects.select_for_update().order_by("pk"))
    now, visitor = timezone.now(), lead.session.visitor
    LinkRequest.objects.filter(created_at__lt=now - LinkRequest.KEPT).delete()
    found = _earlier(lead)
    address = hash_of(lead.email)
    if found is None or LinkRequest.objects.filter(address=address).count() >= MAX_A_DAY:
        return
    pair = {"agent_id": lead.agent_id, "visitor": visitor, "earlier": found.session.visitor}
    since = now - LinkRequest.VALID
    if LinkRequest.objects.filter(Q(created_at__gt=since) | Q(sent_at__gt=since), **pair).exists():
        return
    request = LinkRequest.objects.create(**pair, lead=lead, earlier_lead=found, address=address)
    send.enqueue(str(request.pk))


def _earlier(lead: Lead) -> Lead | None:
    """The lead with the same address from another browser whose visitor was remembered last."""
    visitor = lead.session.visitor
    same = Lead.objects.filter(agent=lead.agent_id, email__iexact=lead.email, is_apart=False)
    known = VisitorLink.objects.filter(visitor=visitor, agent=lead.agent_id).values("earlier")
    summaries = SessionSummary.objects.kept().filter(
        agent=lead.agent_id,
        visitor__in=same.values("session__visitor"),
    )
    summaries = summaries.filter(visitor__in=who_allowed(lead.agent.brand))
    summaries = summaries.exclude(visitor__in=["", visitor]).exclude(visitor__in=known)
    newest = summaries.order_by("-updated_at").first()
    return same.select_related("session").filter(session__visitor=newest.visitor).first() if newest else None


@task()
def send(request_id: str) -> None:
    """The task: send one e-mail, and try again for an hour after failures.

    If the process is killed after the mail server accepted it, it is sent twice, with the same Message-ID.
    """
    owed = LinkRequest.objects.select_related("agent__brand", "lead__session", "earlier_lead")
    since = timezone.now() - LinkRequest.VALID
    request = owed.filter(pk=request_id, sent_at=None, created_at__gt=since).first()
    if request is None or not is_open(request):
        return
    try:
        composed(request).send()
    except Exception as error:  # each mail service has errors of its own; their texts may hold addresses and keys
        log.warning("request %s for a link was not sent: %s", request_id, type(error).__name__)
        send.using(run_after=timezone.now() + AGAIN).enqueue(request_id)
        return
    LinkRequest.objects.filter(pk=request.pk).update(sent_at=timezone.now())


def composed(request: LinkRequest) -> EmailMessage:
    """The e-mail, which says nothing about the conversations. It is in the language in which the visitor wrote."""
    with translation.override(language_of_session(request.lead.session if request.lead else None)):
        return _composed(request)


def _composed(request: LinkRequest) -> EmailMessage:
    url = f"{settings.SITE_URL}{reverse('memory_link', args=[token_of(request)])}"
    lines = [
        _("You wrote to %(agent)s and were here before.") % {"agent": request.agent.name},
        _("Open this link within an hour, in the browser in which you wrote, to go on where you were:"),
        url,
        _("If it was not you, do nothing."),
    ]
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2] or "localhost"
    return EmailMessage(
        subject=_("Go on where you were"),
        from_email=formataddr((str(request.agent.brand), address)),
        body="\n\n".join(lines),
        to=[request.lead.email] if request.lead else [],
        headers={"Message-ID": f"<link-{request.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
