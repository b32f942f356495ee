"""Documents become searchable passages, and what changes is found anew."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from knowledge.indexer import reindex_stale
from knowledge.indexing import index_document
from knowledge.models import Chunk, Document
from knowledge.search import knowledge_version, search
from language import embeddings

pytestmark = pytest.mark.django_db

PAGE = """# Lamps

## Prices

The brass lamp costs 40 dollars. The steel lamp costs 30 dollars.

## Care

Wipe the shade with a dry cloth, never with water.
"""


def add(agent, name="Lamps", text=PAGE):
    document = Document.objects.create(agent=agent, name=name, text=text)
    index_document(document)
    return document


def test_a_page_is_split_at_its_headings_and_found(agent):
    document = add(agent)

    found = search(agent.pk, "How do I clean the shade?", 3)

    assert document.status == Document.Status.READY
    assert found[0].document == "Lamps"
    assert "dry cloth" in found[0].text
    assert found[0].heading.endswith("Care")
    assert found[0].document_id == str(document.pk)


def test_without_the_model_full_text_search_still_finds(agent, settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = str(tmp_path / "nothing here")
    add(agent)

    assert not embeddings.available(settings.EMBEDDING_MODEL_DIR)
    assert Chunk.objects.filter(vectors__isnull=False).count() == 0
    assert "40 dollars" in search(agent.pk, "price of the brass lamp", 3)[0].text


def test_vectors_are_added_once_the_model_is_there(agent, settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = str(tmp_path / "nothing here")
    add(agent)
    settings.EMBEDDING_MODEL_DIR = ""

    assert reindex_stale() == 1
    assert Chunk.objects.filter(vectors__isnull=True).count() == 0
    assert reindex_stale() == 0


def test_damaged_vectors_leave_full_text_search(agent):
    add(agent)
    Chunk.objects.update(vectors=b"damaged")

    assert "40 dollars" in search(agent.pk, "price of the brass lamp", 3)[0].text


def test_a_changed_page_is_found_as_it_is_now(agent):
    document = add(agent)
    before = knowledge_version(agent.pk)
    search(agent.pk, "brass lamp", 3)
    document.text = PAGE.replace("40 dollars", "55 dollars")
    document.save()
    index_document(document)

    assert knowledge_version(agent.pk) != before
    assert "55 dollars" in search(agent.pk, "price of the brass lamp", 3)[0].text


def test_a_removed_page_is_not_found_any_more(agent):
    add(agent).delete()

    assert search(agent.pk, "brass lamp", 3) == ()


def test_an_agent_knows_its_own_pages_only(agent):
    add(agent)
    other = Agent.objects.create(name="Bob", slug="bob")

    assert search(other.pk, "brass lamp", 3) == ()


@pytest.mark.parametrize(("text", "error"), [("   ", "no text"), ("x" * 1001, "1,000 characters")])
def test_a_page_that_cannot_be_indexed_says_why(agent, text, error, settings):
    settings.MAX_DOCUMENT_CHARACTERS = 1000
    document = add(agent, text=text)

    assert document.status == Document.Status.FAILED
    assert error in document.error
    assert document.chunks.count() == 0


@pytest.mark.parametrize("query", ["", "   ", "?!", "\x00", "🙂" * 50, "x" * 10_000])
def test_any_query_is_taken(agent, query):
    add(agent)

    search(agent.pk, query, 3)


def test_a_search_costs_one_query_for_what_was_found_lately_and_two_for_anything_else(agent, django_assert_num_queries):
    add(agent)
    search(agent.pk, "price of the lamp", 1)

    with django_assert_num_queries(1):
        search(agent.pk, "price of the lamp", 1)
    with django_assert_num_queries(2):
        search(agent.pk, "care of the shade with a cloth", 1)


def test_that_the_knowledge_changed_is_told_from_an_index_without_reading_documents(agent):
    add(agent)
    with CaptureQueriesContext(connection) as asked:
        knowledge_version(agent.pk)

    (sql,) = (query["sql"] for query in asked.captured_queries)
    (index,) = (each for each in Document._meta.indexes if each.name == "document_answering")

    columns = {Document._meta.get_field(name).column for name in index.fields}
    assert set(re.findall(r'"knowledge_document"."(\w+)"', sql)) == columns
