"""Staff add one web page by its address and read it again."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from agents.tests.factories import StaffFactory, SuperuserFactory
from knowledge.models import Document
from knowledge.tests.websites.conftest import read_asked

pytestmark = pytest.mark.django_db
URL = "/admin/knowledge/document/page/"
PAGE = "<main><h1>Brook 90</h1><p>The Brook 90 is a lamp for large desks. It costs 240 euros.</p></main>"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def form(agent) -> dict[str, object]:
    return {"agent": agent.pk, "every_hours": 24}


def saved(client: Client, **changes: object) -> str:
    """The page of the only document, as a browser saves its form."""
    document = Document.objects.get()
    text = document.text.replace("\n", "\r\n")
    sent = {"agent": document.agent_id, "name": document.name, "text": text, "every_hours": document.every_hours}
    url = reverse("admin:knowledge_document_change", args=[document.pk])
    return client.post(url, {**sent, **changes, "_continue": "1"}, follow=True).content.decode()


def state_of(client: Client) -> str:
    """The fragment that the page of the only document asks for."""
    return client.get(reverse("admin:knowledge_document_state", args=[Document.objects.get().pk])).content.decode()


def test_a_page_is_read_in_the_background_and_its_document_says_how_far_it_is(client, staff, agent, site):
    site.page("/brook", PAGE)

    page = client.post(URL, {**form(agent), "url": site.url("/brook")}, follow=True).content.decode()
    listed = client.get(reverse("admin:knowledge_document_changelist")).content.decode()
    waiting = state_of(client)
    read_asked()
    done = state_of(client)

    assert "It is read in the background" in page
    assert 'hx-trigger="every 2s"' in page
    assert all("Waiting to be read" in shown for shown in (page, listed, waiting))
    assert "hx-get" in waiting
    assert "hx-get" not in done
    assert "Show what was read" in done
    assert "240 euros" in Document.objects.get().text
    assert LogEntry.objects.count() == 1


def test_a_page_that_cannot_be_read_says_why_and_is_kept_for_later(client, staff, agent, site):
    client.post(URL, {**form(agent), "url": site.url("/nothing")})

    read_asked()

    assert "There is no page at this address (404)." in state_of(client)
    assert Document.objects.get().status == Document.Status.FAILED


def test_read_again_fetches_the_page_anew_and_keeps_its_text_when_it_is_away(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {**form(agent), "url": site.url("/brook")})
    read_asked()
    again = reverse("admin:knowledge_document_index", args=[Document.objects.get().pk])

    site.page("/brook", PAGE.replace("240", "260"))
    client.post(again)
    read_asked()
    site.put("/brook", "", status=500)
    reading = client.post(again, follow=True).content.decode()
    read_asked()
    waiting = state_of(client)
    while read_asked():
        pass

    assert "Ready, read again at" in waiting
    assert "The server has an error" in waiting
    assert 'hx-trigger="every 15s"' in waiting
    assert "Ready, being read again" in reading
    assert "The server has an error" in state_of(client)
    assert "260 euros" in Document.objects.get().text


def test_a_page_says_when_it_was_read_and_is_read_next(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {**form(agent), "url": site.url("/brook"), "every_hours": 12})
    read_asked()

    shown = state_of(client)
    never = saved(client, every_hours=0)

    assert Document.objects.get().every_hours == 0
    assert "next reading" in shown
    assert "read again when you say so" in never


def test_another_schedule_alone_is_no_change_of_the_text(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {**form(agent), "url": site.url("/brook")})
    read_asked()
    before = Document.objects.get()

    saved(client, every_hours=2)

    after = Document.objects.get()
    assert after.next_read_at < before.next_read_at
    assert (after.content_hash, after.is_owed) == (before.content_hash, False)


def test_what_staff_wrote_over_a_page_is_not_undone_by_a_reading(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {**form(agent), "url": site.url("/brook")})
    read_asked()
    saved(client, name="Our lamp")
    scheduled = Document.objects.get().every_hours

    page = saved(client, text="# Brook 90\r\n\r\nThe Brook 90 costs 300 euros.")

    document = Document.objects.get()
    assert (scheduled, document.every_hours, document.next_read_at) == (24, 0, None)
    assert "It is not read again by itself any more" in page
    assert "300 euros" in document.text


def test_read_again_brings_back_what_the_page_says(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {**form(agent), "url": site.url("/brook")})
    read_asked()
    saved(client, text="The Brook 90 costs 300 euros.")

    client.post(reverse("admin:knowledge_document_index", args=[Document.objects.get().pk]))
    read_asked()

    assert "240 euros" in Document.objects.get().text


def test_an_agents_other_documents_have_no_schedule(client, staff, agent):
    document = Document.objects.create(agent=agent, name="House", text="Sit on a towel.")

    page = client.get(reverse("admin:knowledge_document_change", args=[document.pk])).content.decode()

    assert "every_hours" not in page


def test_who_may_not_see_documents_is_not_told_how_far_one_is(client, staff, agent, site):
    client.post(URL, {**form(agent), "url": site.url("/brook")})
    client.force_login(StaffFactory())

    response = client.get(reverse("admin:knowledge_document_state", args=[Document.objects.get().pk]))

    assert response.status_code == 403


def test_a_schedule_is_between_never_and_a_year(client, staff, agent, site):
    response = client.post(URL, {**form(agent), "url": site.url("/brook"), "every_hours": 9000})

    assert response.context["form"].errors["every_hours"]
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["", "brook", "ftp://shop.example/", "https://jo:secret@shop.example/", "https://shop.example/" + "{" * 400],
)
def test_what_is_no_address_of_a_page_is_told_in_the_form(client, staff, agent, url):
    response = client.post(URL, {**form(agent), "url": url})

    assert response.context["form"].errors["url"]
    assert not Document.objects.exists()


def test_who_may_not_add_documents_is_refused(client, agent):
    client.force_login(StaffFactory(may=["knowledge.view_document"]))

    assert client.get(URL).status_code == 403
