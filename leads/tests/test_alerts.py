"""Staff are told of a lead by e-mail: once, with all that is known, again when more is, and never not at all."""

from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from limits import parse

from access import rates
from agents.models import Agent
from conversations.tests.factories import MessageFactory
from fakes.mail import mail_server
from leads import alerts
from leads.models import Alert, Lead, LeadSettings
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db


class Away(BaseEmailBackend):
    """A mail server that nobody reaches; what it says must not be kept."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("smtp://user:hunter2@mail.example")


@pytest.fixture
def lead():
    lead = LeadFactory(email="jo@example.org", name="Jo Smith", page="https://x.example/prices")
    LeadSettings.objects.create(agent=lead.agent, alert_addresses="sales@x.example\nboss@x.example")
    FactFactory(lead=lead, value="40")
    return lead


def due(alert):
    Alert.objects.filter(pk=alert.pk).update(next_attempt_at=timezone.now())
    return alert


def send(alert):
    alerts.send_alert.call(str(due(alert).pk))
    alert.refresh_from_db()
    return alert


def test_it_says_who_what_and_in_which_words_and_answers_the_visitor(lead):
    alerts.owe(lead)

    alert = send(lead.alerts.get())

    sent = mail.outbox[0]
    assert alert.state == Alert.State.SENT
    assert sent.to == ["sales@x.example", "boss@x.example"]
    assert sent.reply_to == ["jo@example.org"]
    assert sent.subject == "Lead: Jo Smith – People: 40"
    assert "“40”" in sent.body
    assert f"/admin/leads/lead/{lead.pk}/change/" in sent.body


def test_facts_that_come_while_it_waits_are_in_the_same_e_mail(lead):
    alerts.owe(lead)
    FactFactory(lead=lead, key="budget", label="Budget", kind="money", value="5000 EUR")
    alerts.owe(lead)

    send(lead.alerts.get())

    assert len(mail.outbox) == 1
    assert "5000 EUR" in mail.outbox[0].body


def test_what_comes_later_is_told_in_the_same_thread(lead):
    alerts.owe(lead)
    first = send(lead.alerts.get())
    alerts.owe(lead)

    second = send(lead.alerts.exclude(pk=first.pk).get())

    assert mail.outbox[1].extra_headers["In-Reply-To"] == mail.outbox[0].extra_headers["Message-ID"]
    assert second.next_attempt_at - second.created_at > timedelta(0)


def test_nobody_is_told_of_a_visitor_who_cannot_be_reached(lead):
    lead.email = ""

    alerts.owe(lead)

    assert not lead.alerts.exists()


def test_an_agent_without_addresses_tells_nobody(lead):
    LeadSettings.objects.update(alert_addresses="")

    alerts.owe(lead)

    assert not lead.alerts.exists()


def test_a_mail_server_that_is_away_is_asked_again_and_its_words_are_not_kept(lead, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    alerts.owe(lead)

    alert = send(lead.alerts.get())

    assert (alert.state, alert.attempts, alert.error) == (Alert.State.WAITING, 1, "ConnectionRefusedError")
    assert alert.next_attempt_at > timezone.now()
    assert "hunter2" not in caplog.text
    owed = DBTaskResult.objects.filter(task_path__endswith="send_alert").order_by("-run_after").first()
    assert owed.run_after == alert.next_attempt_at
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(alert).state == Alert.State.SENT


def test_after_the_last_attempt_it_has_failed_and_is_shown_so(lead, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    alerts.owe(lead)
    alert = lead.alerts.get()

    for _attempt in range(len(Alert.BACKOFF) + 1):
        send(alert)

    assert alert.state == Alert.State.FAILED
    alerts.owe(lead)
    assert lead.alerts.filter(state=Alert.State.WAITING).exists()  # the next fact is told all the same


def test_one_that_another_process_holds_is_not_sent_twice(lead):
    alerts.owe(lead)
    alert = due(lead.alerts.get())
    held = alerts._claimed(str(alert.pk))

    alerts.send_alert.call(str(alert.pk))

    assert held is not None
    assert mail.outbox == []
    # Whoever held it was killed: the task that found it held comes back when its time is over.
    assert DBTaskResult.objects.filter(run_after=held.next_attempt_at).exists()


def test_a_name_with_line_breaks_makes_no_header(lead):
    lead.name = "Jo\nBcc: everybody@x.example"
    lead.save()
    alerts.owe(lead)

    send(lead.alerts.get())

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["sales@x.example", "boss@x.example"]


def test_an_alert_whose_lead_is_gone_is_no_fault(lead):
    alerts.owe(lead)
    alert_id = str(lead.alerts.get().pk)
    lead.session.delete()

    alerts.send_alert.call(alert_id)

    assert mail.outbox == []
    assert not MessageFactory._meta.model.objects.exists()


@pytest.fixture
def flood(lead, monkeypatch):
    """Five leads at once, where two e-mails may be sent."""
    monkeypatch.setattr(alerts, "PER_AGENT", parse("2 per 10 minutes"))
    leads = [lead, *(LeadFactory(agent=lead.agent, email=f"v{n}@example.org", name=f"Visitor {n}") for n in range(4))]
    for each in leads:
        alerts.owe(each)
    return [send(each.alerts.get()) for each in leads]


def test_a_flood_of_leads_makes_no_flood_of_e_mail_and_nothing_is_lost(flood):
    assert len(mail.outbox) == 2
    held = flood[2:]
    assert {(each.state, each.error, each.attempts) for each in held} == {("waiting", Alert.HELD, 0)}
    for each in held:
        owed = DBTaskResult.objects.filter(args_kwargs__args=[str(each.pk)]).order_by("-run_after").first()
        assert owed.run_after == each.next_attempt_at


def test_what_was_put_off_is_told_in_one_e_mail(flood):
    rates.forget()  # as ten minutes do

    for each in flood[2:]:
        send(each)

    told = mail.outbox[2:]
    assert len(told) == 1
    assert told[0].subject == f"3 leads of {flood[2].lead.agent.name}"
    assert all(f"Visitor {n}\nhttp" in told[0].body for n in (1, 2, 3))
    assert not Alert.objects.exclude(state=Alert.State.SENT).exists()
    assert not told[0].reply_to


def test_a_mail_server_that_refuses_the_one_e_mail_leaves_each_to_be_tried_again(flood, settings):
    rates.forget()
    settings.EMAIL_BACKEND = f"{__name__}.Away"

    send(flood[2])

    waiting = Alert.objects.filter(state=Alert.State.WAITING)
    assert {(each.error, each.attempts) for each in waiting} == {("ConnectionRefusedError", 1)}
    assert waiting.count() == 3


def test_one_agent_s_flood_puts_off_no_other_agent_s_alert(flood):
    other = LeadFactory(email="di@example.org", agent=Agent.objects.create(name="Bo", slug="bo"))
    LeadSettings.objects.create(agent=other.agent, alert_addresses="bo@x.example")
    alerts.owe(other)

    send(other.alerts.get())

    assert mail.outbox[-1].to == ["bo@x.example"]


@pytest.fixture
def post(settings):
    """A mail server that talks SMTP."""
    with mail_server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "lib.mail.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = server.server_address[1]
        yield server


def test_a_colleague_whose_address_is_refused_is_told_later_and_the_others_once(lead, post):
    post.refused = {"boss@x.example"}
    alerts.owe(lead)

    alert = send(lead.alerts.get())

    assert (alert.state, alert.error, alert.addresses) == ("waiting", "SMTPRecipientsRefused", "sales@x.example")
    post.refused = set()
    assert send(alert).state == Alert.State.SENT
    assert [sent["To"] for sent in post.messages] == ["sales@x.example, boss@x.example", "boss@x.example"]
    assert send(alert).addresses == "sales@x.example\nboss@x.example"


def test_an_address_that_no_header_can_hold_is_left_to_the_lead_s_page(lead, post):
    Lead.objects.filter(pk=lead.pk).update(email="jö@exämple.org", name="Jö 李 😀")
    alerts.owe(lead)

    send(lead.alerts.get())

    [sent] = post.messages
    assert sent["Reply-To"] is None
    assert "Jö 李 😀" in str(make_header(decode_header(sent["Subject"])))
    assert all(len(line) < 998 for line in sent.as_bytes().splitlines())
