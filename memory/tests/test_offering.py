"""Who leaves the same e-mail address in another browser is remembered there once they confirm it, and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agents.models import Brand
from conversations.tests.factories import MessageFactory, SessionFactory
from leads.keeping import refresh
from leads.reading import read_now
from leads.tests.factories import FactFactory, LeadFactory
from memory import offering
from memory.models import LinkRequest, MemorySettings, SessionSummary
from memory.recall import memories_for
from memory.switch import decide, forget_what_is_known
from memory.tests.two_browsers import ADDRESS, EARLIER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("remembers")]


def offered(lead) -> list[mail.EmailMessage]:
    """The e-mails after the tasks ran that are owed for a lead's address."""
    offering.offer.call(str(lead.pk))
    for request in LinkRequest.objects.filter(sent_at=None):
        offering.send.call(str(request.pk))
    return mail.outbox


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/privacy/memory/link/\S+)", message.body)[1]


def known(lead) -> list[str]:
    return [each.text for each in memories_for(lead.session_id, lead.agent_id)]


def test_the_email_is_in_the_language_in_which_the_visitor_wrote(lead):
    lead.session.first_touch = {"locale": "de"}
    lead.session.save()

    assert offered(lead)[0].subject == "Weitermachen, wo Sie waren"


def test_the_email_links_the_browser_in_which_the_address_was_left(client, lead, django_assert_num_queries):
    Brand.objects.filter(agent=lead.agent).update(company="Tarnfield")
    sent = offered(lead)

    assert [message.to for message in sent] == [["Jo@x.example"]]
    assert "If it was not you, do nothing." in sent[0].body
    assert "lamp" not in sent[0].body
    assert sent[0].from_email.startswith("Tarnfield <"), "the company of the agent, not of the installation"
    link = link_in(sent[0])
    assert not any(secret in link for secret in (EARLIER, lead.session.visitor, "@"))
    page = client.get(link).content.decode()
    assert "Yes, it was me" in page
    assert known(lead) == [], "opening changes nothing"

    assert client.post(link)["Location"] == "/chat/ada/memory/"

    with django_assert_num_queries(1):
        assert known(lead) == ["They want a red lamp."]
    page = client.get("/privacy/memory/").content.decode()
    assert "They want a red lamp." in page
    assert "From another browser of yours" in page
    assert client.post(link).status_code == 410, "it works once"


def test_an_address_corrected_meanwhile_gets_no_email(lead):
    """Else who types somebody's address and then their own would get the link."""
    offering.offer.call(str(lead.pk))
    type(lead).objects.filter(pk=lead.pk).update(email="thief@x.example")
    offering.send.call(str(LinkRequest.objects.get().pk))

    assert mail.outbox == []


@pytest.mark.parametrize("missing", ["here", "there", "switch", "summary", "address", "apart", "server"])
def test_nobody_is_written_to_without_consent_on_both_sides_and_the_same_address(lead, earlier, settings, missing):
    if missing in {"here", "there"}:
        decide(lead.session.visitor if missing == "here" else EARLIER, lead.agent.brand, False)
    elif missing == "switch":
        MemorySettings.objects.update(is_on=False)
        forget_what_is_known()
    elif missing == "summary":
        SessionSummary.objects.all().forget()
    elif missing == "server":
        settings.EMAIL_BACKEND = offering.LOGGED
    else:
        type(lead).objects.filter(pk=earlier.pk).update(
            **{"email": "li@x.example"} if missing == "address" else {"is_apart": True}
        )

    assert offered(lead) == []


def test_the_same_two_get_one_email_an_hour_and_an_address_three_a_day(remembers, lead):
    for _ in range(3):
        offered(lead)
    assert len(mail.outbox) == 1
    for number in range(4):
        decide(str(number) * 64, remembers.brand, True)
        offered(LeadFactory(session=SessionFactory(agent=remembers, visitor=str(number) * 64), email=ADDRESS))
    assert len(mail.outbox) == offering.MAX_A_DAY

    lead.session.delete()
    LinkRequest.objects.update(created_at=timezone.now() - timedelta(hours=2))
    offered(LeadFactory(session=SessionFactory(agent=remembers, visitor="0" * 64), email=ADDRESS))
    assert len(mail.outbox) == offering.MAX_A_DAY, "nor more for who deletes what they wrote"


def test_a_server_that_fails_is_asked_again_and_the_link_is_sent_once(lead, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "nowhere.EmailBackend"
    offered(lead)
    assert DBTaskResult.objects.filter(task_path="memory.offering.send", run_after__gt=timezone.now()).exists()
    settings.EMAIL_BACKEND = working

    for _ in range(2):
        offering.send.call(str(LinkRequest.objects.get().pk))
    assert len(mail.outbox) == 1

    LinkRequest.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    offered(lead)
    assert len(mail.outbox) == 1, "an hour counts from when it was sent"
    LinkRequest.objects.update(sent_at=None)
    offering.send.call(str(LinkRequest.objects.first().pk))
    assert len(mail.outbox) == 1, "nor is one sent that waited for an hour"


def test_the_same_is_done_for_an_address_that_is_known_and_one_that_is_not(remembers, visitor, earlier):
    """No oracle: a message costs the same task either way, and its reading finds nothing out."""
    for address in (ADDRESS, "unknown@x.example"):
        before = DBTaskResult.objects.filter(task_path="memory.offering.offer").count()
        session = SessionFactory(agent=remembers, visitor=visitor)
        read_now(str(MessageFactory(session=session, content=f"My address is {address}").pk))
        assert DBTaskResult.objects.filter(task_path="memory.offering.offer").count() == before + 1
    assert not LinkRequest.objects.exists()


def test_who_allows_it_after_leaving_the_address_is_written_to(client, lead):
    refresh(FactFactory(lead=lead, key="email", label="E-mail", kind="email", value=ADDRESS).lead)
    DBTaskResult.objects.all().delete()

    client.post("/chat/ada/memory/choose/", {"choice": "allow"})

    owed = DBTaskResult.objects.get(task_path="memory.offering.offer")
    assert owed.args_kwargs["args"] == [str(lead.pk)]
