"""The team is told by e-mail that somebody waits, once, and not after somebody came."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from limits import parse

from conversations.models import SpeakerChange
from conversations.speakers import changes
from conversations.speakers.changes import Notice, Person
from conversations.tests.factories import MessageFactory
from fakes.mail import mail_server
from inbox import calling
from leads.models import LeadSettings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(agent):
    LeadSettings.objects.create(agent=agent, alert_addresses="team@example.org")
    session = MessageFactory(session__agent=agent, content="Hello").session
    session.title = "A large\n order"
    session.save()
    return session


def hand_over(session):
    changes.hand_over.sync(session.pk, SpeakerChange.Reason.WISH, 60, Notice())
    session.refresh_from_db()


def test_one_e_mail_says_who_waits_and_where_to_answer(session, settings):
    settings.SITE_URL = "https://shop.example"
    hand_over(session)

    calling.call_the_team.call(str(session.pk), session.speaker_number)

    [sent] = mail.outbox
    assert sent.to == ["team@example.org"]
    assert sent.subject == "Somebody waits: A large order"
    assert f"https://shop.example/admin/inbox/{session.pk}/" in sent.body
    assert f"waiting-{session.pk}-1@" in sent.extra_headers["Message-ID"]


def test_nobody_is_told_once_somebody_came(session):
    hand_over(session)
    number = session.speaker_number
    changes.take.sync(session.pk, Person("Sam", "staff 1"), 60)

    calling.call_the_team.call(str(session.pk), number)

    assert mail.outbox == []


class Away(BaseEmailBackend):
    """A mail server that nobody reaches; what it says must not be kept."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("smtp://user:hunter2@mail.example")


def test_a_mail_server_that_is_away_is_asked_again(session, settings, caplog):
    hand_over(session)
    settings.EMAIL_BACKEND = f"{__name__}.Away"

    calling.call_the_team.call(str(session.pk), session.speaker_number)

    soon = (timezone.now(), timezone.now() + timedelta(minutes=1))
    again = DBTaskResult.objects.get(task_path__endswith="call_the_team", run_after__range=soon)
    assert again.args_kwargs["args"] == [str(session.pk), 1]
    assert "hunter2" not in caplog.text


def test_the_task_is_stored_with_the_wish(session):
    hand_over(session)

    assert DBTaskResult.objects.filter(task_path__endswith="call_the_team").count() == 1


def test_where_no_address_is_told_nobody_is_called(session, agent):
    LeadSettings.objects.filter(agent=agent).update(alert_addresses="")
    hand_over(session)

    assert not DBTaskResult.objects.filter(task_path__endswith="call_the_team").exists()


def test_who_asks_again_and_again_makes_one_e_mail_in_two_minutes(session):
    for _ in range(5):
        hand_over(session)
        changes.cancel.sync(session.pk)
    hand_over(session)

    first, *others = DBTaskResult.objects.filter(task_path__endswith="call_the_team").order_by("enqueued_at")
    for task in (first, *others):
        calling.call_the_team.call(*task.args_kwargs["args"])

    assert len(others) == 5
    assert all(task.run_after > timezone.now() + timedelta(seconds=100) for task in others)
    assert len(mail.outbox) == 1  # of the wish that still waits


def test_a_flood_of_visitors_makes_no_flood_of_e_mail(session, agent, monkeypatch, caplog):
    monkeypatch.setattr(calling, "PER_AGENT", parse("2/hour"))
    for _ in range(4):
        other = MessageFactory(session__agent=agent, content="Hello").session
        hand_over(other)
        calling.call_the_team.call(str(other.pk), other.speaker_number)

    assert len(mail.outbox) == 2
    assert "not told of this one" in caplog.text


def test_where_one_of_the_team_is_told_nobody_is_told_again_for_the_other(session, settings):
    LeadSettings.objects.update(alert_addresses="team@example.org\naway@example.org")
    hand_over(session)
    tasks = DBTaskResult.objects.filter(task_path__endswith="call_the_team").count()
    with mail_server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "lib.mail.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = server.server_address[1]
        server.refused = {"away@example.org"}

        calling.call_the_team.call(str(session.pk), session.speaker_number)

    assert len(server.messages) == 1
    assert DBTaskResult.objects.filter(task_path__endswith="call_the_team").count() == tasks
