"""What an older version indexed is made anew beside the service, and answers as it was until then."""

from __future__ import annotations

import asyncio

import pytest
from django.core.management import call_command
from django.utils import timezone

from agents.tests.factories import AgentFactory
from fakes.patience import PATIENCE_S
from knowledge.indexer import Indexer
from knowledge.indexing import TEXT_FORMAT, claim, index, index_document, owe_stale, release
from knowledge.models import Chunk, Document
from knowledge.search import search
from knowledge.tests.factories import DocumentFactory
from lib.database import in_database

pytestmark = pytest.mark.django_db
PAGE = "---\ntitle: Sauna\n---\n\n## Rules\n\nSit on a towel."


@pytest.fixture
def old(agent):
    """A document as the version before this one left it."""
    document = Document.objects.create(agent=agent, name="House", text=PAGE)
    index_document(document)
    Document.objects.update(text_format=TEXT_FORMAT - 1)
    Chunk.objects.update(heading="Rules of old")
    return document


@pytest.fixture
def agent():
    return AgentFactory()


def test_only_what_is_of_an_older_format_is_owed(old):
    index_document(DocumentFactory(agent=old.agent))

    assert owe_stale() == 1
    assert owe_stale() == 0
    assert list(Document.objects.unattended(timezone.now())) == [old]


def test_the_old_passages_answer_until_the_new_are_whole(old):
    owe_stale()
    claimed = claim(timezone.now())

    assert search(old.agent_id, "sauna rules", 3)[0].heading == "Rules of old"

    index(claimed)

    assert search(old.agent_id, "sauna rules", 3)[0].heading == "Sauna › Rules"
    assert Document.objects.get().text_format == TEXT_FORMAT


def test_work_that_was_killed_is_taken_up_by_the_next_process(old):
    owe_stale()
    release(claim(timezone.now()))

    assert owe_stale() == 0
    call_command("reindex", verbosity=0)
    assert Chunk.objects.get().heading == "Sauna › Rules"


def test_what_cannot_be_made_anew_stays_as_it_was(old, settings):
    settings.MAX_DOCUMENT_CHARACTERS = 3

    call_command("reindex", verbosity=0)

    assert Document.objects.get().status == Document.Status.READY
    assert search(old.agent_id, "sauna rules", 3)[0].heading == "Rules of old"
    assert owe_stale() == 0


def test_vectors_are_kept_where_the_model_is_missing(old, settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = str(tmp_path)

    assert owe_stale() == 0


@pytest.mark.django_db(transaction=True)
async def test_the_process_makes_the_old_anew_by_itself(transactional_db, old):
    indexer = Indexer(look_s=0.05)
    indexer.begin()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while await in_database(Chunk.objects.filter(heading="Sauna › Rules").count)() == 0:  # noqa: ASYNC110 another thread's work
                await asyncio.sleep(0.05)
    finally:
        await indexer.drain()
