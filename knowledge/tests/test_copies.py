"""The same text twice is answered from once, whichever way each came in, and staff and programs are told."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from access import keys
from agents.tests.factories import AgentFactory, SuperuserFactory
from knowledge import adding
from knowledge.conflicts.comparing import compare_next
from knowledge.copies import copies, original_of, said_once
from knowledge.indexing import index_document
from knowledge.models import Conflict, Document
from knowledge.search import search
from knowledge.tests.websites.conftest import _without_pauses, read_asked, site  # noqa: F401
from knowledge.websites import asked_pages

pytestmark = pytest.mark.django_db
HTML = "<main><h1>Brook 90</h1><p>The Brook 90 is a lamp for large desks and costs 240 euros with its bulb.</p></main>"


@pytest.fixture
def page(site, agent) -> Document:  # noqa: F811
    """A web page that was read."""
    site.page("/brook", HTML)
    made = asked_pages.add(agent.pk, site.url("/brook"))
    read_asked()
    made.refresh_from_db()
    return made


def pasted(agent, text: str, **values) -> Document:
    document = Document.objects.create(agent=agent, name=values.pop("name", "Pasted"), text=text, **values)
    index_document(document)
    document.refresh_from_db()
    return document


def found(agent) -> list[str]:
    """The documents of the passages that are found."""
    return [passage.document_id for passage in search(agent.pk, "What does the Brook 90 cost?", 5)]


def test_a_page_and_a_text_that_say_the_same_are_answered_from_once(agent, page):
    text = adding.add_text(agent.pk, page.text + "\n", "Price of the lamp").document

    assert copies(agent.pk) == {text.pk: page.pk}
    assert found(agent) == [str(page.pk)]
    assert list(said_once(agent.pk)) == [page]


def test_a_page_and_a_page_of_a_website_that_say_the_same_are_answered_from_once(agent, page):
    website = agent.websites.create(url="https://a.example/")
    same = {"url": page.url, "content_hash": page.content_hash, "website": website}
    twin = pasted(agent, page.text, name=page.name, **same)

    assert original_of(twin) == page
    assert found(agent) == [str(page.pk)]


def test_pages_of_other_titles_are_two_even_when_their_text_is_one(agent, page):
    other = pasted(agent, page.text, name="Brook 95", url="https://a.example/brook-95", content_hash="0" * 32)

    assert copies(agent.pk) == {}
    assert set(found(agent)) == {str(page.pk), str(other.pk)}


def test_a_page_that_comes_later_answers_in_the_place_of_what_was_pasted(agent, site):  # noqa: F811
    text = pasted(agent, "# Brook 90\n\nThe Brook 90 is a lamp for large desks and costs 240 euros with its bulb.")
    assert found(agent) == [str(text.pk)]
    site.page("/brook", HTML)

    page = asked_pages.add(agent.pk, site.url("/brook"))
    read_asked()

    assert copies(agent.pk) == {text.pk: page.pk}
    assert found(agent) == [str(page.pk)]


@pytest.mark.parametrize("end", ["deleted", "gone", "changed"])
def test_a_copy_answers_once_the_other_does_not_say_the_same_any_more(agent, page, end):
    text = adding.add_text(agent.pk, page.text, "Price of the lamp").document
    assert found(agent) == [str(page.pk)]

    if end == "deleted":
        adding.delete(page.pk)
    elif end == "gone":
        Document.objects.filter(pk=page.pk).update(gone_at=page.created_at)
    else:
        page.text = "# Brook 90\n\nThe lamp is sold out."
        page.change_text()
        page.save()
        index_document(page)

    assert str(text.pk) in found(agent)
    assert copies(agent.pk) == {}


def test_a_copy_of_another_agent_is_none(agent, page):
    other = pasted(AgentFactory(), page.text)

    assert original_of(other) is None
    assert found(other.agent) == [str(other.pk)]


def test_files_of_other_bytes_with_the_same_text_make_one_document(agent):
    first = adding.add(agent.pk, ContentFile(b"# Hours\n\nOpen from 9 to 5.", "a.md"))
    second = adding.add(agent.pk, ContentFile("\ufeff# Hours\r\n\r\nOpen from 9 to 5.\r\n".encode(), "b.md"))

    assert (second.is_new, second.document) == (False, first.document)
    assert Document.objects.count() == 1


def test_the_passages_of_a_copy_are_no_conflicts(agent, page):
    adding.add_text(agent.pk, page.text, "Price of the lamp")

    while compare_next():
        pass

    assert not Conflict.objects.exists()


def test_staff_are_told_which_document_answers_instead(agent, page, client):
    text = adding.add_text(agent.pk, page.text, "Price of the lamp").document
    client.force_login(SuperuserFactory())

    listed = client.get(reverse("admin:knowledge_document_changelist")).content.decode()
    shown = client.get(reverse("admin:knowledge_document_change", args=[text.pk])).content.decode()
    original = client.get(reverse("admin:knowledge_document_change", args=[page.pk])).content.decode()

    assert listed.count("The same as another") == 1
    assert "It says the same as" in shown
    assert reverse("admin:knowledge_document_change", args=[page.pk]) in shown
    assert "It says the same as" not in original


def test_programs_are_told_which_document_answers_instead(agent, page, client):
    text = adding.add_text(agent.pk, page.text, "Price of the lamp").document
    headers = {"Authorization": f"Bearer {keys.create('Test')[1]}"}

    listed = client.get(f"/api/agents/{agent.pk}/documents", headers=headers).json()["documents"]

    assert {each["id"]: each["same_as"] for each in listed} == {str(text.pk): str(page.pk), str(page.pk): None}
