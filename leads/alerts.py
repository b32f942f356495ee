"""Tells staff about a lead by e-mail. An alert is a row; it is tried until it is sent, and worded when it is sent."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from leads.models import Alert, Lead, LeadSettings
from lib.text import shorten

log = logging.getLogger(__name__)

FIRST_S = 10  # so that what a visitor says in one go is one e-mail
GROWN_S = 120  # later ones at most once in two minutes
SUBJECT_CHARS = 120


def owe(lead: Lead) -> None:
    """Owe an alert about this lead; call it in the transaction that changed the lead.

    Does nothing while the visitor cannot be reached, or if the agent has no address for alerts.
    """
    of_agent = LeadSettings.objects.filter(agent=lead.agent_id).first()
    if of_agent is None or not of_agent.addresses or not lead.is_reachable:
        return
    if Alert.objects.filter(lead=lead, state=Alert.State.WAITING).exists():
        return
    is_first = not Alert.objects.filter(lead=lead).exists()
    at = timezone.now() + timedelta(seconds=FIRST_S if is_first else GROWN_S)
    alert = Alert.objects.create(lead=lead, next_attempt_at=at)
    enqueue(alert)


def enqueue(alert: Alert) -> None:
    send_alert.using(run_after=alert.next_attempt_at).enqueue(str(alert.pk))


@task()
def send_alert(alert_id: str) -> None:
    """The task: send one alert if it is due, under a lease of two minutes. A failure is tried again later.

    If the process is killed after the mail server accepted it, it is sent twice, with the same Message-ID, by which
    mail programs recognise it.
    """
    alert = _claimed(alert_id)
    if alert is None:
        return
    try:
        message = composed(alert)
        message.send()
    except Exception as error:  # each mail service has errors of its own; their texts may hold addresses and keys
        _failed(alert, type(error).__name__)
        return
    Alert.objects.filter(pk=alert.pk).update(
        state=Alert.State.SENT, sent_at=timezone.now(), error="", addresses="\n".join(message.to)
    )


@transaction.atomic
def _claimed(alert_id: str) -> Alert | None:
    alert = Alert.objects.select_for_update(of=("self",)).select_related("lead").filter(pk=alert_id).first()
    if alert is None or alert.state != Alert.State.WAITING:
        return None
    if alert.next_attempt_at > timezone.now():  # another process sends it, or was killed meanwhile
        enqueue(alert)
        return None
    alert.attempts += 1
    alert.next_attempt_at = timezone.now() + Alert.LEASE
    alert.save(update_fields=["attempts", "next_attempt_at"])
    return alert


def _failed(alert: Alert, why: str) -> None:
    log.warning("alert %s was not sent, attempt %s: %s", alert.pk, alert.attempts, why)
    alert.error = why
    if alert.attempts > len(Alert.BACKOFF):
        alert.state = Alert.State.FAILED
    else:
        alert.next_attempt_at = timezone.now() + Alert.BACKOFF[alert.attempts - 1]
    with transaction.atomic():
        alert.save(update_fields=["error", "state", "next_attempt_at"])
        if alert.state == Alert.State.WAITING:
            enqueue(alert)


def composed(alert: Alert) -> EmailMessage:
    """The e-mail about the present state of a lead. A reply to it goes to the visitor."""
    lead = alert.lead
    facts = list(lead.facts.current().exclude(is_declined=True).order_by("created_at"))
    told_before = Alert.objects.filter(lead=lead, state=Alert.State.SENT).order_by("sent_at").first()
    what = ", ".join(f"{fact.label}: {fact.value}" for fact in facts if fact.kind not in {"name", "email", "phone"})
    subject = _("Lead: %(who)s") % {"who": lead} + (f" – {what}" if what else "")
    lines = [
        *(f"{fact.label}: {fact.value}\n    {_('their words')}: “{_in_a_line(fact.words)}”" for fact in facts),
        "",
        *([_("On the page %(page)s") % {"page": lead.page}] if lead.page else []),
        *([_("Came from %(referrer)s") % {"referrer": lead.referrer}] if lead.referrer else []),
        _("Score %(score)s, stage %(stage)s") % {"score": lead.score, "stage": lead.get_stage_display()},
        _("The lead with its conversation: %(url)s") % {"url": address_of(lead)},
    ]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{alert.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if told_before:
        headers["In-Reply-To"] = headers["References"] = f"<{told_before.pk}@{domain}>"
    return EmailMessage(
        subject=shorten(_in_a_line(subject), SUBJECT_CHARS),
        body="\n".join(lines),
        to=LeadSettings.objects.get(agent=lead.agent_id).addresses,
        reply_to=[lead.email] if lead.email else None,
        headers=headers,
    )


def address_of(lead: Lead) -> str:
    """The address of the lead's page in the admin, with the host from SITE_URL."""
    return f"{settings.SITE_URL}{reverse('admin:leads_lead_change', args=[lead.pk])}"


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
