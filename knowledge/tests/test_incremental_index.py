"""What changes is loaded, and nothing else: rows are counted as the database gives them."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError, connection

from knowledge import search, stored_parts
from knowledge.indexer import reindex_stale
from knowledge.indexing import index_document, owe
from knowledge.models import Chunk, Document, StoredPart
from knowledge.stored_parts import make_missing
from lib.database import end_old_connections

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index_yet():
    search._indexes.clear()


@pytest.fixture
def shop(agent):
    for thing in ("lamp", "table", "kettle", "vase"):
        add(agent, thing)
    search.search(agent.pk, "lamp", 3)
    return agent


def add(agent, thing, price=40):
    document = Document.objects.create(agent=agent, name=f"{thing}s", text=f"# {thing}\n\nThe {thing} costs €{price}.")
    index_document(document)
    return document


class Rows:
    """Counts what is read of the index and of the passages: each statement is asked again for its rows."""

    def __init__(self) -> None:
        self.parts = self.passages = 0

    def __call__(self, execute, sql, params, many, context):
        if re.search(r'SELECT .*"data".* FROM "knowledge_storedpart"', sql):
            self.parts += self._count(execute, sql, params, context)
        elif re.search(r'SELECT .*"knowledge_chunk"."text".* FROM "knowledge_chunk"', sql):
            self.passages += self._count(execute, sql, params, context)
        return execute(sql, params, many, context)

    def _count(self, execute, sql, params, context) -> int:
        execute(sql, params, False, context)
        return len(context["cursor"].fetchall())


def rows_of(agent, question):
    rows = Rows()
    with connection.execute_wrapper(rows):
        found = search.search(agent.pk, question, 1)
    return found, rows


only_sqlite = pytest.mark.skipif(
    "connection.vendor == 'postgresql'", reason="parts are read past Django's cursor there"
)


@only_sqlite
def test_the_first_question_reads_the_parts_and_the_passages_it_shows(shop):
    search._indexes.clear()

    found, rows = rows_of(shop, "how much is the kettle")

    assert "kettle" in found[0].text
    assert (rows.parts, rows.passages) == (4, 1)


@only_sqlite
@pytest.mark.parametrize("change", ["add", "index again", "rename"])
def test_a_document_that_changed_is_all_that_is_loaded(shop, change):
    if change == "add":
        add(shop, "rug")
    elif change == "index again":
        index_document(Document.objects.get(name="lamps"))
    else:
        document = Document.objects.get(name="lamps")
        document.name = "lanterns"
        document.save()
        make_missing()

    found, rows = rows_of(shop, {"add": "rug", "rename": "lanterns"}.get(change, "lamp"))

    assert {"add": "rug"}.get(change, "lamp") in found[0].text
    assert rows.parts == 1
    assert rows.passages <= 1


@only_sqlite
def test_a_document_that_was_removed_costs_no_row(shop):
    Document.objects.get(name="vases").delete()

    found, rows = rows_of(shop, "how much is the vase")

    assert rows.parts == 0
    assert "vase" not in found[0].text


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Django reads the parts there, and tells its errors")
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_told_as_any_other_and_opened_anew(shop):
    parts = stored_parts.listed(shop.pk)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()

    with pytest.raises(OperationalError):
        list(stored_parts.loaded(parts))
    end_old_connections()

    assert [len(batch) for batch in stored_parts.loaded(parts)] == [4]


def test_an_index_with_more_gaps_than_passages_is_loaded_anew(shop, monkeypatch):
    monkeypatch.setattr(search, "MIN_GAPS", 3)
    document = Document.objects.get(name="lamps")
    for _ in range(9):
        index_document(document)
        search.search(shop.pk, "lamp", 1)

    index = search.build_index(shop.pk)

    assert index.gaps_without(()) <= 5
    assert len(index) == 4


def test_parts_that_are_missing_are_made_by_the_first_search(shop):
    StoredPart.objects.all().delete()
    search._indexes.clear()

    assert "kettle" in search.search(shop.pk, "how much is the kettle", 1)[0].text
    assert StoredPart.objects.count() == 4


def test_parts_of_another_format_are_made_anew_beside_service(shop):
    StoredPart.objects.update(format=0)

    assert make_missing() == 4
    assert make_missing() == 0


def test_a_renamed_document_is_found_by_its_new_name(shop):
    document = Document.objects.get(name="kettles")
    document.name = "Samovars"
    document.save()

    found = search.search(shop.pk, "samovars", 1)

    assert (found[0].document, "kettle" in found[0].text) == ("Samovars", True)


def test_passages_and_parts_are_swapped_together(shop):
    document = Document.objects.get(name="lamps")
    Document.objects.filter(pk=document.pk).update(text="# lamp\n\nThe lamp costs €55.")

    owe(document)
    assert "€40" in search.search(shop.pk, "how much is the lamp", 1)[0].text
    reindex_stale()

    assert "€55" in search.search(shop.pk, "how much is the lamp", 1)[0].text
    assert StoredPart.objects.filter(document=document).count() == 1


def test_a_search_that_meets_another_text_searches_again(shop):
    search._indexes.clear()
    index = search.build_index(shop.pk)
    document = Document.objects.get(name="lamps")
    document.text = "# lamp\n\nThe lamp is sold out."
    document.save()
    index_document(document)

    found = search.find(index, "how much is the lamp", 4)  # of before the change

    assert any("sold out" in passage.text for passage in found)
    assert not any("lamp costs" in passage.text for passage in found)


def test_a_passage_that_was_changed_by_hand_is_shown_as_it_is(shop):
    Chunk.objects.filter(document__name="lamps").update(text="The lamp costs nothing.")
    search._indexes.clear()

    assert search.search(shop.pk, "how much is the lamp", 1)[0].text == "The lamp costs nothing."
