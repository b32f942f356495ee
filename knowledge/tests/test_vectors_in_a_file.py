"""Vectors stay in a file, and searches find the same; where no file can be written they stay in memory."""

import tempfile

import pytest

from knowledge import search
from knowledge.indexing import index_document
from knowledge.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedding_model")]

PAGE = "# Lamps\n\n## Prices\n\nThe desk lamp costs 40 euros.\n\n## Delivery\n\nDelivery takes 3 days. It is free."


@pytest.fixture
def lamps(agent):
    index_document(Document.objects.create(agent=agent, name="lamps.md", text=PAGE))
    return agent


@pytest.fixture(autouse=True)
def no_index_yet():
    search._indexes.clear()


def found(agent):
    return [(hit.heading, hit.score) for hit in search.find(search.build_index(agent.pk), "when will it be here", 2)]


def test_the_same_is_found_in_the_file_and_from_memory(lamps, monkeypatch, tmp_path):
    from_file = found(lamps)
    search._indexes.clear()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    assert from_file[0][0].endswith("Delivery")
    assert found(lamps) == from_file
