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


def state_of(client: Client) -> str:
    """The fragment that the page of the only document asks for."""
    return client.get(reverse("admin:knowledge_document_state", args=[Document.objects.get().pk])).content.decode()


def test_a_page_is_read_in_the_background_and_its_document_says_how_far_it_is(client, staff, agent, site):
    site.page("/brook", PAGE)

    page = client.post(URL, {"agent": agent.pk, "url": site.url("/brook")}, follow=True).content.decode()
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
    client.post(URL, {"agent": agent.pk, "url": site.url("/nothing")})

    read_asked()

    assert "There is no page at this address (404)." in state_of(client)
    assert Document.objects.get().status == Document.Status.FAILED


def test_read_again_fetches_the_page_anew_and_keeps_its_text_when_it_is_away(client, staff, agent, site):
    site.page("/brook", PAGE)
    client.post(URL, {"agent": agent.pk, "url": site.url("/brook")})
    read_asked()
    again = reverse("admin:knowledge_document_index", args=[Document.objects.get().pk])

    site.page("/brook", PAGE.replace("240", "260"))
    client.post(again)
    read_asked()
    site.put("/brook", "", status=500)
    reading = client.post(again, follow=True).content.decode()
    read_asked()

    assert "Ready, being read again" in reading
    assert "The server has an error" in state_of(client)
    assert "260 euros" in Document.objects.get().text


def test_who_may_not_see_documents_is_not_told_how_far_one_is(client, staff, agent, site):
    client.post(URL, {"agent": agent.pk, "url": site.url("/brook")})
    client.force_login(StaffFactory())

    response = client.get(reverse("admin:knowledge_document_state", args=[Document.objects.get().pk]))

    assert response.status_code == 403


@pytest.mark.parametrize(
    "url",
    ["", "brook", "ftp://shop.example/", "https://jo:secret@shop.example/", "https://shop.example/" + "{" * 400],
)
def test_what_is_no_address_of_a_page_is_told_in_the_form(client, staff, agent, url):
    response = client.post(URL, {"agent": agent.pk, "url": url})

    assert response.context["form"].errors["url"]
    assert not Document.objects.exists()


def test_who_may_not_add_documents_is_refused(client, agent):
    client.force_login(StaffFactory(may=["knowledge.view_document"]))

    assert client.get(URL).status_code == 403
