"""The contact form: checked in the visitor's words, stored with the conversation, confirmed, and never lost."""

import json

import pytest
from django.contrib.auth import get_user_model

from access import tokens
from conversations.models import Message, Reply, Session
from conversations.tests.rest.conftest import async_visitor_of, new_session
from leads.contact import Contact, ContactInvalid, check
from leads.models import Lead, LeadSettings
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = {"name": "Jo Smith", "email": "Jo@EXAMPLE.org", "message": "A lamp for 40 people", "consent": True}


@pytest.fixture
def told(agent):
    return LeadSettings.objects.create(
        agent=agent, alert_addresses="sales@x.example", answer_time="They answer on workdays between 9 and 17."
    )


async def leave(session, body, **headers):
    visitor = async_visitor_of(session.pk)
    path = f"/api/v1/sessions/{session.pk}/contact"
    return await visitor.post(path, json.dumps(body), content_type="application/json", headers=headers)


async def test_it_is_said_stored_and_confirmed(told):
    session = await new_session()

    response = await leave(session, GOOD)

    body = response.json()
    lead = await Lead.objects.aget()
    assert response.status_code == 201
    assert body["lead_id"] == str(lead.pk)
    assert body["said"] == "Saved for the team: Jo@example.org. They answer on workdays between 9 and 17."
    question, answer = [message async for message in Message.objects.filter(session=session)]
    assert question.content == "Name: Jo Smith\nE-mail: Jo@EXAMPLE.org\n\nA lamp for 40 people"
    assert answer.content == body["said"]
    assert (await Reply.objects.aget()).state == Reply.State.COMPLETE
    assert (lead.name, lead.email, lead.consent_text) == ("Jo Smith", "Jo@example.org", told.consent_text)
    assert await lead.alerts.acount() == 1
    async for fact in lead.facts.all():
        assert question.content[fact.start :].startswith(fact.words)


async def test_sent_twice_it_is_there_once(told):
    session = await new_session()

    first = await leave(session, GOOD, **{"Idempotency-Key": "one"})
    second = await leave(session, GOOD, **{"Idempotency-Key": "one"})

    assert first.json() == second.json()
    assert await Message.objects.acount() == 2
    assert await Lead.objects.acount() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "jo@"}, "email"),
        ({"email": "", "phone": "12"}, "phone"),
        ({"consent": False}, "consent"),
        ({"name": "x" * 201}, "name"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_field_and_nothing_is_stored(told, change, field):
    response = await leave(await new_session(), GOOD | change)

    assert response.status_code == 422
    assert field in response.json()["detail"]
    assert not await Message.objects.aexists()


async def test_a_token_opens_its_own_session_only(told):
    session, other = await new_session(), await new_session()
    response = await async_visitor_of(other.pk).post(
        f"/api/v1/sessions/{session.pk}/contact", json.dumps(GOOD), content_type="application/json"
    )

    assert response.status_code == 403


@pytest.mark.parametrize("off", ["nobody is told", "not taken"])
async def test_where_nobody_would_see_it_nothing_is_taken(told, off):
    await (
        LeadSettings.objects.aupdate(alert_addresses="")
        if off == "nobody is told"
        else LeadSettings.objects.aupdate(takes_contact=False)
    )

    response = await leave(await new_session(), GOOD)

    assert response.status_code == 409
    assert not await Lead.objects.aexists()


async def test_staff_who_may_see_leads_are_somebody(agent):
    assert (await leave(await new_session(), GOOD)).status_code == 409

    await in_database(get_user_model().objects.create_superuser)("boss", password="secret")
    from leads import promises

    promises.forget()

    assert (await leave(await new_session(), GOOD)).status_code == 201


def test_a_number_is_read_in_the_agents_country():
    assert check(Contact(phone="020 7946 0000", consent=True), (), "GB").reached_at == ("+442079460000",)
    with pytest.raises(ContactInvalid):
        check(Contact(phone="020 7946 0000", consent=True), (), "")


class TestThePage:
    def test_without_script_it_is_a_page_that_begins_the_conversation(self, told, client):
        page = client.get("/chat/ada/contact/")
        answer = client.post("/chat/ada/contact/", {**GOOD, "consent": "yes"})

        session = Session.objects.get()
        assert str(told.consent_text) in page.content.decode()
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/chat/ada/{session.pk}/#m-")
        shown = client.get(answer["Location"]).content.decode()
        assert "Saved for the team" in shown

    def test_a_wrong_one_comes_back_with_what_was_written_and_why(self, told, client):
        answer = client.post("/chat/ada/contact/", {**GOOD, "email": "jo@", "consent": "yes"})

        text = answer.content.decode()
        assert answer.status_code == 422
        assert "This is no e-mail address" in text
        assert "A lamp for 40 people" in text
        assert not Session.objects.exists()

    def test_the_script_gets_fragments_or_the_errors_by_field(self, told, client):
        session = Session.objects.create(agent=told.agent, visitor="")
        client.get("/chat/csrf/")
        begun = client.post(
            "/chat/ada/contact/", {**GOOD, "consent": "yes", "client_id": "c"}, headers={"HX-Request": "true"}
        )
        refused = client.post("/chat/ada/contact/", {"client_id": "d"}, headers={"HX-Request": "true"})

        assert 'data-client-id="c"' in begun.content.decode()
        assert begun["X-Session-Id"] != str(session.pk)
        assert set(refused.json()["errors"]) == {"email", "consent"}

    def test_where_nothing_is_taken_there_is_no_page_and_no_link(self, agent, client):
        assert client.get("/chat/ada/contact/").status_code == 404
        assert "first_contact" not in client.get("/chat/ada/").content.decode()
        assert 'data-action="contact"' not in client.get("/chat/ada/").content.decode()

    def test_where_it_is_taken_the_panel_has_the_link(self, told, client):
        assert 'data-action="contact"' in client.get("/chat/ada/").content.decode()


def test_a_visitor_of_another_session_finds_no_form(told, client):
    session = Session.objects.create(agent=told.agent, visitor="somebody else")

    assert client.get(f"/chat/sessions/{session.pk}/contact/").status_code == 404
    assert tokens.issue(session.pk)
