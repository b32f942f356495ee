"""Tells staff about a lead by e-mail. An alert is a row; it is tried until it is sent, and worded when it is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from limits import parse

from access import rates
from leads.models import Alert, Fact, Lead, LeadSettings
from lib.text import shorten

log = logging.getLogger(__name__)

FIRST_S = 10  # so that what a visitor says in one go is one e-mail
GROWN_S = 120  # later ones at most once in two minutes
SUBJECT_CHARS = 120
PER_AGENT = parse("10 per 10 minutes")  # e-mails; what comes beyond is told together, some minutes later
MAX_TOGETHER = 50  # leads in one e-mail


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
        rates.count(PER_AGENT, "alerted", str(alert.lead.agent_id))
    except rates.RateLimited as limited:
        _hold(alert, limited.retry_after_s)
        return
    told = [alert, *_claimed_with(alert)]
    try:
        message = composed(alert) if len(told) == 1 else composed_together(told)
        message.send()
    except Exception as error:  # each mail service has errors of its own; their texts may hold addresses and keys
        if isinstance(error, SMTPRecipientsRefused):
            _note(told, [address for address in message.to if address not in error.recipients])
        for each in told:
            _failed(each, type(error).__name__)
        return
    _note(told, message.to)
    Alert.objects.filter(pk__in=[each.pk for each in told]).update(
        state=Alert.State.SENT, sent_at=timezone.now(), error=""
    )


def _note(told: list[Alert], addresses: list[str]) -> None:
    """Keep whom these were sent to; they are not told once more when an alert is tried again for the others."""
    for each in told:
        each.addresses = "\n".join([*each.addresses.splitlines(), *addresses])
    Alert.objects.bulk_update(told, ["addresses"])


def _still_to_tell(alerts: list[Alert]) -> list[str]:
    """Those of the agent's addresses that some of these were not sent to yet."""
    told = set.intersection(*(set(alert.addresses.splitlines()) for alert in alerts))
    addresses = LeadSettings.objects.get(agent=alerts[0].lead.agent_id).addresses
    return [address for address in addresses if address not in told]


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


def _hold(alert: Alert, wait_s: int) -> None:
    """Put off an alert that would be one e-mail too many. It is no attempt, and the next e-mail tells it as well."""
    alert.attempts -= 1
    alert.error = Alert.HELD
    alert.next_attempt_at = timezone.now() + timedelta(seconds=wait_s)
    with transaction.atomic():
        alert.save(update_fields=["attempts", "error", "next_attempt_at"])
        enqueue(alert)


@transaction.atomic
def _claimed_with(alert: Alert) -> list[Alert]:
    """Those of the same agent that were put off, under the same lease; their own tasks come back if it runs out."""
    held = Alert.objects.select_for_update(of=("self",), skip_locked=True).select_related("lead")
    held = held.filter(lead__agent=alert.lead.agent_id, state=Alert.State.WAITING, error=Alert.HELD)
    claimed = list(held.exclude(pk=alert.pk).order_by("created_at")[: MAX_TOGETHER - 1])
    for each in claimed:
        each.attempts += 1
        each.error = ""
        each.next_attempt_at = alert.next_attempt_at
    Alert.objects.bulk_update(claimed, ["attempts", "error", "next_attempt_at"])
    return claimed


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
    subject = _("Lead: %(who)s") % {"who": _who_and_what(lead, facts)}
    lines = [
        *(f"{fact.label}: {fact.value}\n    {_('their words')}: “{_in_a_line(fact.words)}”" for fact in facts),
        "",
        *([_("On the page %(page)s") % {"page": lead.page}] if lead.page else []),
        *([_("Came from %(referrer)s") % {"referrer": lead.referrer}] if lead.referrer else []),
        _("Score %(score)s, stage %(stage)s") % {"score": lead.score, "stage": lead.get_stage_display()},
        _("The lead with its conversation: %(url)s") % {"url": address_of(lead)},
    ]
    in_thread = _message_id(told_before.pk) if told_before else ""
    return EmailMessage(
        subject=shorten(_in_a_line(subject), SUBJECT_CHARS),
        body="\n".join(lines),
        to=_still_to_tell([alert]),
        # Others than ASCII cannot stand in a header: a mail server may refuse the whole e-mail for it.
        reply_to=[lead.email] if lead.email and lead.email.rpartition("@")[0].isascii() else None,
        headers={
            "Message-ID": _message_id(alert.pk),
            "Auto-Submitted": "auto-generated",
            **({"In-Reply-To": in_thread, "References": in_thread} if in_thread else {}),
        },
    )


def composed_together(alerts: list[Alert]) -> EmailMessage:
    """One e-mail about several leads of one agent, where one for each would be too many."""
    agent = alerts[0].lead.agent
    lines = [_("So many leads came at once that this e-mail tells of all of them:")]
    for lead in (alert.lead for alert in alerts):
        facts = lead.facts.current().exclude(is_declined=True).order_by("created_at")
        lines.append(f"{_in_a_line(_who_and_what(lead, facts))}\n{address_of(lead)}")
    subject = _("%(count)s leads of %(agent)s") % {"count": len(alerts), "agent": agent.name}
    return EmailMessage(
        subject=shorten(_in_a_line(subject), SUBJECT_CHARS),
        body="\n\n".join(lines),
        to=_still_to_tell(alerts),
        headers={"Message-ID": _message_id(f"together-{alerts[0].pk}"), "Auto-Submitted": "auto-generated"},
    )


def _who_and_what(lead: Lead, facts: Iterable[Fact]) -> str:
    what = ", ".join(f"{fact.label}: {fact.value}" for fact in facts if fact.kind not in {"name", "email", "phone"})
    return f"{lead} – {what}" if what else str(lead)


def _message_id(name: object) -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{name}@{domain}>"


def address_of(lead: Lead) -> str:
    """The address of the lead's page in the admin, with the host from SITE_URL."""
    return f"{settings.SITE_URL}{reverse('admin:leads_lead_change', args=[lead.pk])}"


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
