"""While a website is read searches see its documents within a second, all of a second together, and each as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import search as search_module
from knowledge import stored_parts
from knowledge.indexing import index_document, owe
from knowledge.models import Chunk, Document, Website
from knowledge.search import build_index, find, knowledge_version
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def known(agent) -> Website:
    """A website that was read long ago."""
    made = Website.objects.create(agent=agent, url="https://shop.example/")
    page(made, "Brook 60", after(-3600))
    return made


def page(website: Website, name: str, at: datetime, price: int = 40) -> Document:
    """A page of the website that was read and indexed at that time."""
    text = f"# {name}\n\nThe {name} is a lamp. It costs {price} euros."
    document, _is_new = Document.objects.update_or_create(
        agent=website.agent, website=website, name=name, defaults={"text": text}
    )
    index_document(document)
    Document.objects.filter(pk=document.pk).update(updated_at=at)
    return document


def test_while_a_website_is_read_the_version_changes_once_a_second(agent, known):
    versions = {knowledge_version(agent.pk, NOON)}
    for number in range(20):
        at = after(number / 5 + 0.1)  # five pages a second, for four seconds
        page(known, f"Lamp {number}", at)
        versions.add(knowledge_version(agent.pk, at))

    assert len(versions) == 1 + 4
    assert len({knowledge_version(agent.pk, after(seconds)) for seconds in (6, 7, 3600)}) == 1


@pytest.mark.parametrize("change", ["add", "index again", "gone", "delete"])
def test_what_changes_is_seen_within_a_second(agent, known, change):
    page(known, "Brook 70", after(0.2))
    held = knowledge_version(agent.pk, after(0.2))
    if change == "add":
        page(known, "Brook 80", after(0.5))
    elif change == "index again":
        page(known, "Brook 60", after(0.5), price=50)
    elif change == "gone":
        Document.objects.filter(name="Brook 60").update(gone_at=after(0.5))
    else:
        Document.objects.filter(name="Brook 60").delete()

    assert knowledge_version(agent.pk, after(0.9)) == held
    assert knowledge_version(agent.pk, after(1.5)) != held


def test_after_the_last_page_the_version_stays_what_it_is_and_is_another_than_before(agent, known):
    before = knowledge_version(agent.pk, after(-1))
    page(known, "Brook 70", after(0.999))

    assert knowledge_version(agent.pk, after(2.1)) == knowledge_version(agent.pk, after(500))
    assert knowledge_version(agent.pk, after(2.1)) != before


def test_a_page_that_was_stored_late_is_seen_all_the_same(agent, known):
    """Its time is taken before its transaction ends, and searches go on meanwhile."""
    page(known, "Brook 70", after(0.1))
    held = knowledge_version(agent.pk, after(1.8))

    page(known, "Brook 80", after(0.2))  # seen from here on, at 1.9

    assert knowledge_version(agent.pk, after(2.1)) != held


def test_what_somebody_adds_by_hand_is_seen_at_once_while_a_website_is_read(agent, known):
    page(known, "Brook 70", after(0.2))
    held = knowledge_version(agent.pk, after(0.3))

    index_document(DocumentFactory(agent=agent, name="Terms"))

    assert knowledge_version(agent.pk, after(0.3)) != held


def test_what_two_processes_see_does_not_depend_on_when_they_looked_before(agent, known):
    page(known, "Brook 70", after(0.2))
    knowledge_version(agent.pk, after(0.3))
    page(known, "Brook 80", after(0.6))

    assert knowledge_version(agent.pk, after(0.7)) == knowledge_version(agent.pk, after(0.9))


def test_a_document_that_is_indexed_again_while_an_index_is_loaded_is_there_as_a_whole(agent, monkeypatch):
    long = "\n\n".join(
        f"## Lamp {n}\n\nThe lamp {n} costs {n + 100} euros. {'It is made of brass. ' * 20}" for n in range(90)
    )
    document = DocumentFactory(agent=agent, name="Lamps", text=f"# Lamps\n\n{long}")
    index_document(document)
    search_module._indexes.clear()
    listed = stored_parts.listed
    changes = iter([True])

    def listed_before_a_change(agent_id, key):
        found = listed(agent_id, key)
        if next(changes, False):  # another process has it indexed anew in this moment
            owe(document)
            index_document(document)
        return found

    monkeypatch.setattr(stored_parts, "listed", listed_before_a_change)

    index = build_index(agent.pk)

    assert len(index) == Chunk.objects.filter(document=document).count()
    assert "189 euros" in find(index, "How much is the lamp 89?", 1)[0].text


def test_a_changed_page_is_not_found_by_what_it_said_before(agent, known):
    """Although the version is the same until the second is over."""
    page(known, "Brook 60", datetime.now(UTC), price=50)
    index = build_index(agent.pk)
    page(known, "Brook 60", datetime.now(UTC), price=70)

    assert "70 euros" in find(index, "What does the Brook 60 cost?", 1)[0].text
