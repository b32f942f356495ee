"""How files and texts become documents: large ones in the background, the same content once, whole or not at all."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from agents.tests.factories import AgentFactory
from knowledge import adding
from knowledge.indexing import claim, index
from knowledge.models import Document
from knowledge.search import search
from knowledge.tests.factories import DocumentFactory
from knowledge.tests.files import a_docx, an_xlsx, word_paragraph
from knowledge.tests.pdfs import a_pdf, locked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_vectors")]


@pytest.fixture
def large(monkeypatch):
    """Every file is too large to be read while somebody waits."""
    monkeypatch.setattr(adding, "READ_NOW_BYTES", 10)


def file(data: bytes, name: str = "price_list.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_large_file_waits_and_is_read_and_indexed_in_the_background(large):
    prices = a_docx(word_paragraph("Prices of lamps", "Heading1") + word_paragraph("A lamp costs $40."))
    document = adding.add(AgentFactory().pk, file(prices)).document
    assert (document.status, document.text, document.name) == ("pending", "", "price list")

    index(claim(timezone.now()))

    document.refresh_from_db()
    assert (document.status, document.is_unread, document.name) == ("ready", False, "Prices of lamps")
    assert [chunk.text for chunk in document.chunks.all()] == ["A lamp costs $40."]


def test_a_name_that_was_given_stays(large):
    prices = a_docx(word_paragraph("Prices of lamps", "Heading1") + word_paragraph("A lamp costs $40."))
    document = adding.add(AgentFactory().pk, file(prices), "Lamps 2026").document

    index(claim(timezone.now()))

    document.refresh_from_db()
    assert document.name == "Lamps 2026"


def test_a_large_file_that_cannot_be_read_says_why_and_is_not_half_there(large):
    document = adding.add(AgentFactory().pk, file(locked(a_pdf("Hello."), "secret"), "prices.pdf")).document

    index(claim(timezone.now()))

    document.refresh_from_db()
    assert document.status == Document.Status.FAILED
    assert "locked with a password" in document.error
    assert not document.chunks.exists()


def test_a_reader_whose_process_ends_leaves_the_file_to_the_next_one(large):
    document = adding.add(AgentFactory().pk, file(a_docx(word_paragraph("A lamp costs $40.")))).document

    index(claim(timezone.now()), lambda: True)

    document.refresh_from_db()
    assert (document.status, document.is_owed, document.is_unread) == ("pending", True, True)
    index(claim(timezone.now()))
    document.refresh_from_db()
    assert document.status == Document.Status.READY


def test_a_file_that_is_gone_says_so(large):
    document = adding.add(AgentFactory().pk, file(a_docx(word_paragraph("A lamp costs $40.")))).document
    document.file.storage.delete(document.file.name)

    index(claim(timezone.now()))

    document.refresh_from_db()
    assert "Upload it again" in document.error


def test_the_same_content_makes_one_document():
    agent = AgentFactory()
    first = adding.add(agent.pk, file(b"# Prices\n\n$9", "a.md"))

    again = adding.add(agent.pk, file(b"# Prices\n\n$9", "b.txt"))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.document.pk == first.document.pk
    assert Document.objects.count() == 1


def test_the_same_text_makes_one_document():
    agent = AgentFactory()
    first = adding.add_text(agent.pk, "# Prices\r\n\r\n$9 ")

    assert adding.add_text(agent.pk, "# Prices\n\n$9").document.pk == first.document.pk
    assert first.document.name == "Prices"


def test_another_agent_has_a_document_of_its_own():
    content = b"# Prices\n\n$9"
    adding.add(AgentFactory().pk, file(content, "a.md"))

    assert adding.add(AgentFactory().pk, file(content, "a.md")).is_new


def test_content_that_failed_is_tried_again(settings):
    agent = AgentFactory()
    settings.MAX_DOCUMENT_PASSAGES = 1
    content = b"# One\n\nA word.\n\n# Two\n\nAnother."
    failed = adding.add(agent.pk, file(content, "a.md")).document
    assert failed.status == Document.Status.FAILED
    settings.MAX_DOCUMENT_PASSAGES = 100

    again = adding.add(agent.pk, file(content, "a.md"))

    assert (again.is_new, again.document.pk, again.document.status) == (False, failed.pk, "ready")


def test_no_agent_no_document(large):
    assert adding.add(uuid.uuid4(), file(b"# Prices and more", "a.md")) is None
    assert adding.add_text(uuid.uuid4(), "Prices") is None
    assert not Document.objects.exists()


def test_the_old_text_is_answered_from_until_the_new_one_is_whole():
    document = DocumentFactory(text="A lamp costs 40 dollars.")
    index(claim(timezone.now()))
    document.refresh_from_db()
    document.text = "A lamp costs 50 dollars."
    document.change_text()
    document.save()

    assert "40" in search(document.agent_id, "What does a lamp cost?", 1)[0].text
    index(claim(timezone.now()))

    assert "50" in search(document.agent_id, "What does a lamp cost?", 1)[0].text


def test_a_new_text_that_cannot_be_indexed_leaves_the_old_one_and_says_why(settings):
    document = DocumentFactory(text="A lamp costs 40 dollars.")
    index(claim(timezone.now()))
    document.refresh_from_db()
    settings.MAX_DOCUMENT_PASSAGES = 1
    document.text = "# One\n\nA lamp costs 50 dollars.\n\n# Two\n\nA desk costs 60."
    document.change_text()
    document.save()

    index(claim(timezone.now()))

    document.refresh_from_db()
    assert document.status == Document.Status.READY
    assert "It makes 2 passages" in document.error
    assert "40" in search(document.agent_id, "What does a lamp cost?", 1)[0].text


def test_the_rows_of_a_large_sheet_are_found_with_their_columns():
    rows = [["Model", "Litres", "Price"], *([f"Brook {number}", number / 10, 1000 + number] for number in range(900))]
    document = adding.add(AgentFactory().pk, file(an_xlsx({"Machines": rows}), "machines.xlsx")).document
    if document.status != Document.Status.READY:
        index(claim(timezone.now()))

    found = search(document.agent_id, "What does the Brook 777 cost?", 3)

    assert any("| Model | Litres | Price |" in hit.text and "| Brook 777 | 77.7 | 1777 |" in hit.text for hit in found)


@pytest.mark.django_db(transaction=True)
def test_the_same_sent_by_several_in_one_moment_makes_one_document():
    agent, ready = AgentFactory(), threading.Barrier(6)

    def add() -> adding.Added | None:
        ready.wait()
        try:
            return adding.add(agent.pk, file(b"# Prices\n\nA Brook 90 costs $2,400.", "prices.md"))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        added = [done.result() for done in [people.submit(add) for _ in range(6)]]

    assert Document.objects.count() == 1
    assert {each.document.pk for each in added} == {Document.objects.get().pk}
    assert sum(each.is_new for each in added) == 1
