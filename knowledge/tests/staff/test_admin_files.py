"""Staff add many files at once and see what came of each."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agents.tests.factories import AgentFactory, SuperuserFactory
from knowledge.models import Document
from knowledge.tests.factories import ChunkFactory, DocumentFactory

pytestmark = pytest.mark.django_db
URL = "/admin/knowledge/document/files/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.fixture
def agent():
    return AgentFactory()


def files(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, f"# About {name}\n\nIt costs $9.".encode()) for name in names]


def test_each_file_becomes_a_document_and_is_shown(client, staff, agent):
    response = client.post(URL, {"agent": agent.pk, "upload": files("a.md", "b.txt")}, follow=True)

    page = response.content.decode()
    assert sorted(Document.objects.values_list("name", flat=True)) == ["About a.md", "About b.txt"]
    assert "About a.md" in page
    assert "About b.txt" in page
    assert LogEntry.objects.count() == 2


def test_a_file_that_cannot_be_read_is_told_and_costs_no_other(client, staff, agent):
    bad = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n\x00\x00")

    response = client.post(URL, {"agent": agent.pk, "upload": [bad, *files("a.md")]}, follow=True)

    assert "“photo.png” was not added: This type of file is not read" in response.content.decode()
    assert Document.objects.count() == 1


def test_an_empty_file_says_so(client, staff, agent):
    empty = SimpleUploadedFile("empty.txt", b"")

    response = client.post(URL, {"agent": agent.pk, "upload": [empty]}, follow=True)

    assert "“empty.txt” was not added: This file is empty" in response.content.decode()


def test_content_that_is_there_names_its_document(client, staff, agent):
    client.post(URL, {"agent": agent.pk, "upload": files("a.md")})

    response = client.post(URL, {"agent": agent.pk, "upload": files("a.md")}, follow=True)

    assert "“a.md” is there already, as “About a.md”." in response.content.decode()
    assert Document.objects.count() == 1


def test_the_script_gets_what_came_of_a_file_as_json(client, staff, agent):
    response = client.post(URL, {"agent": agent.pk, "upload": files("a.md")}, headers={"Accept": "application/json"})

    assert response.json()["results"] == [
        {"id": str(Document.objects.get().pk), "tone": "success", "words": "“a.md” was added."}
    ]


def test_the_script_is_told_what_is_missing(client, staff):
    response = client.post(URL, {"upload": files("a.md")}, headers={"Accept": "application/json"})

    assert response.status_code == 422
    assert "required" in response.json()["results"][0]["words"]


def test_the_states_of_documents_are_shown_as_they_are_now(client, staff):
    ready, failed = DocumentFactory(status="ready", is_owed=False), DocumentFactory(status="failed", error="Too long.")
    ChunkFactory(document=ready)

    page = client.get(f"{URL}states/", {"id": [ready.pk, failed.pk]}).content.decode()

    assert "1 passage" in page
    assert "Too long." in page
    assert page.index(str(ready.pk)) < page.index(str(failed.pk))


def test_states_of_what_is_no_document_are_none(client, staff):
    assert "<tr>" not in client.get(f"{URL}states/", {"id": ["x"]}).content.decode()


def test_who_may_not_add_documents_gets_no_page(client, agent):
    client.force_login(SuperuserFactory(is_superuser=False))

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}states/").status_code == 403
    assert client.post(URL, {"agent": agent.pk, "upload": files("a.md")}).status_code == 403


def test_the_list_of_documents_leads_to_the_page(client, staff, agent):
    page = client.get(reverse("admin:knowledge_document_changelist"), {"agent__id__exact": agent.pk}).content.decode()

    assert f"{URL}?agent={agent.pk}" in page


def test_where_there_is_one_agent_it_is_meant(client, staff, agent):
    assert client.get(URL).context["form"]["agent"].value() == agent.pk

    AgentFactory()
    assert client.get(URL).context["form"]["agent"].value() is None
