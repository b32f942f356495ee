"""What staff can do with documents in the admin."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from knowledge.models import Document
from knowledge.tests.factories import ChunkFactory, DocumentFactory
from knowledge.tests.files import zipped
from knowledge.tests.pdfs import a_pdf, locked

pytestmark = pytest.mark.django_db
LIST = "/admin/knowledge/document/"
ADD = f"{LIST}add/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    """Post a document's form and let what follows the commit happen."""

    def send(url: str = ADD, **data: object):
        data = {"agent": data.pop("agent", None) or AgentFactory().pk, "name": "", "text": ""} | data
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data, follow=True)

    return send


def upload(content: bytes, name: str = "prices.md") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def change_url(document: Document) -> str:
    return reverse("admin:knowledge_document_change", args=[document.pk])


def test_a_pasted_text_is_indexed_and_named_after_its_title(staff, send):
    send(text="Intro\r\n\r\n# Prices\r\n\r\nA Brook 90 costs $2,400.")

    document = Document.objects.get()
    assert (document.name, document.status, bool(document.file)) == ("Prices", "ready", False)
    assert "Brook 90" in " ".join(document.chunks.values_list("text", flat=True))


def test_an_upload_is_read_kept_and_named_after_its_file(staff, send):
    send(upload=upload("\ufeffA Brook 90 costs 2.400 €.".encode(), "price_list.txt"))

    document = Document.objects.get()
    assert (document.name, document.text) == ("price list", "A Brook 90 costs 2.400 €.")
    assert document.file.read().decode("utf-8-sig") == document.text
    assert document.status == "ready"


def test_a_pdf_is_read_and_kept(staff, send):
    send(upload=upload(a_pdf("A Brook 90 costs $2,400."), "price_list.pdf"))

    document = Document.objects.get()
    assert (document.name, document.text, document.status) == ("price list", "A Brook 90 costs $2,400.", "ready")
    assert document.file.read().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (upload(zipped({"a.txt": "Hello."}), "prices.docx"), "This type of file is not read"),
        (upload(b"Not found", "prices.pdf"), "is called PDF and is none"),
        (upload(locked(a_pdf("Hello."), "secret"), "prices.pdf"), "locked with a password"),
        (upload(b" \n "), "This file is empty"),
        (upload(b""), "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(staff, send, file, words):
    response = send(upload=file)

    assert words in response.content.decode()
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(staff, send, settings):
    settings.MAX_DOCUMENT_SIZE = 2 * 1024**2

    response = send(upload=upload(b"a" * (2 * 1024**2 + 1)))

    assert "larger than 2 MB" in response.content.decode()


def test_neither_text_nor_file_is_refused(staff, send):
    assert "Paste a text, or choose a file." in send(text="  \n").content.decode()
    assert not Document.objects.exists()


def test_a_changed_text_is_indexed_anew(staff, send):
    document = DocumentFactory()

    send(change_url(document), agent=document.agent_id, name="Delivery", text="We deliver in five days.")

    document.refresh_from_db()
    assert document.name == "Delivery"
    assert [chunk.text for chunk in document.chunks.all()] == ["We deliver in five days."]


def test_a_new_upload_replaces_the_old_file(staff, send):
    document = DocumentFactory(file=ContentFile(b"old", "old.md"))
    old = document.file.name

    send(change_url(document), agent=document.agent_id, name="Prices", upload=upload(b"New prices."))

    document.refresh_from_db()
    assert document.text == "New prices."
    assert document.file.name != old
    assert not default_storage.exists(old)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_indexed_says_why(client, staff, settings):
    settings.MAX_DOCUMENT_PASSAGES = 1
    words = {"agent": AgentFactory().pk, "name": "Book", "text": "# One\n\nA word.\n\n# Two\n\nAnother."}

    response = client.post(ADD, words, follow=True)

    assert "Book could not be indexed: It makes 2 passages" in response.content.decode()
    assert "It makes 2 passages" in client.get(change_url(Document.objects.get())).content.decode()


def test_the_list_begins_with_what_failed(client, staff):
    DocumentFactory(status="ready")
    failed = DocumentFactory(status="failed")
    ChunkFactory(document=failed)

    page = client.get(LIST)

    assert page.context["cl"].result_list[0] == failed
    assert "badge--error" in page.content.decode()
    assert '<td class="field-chunk_count">1</td>' in page.content.decode()


def test_an_empty_list_says_what_to_do(client, staff):
    assert "No documents yet" in client.get(LIST).content.decode()


def test_thirty_documents_take_as_many_queries_as_three(client, staff, django_assert_num_queries):
    agent = AgentFactory()
    for _ in range(3):
        ChunkFactory(document__agent=agent)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(27):
        ChunkFactory(document__agent=agent)

    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_thirty_copies_take_as_many_queries_as_three(client, staff, django_assert_num_queries):
    agent = AgentFactory()
    same = {"agent": agent, "status": Document.Status.READY, "text_hash": "a" * 32, "is_owed": False}
    DocumentFactory.create_batch(3, **same)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    DocumentFactory.create_batch(27, **same)

    with django_assert_num_queries(len(few)):
        page = client.get(LIST).content.decode()

    assert page.count("The same as another") == 29


def test_the_chunks_are_shown_and_cannot_be_edited(client, staff):
    chunk = ChunkFactory(heading="Prices › Brook", text="<i>$2,400</i>")

    page = client.get(change_url(chunk.document)).content.decode()

    assert "Prices › Brook" in page
    assert "&lt;i&gt;$2,400&lt;/i&gt;" in page
    assert 'name="chunks' not in page


def test_index_again_makes_the_chunks_anew(client, staff):
    document = DocumentFactory(status="failed", error="broken")
    chosen = {"action": "index_again", "_selected_action": [document.pk]}

    response = client.post(LIST, chosen, follow=True)

    document.refresh_from_db()
    assert (document.status, document.error) == ("ready", "")
    assert document.chunks.exists()
    assert "1 document is indexed again." in response.content.decode()


def test_others_are_refused(client):
    document = DocumentFactory()
    assert client.get(LIST).url.startswith("/admin/login/")

    client.force_login(StaffFactory(may=["agents.view_agent"]))
    assert client.get(LIST).status_code == 403
    assert client.get(change_url(document)).status_code == 403


def test_staff_who_may_only_look_can_neither_save_nor_index(client):
    document = DocumentFactory(status="failed")
    client.force_login(StaffFactory(may=["knowledge.view_document"]))

    page = client.get(change_url(document)).content.decode()
    client.post(LIST, {"action": "index_again", "_selected_action": [document.pk]})

    document.refresh_from_db()
    assert document.text.splitlines()[0] in page
    assert 'name="_save"' not in page
    assert client.post(change_url(document), {"text": "new"}).status_code == 403
    assert document.status == "failed"
