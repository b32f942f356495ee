"""Deleting in the admin: asked first, counted, final, and the files go too."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import Agent, PromptVersion
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.models import Message, Session
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from knowledge.models import Chunk
from knowledge.tests.factories import ChunkFactory, DocumentFactory
from lib.files import count_with_files, delete_with_files

pytestmark = pytest.mark.django_db
EVERYTHING = ["agents.view_agent", "agents.delete_agent", "conversations.delete_session", "knowledge.delete_document"]


@pytest.fixture
def stored(settings):
    """The names of all files in the media storage, asked anew each time."""
    root = Path(settings.MEDIA_ROOT)
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def agent():
    """An agent with six files; the collector loads most of their rows without the file names."""
    agent = AgentFactory(name="Wren", avatar=ContentFile(b"png", "wren.png"))
    DocumentFactory(agent=agent, file=ContentFile(b"text", "a.md"))
    ChunkFactory(document__agent=agent)
    for _ in range(2):
        reply = ReplyFactory(session__agent=agent)
        reply.question.audio.save("q.webm", ContentFile(b"sound"))
    reply.message.tts_audio.save("a.mp3", ContentFile(b"sound"))
    MessageFactory(session=reply.message.session).audio.save("late.webm", ContentFile(b"sound"))
    return agent


def test_an_agent_goes_with_its_rows_and_files(agent, stored, django_capture_on_commit_callbacks):
    kept = DocumentFactory(file=ContentFile(b"text", "kept.md"))
    assert len(stored()) == 7

    with django_capture_on_commit_callbacks(execute=True):
        deleted = delete_with_files(agent)

    assert stored() == [kept.file.name]
    assert deleted.files == {"agents.agent": 1, "knowledge.document": 1, "conversations.message": 4}
    assert deleted.rows["conversations.message"] == 5
    assert (Message.objects.count(), Session.objects.count(), Chunk.objects.count()) == (0, 0, 0)
    assert PromptVersion.objects.count() == 1


def test_what_is_counted_is_what_goes(agent):
    counted = count_with_files(Agent.objects.all())

    assert delete_with_files(Agent.objects.all()) == counted


def test_files_stay_when_the_delete_is_rolled_back(agent, stored, django_capture_on_commit_callbacks):
    before = stored()

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        delete_with_files(agent)
        transaction.set_rollback(True)

    assert stored() == before
    assert Agent.objects.filter(pk=agent.pk).exists()


def test_a_file_that_is_gone_already_is_no_error(agent, stored, caplog, django_capture_on_commit_callbacks):
    default_storage.delete(agent.avatar.name)

    with django_capture_on_commit_callbacks(execute=True):
        delete_with_files(agent)

    assert stored() == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_storage_that_fails_is_logged_and_the_rows_are_gone(
    agent, caplog, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(storage, name):
        raise OSError("read-only")

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        delete_with_files(agent)

    assert not Agent.objects.exists()
    assert "wren" in caplog.text


def test_deleting_nothing_is_fine():
    assert delete_with_files(Agent.objects.none()).rows == {}


def test_a_table_of_plain_rows_is_deleted_too():
    chunk = ChunkFactory()

    assert delete_with_files(chunk).rows == {"knowledge.chunk": 1}
    assert not Chunk.objects.exists()


def test_more_rows_than_one_query_names_go_with_their_files(stored, django_capture_on_commit_callbacks):
    session = SessionFactory()
    default_storage.save("recordings/last.webm", ContentFile(b"sound"))
    Message.objects.bulk_create(
        Message(session=session, seq=n, role="user", audio="recordings/last.webm" if n == 1200 else "")
        for n in range(1, 1201)
    )

    with django_capture_on_commit_callbacks(execute=True):
        deleted = delete_with_files(session)

    assert deleted.rows["conversations.message"] == 1200
    assert stored() == []


def test_the_page_asks_first_and_counts(client, agent, stored):
    client.force_login(SuperuserFactory())
    files = len(stored())

    page = client.get(reverse("admin:agents_agent_delete", args=[agent.pk]))

    assert "Delete “Wren”?" in page.content.decode()
    assert dict(page.context["model_count"]) == {
        "agents": 1,
        "prompt versions": 1,
        "sessions": 2,
        "messages": 5,
        "recordings": 4,
        "documents": 2,
        "chunks": 1,
        "uploaded files": 1,
        "avatars": 1,
    }
    assert len(stored()) == files


def test_confirming_deletes_for_good(client, agent, stored, django_capture_on_commit_callbacks):
    client.force_login(StaffFactory(may=EVERYTHING))

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("admin:agents_agent_delete", args=[agent.pk]), {"post": "yes"})

    assert response.status_code == 302
    assert not Agent.objects.exists()
    assert stored() == []


def test_the_bulk_action_asks_and_deletes_the_same(client, agent, stored, django_capture_on_commit_callbacks):
    client.force_login(SuperuserFactory())
    other = AgentFactory(name="Robin")
    chosen = {"action": "delete_selected", "_selected_action": [agent.pk, other.pk]}

    page = client.post("/admin/agents/agent/", chosen)
    assert "Robin" in page.content.decode()
    assert Agent.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/admin/agents/agent/", chosen | {"post": "yes"})

    assert not Agent.objects.exists()
    assert stored() == []


@pytest.mark.parametrize(
    "missing", ["agents.delete_agent", "conversations.delete_session", "knowledge.delete_document"]
)
def test_who_may_not_delete_a_part_may_not_delete_the_whole(client, agent, missing):
    client.force_login(StaffFactory(may=[name for name in EVERYTHING if name != missing]))

    response = client.post(reverse("admin:agents_agent_delete", args=[agent.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert Agent.objects.exists()


def test_asking_takes_the_same_queries_for_thirty_sessions_as_for_three(client, django_assert_num_queries):
    client.force_login(SuperuserFactory())
    agent = AgentFactory()
    url = reverse("admin:agents_agent_delete", args=[agent.pk])
    for _ in range(3):
        ReplyFactory(session__agent=agent)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(27):
        ReplyFactory(session__agent=agent)

    with django_assert_num_queries(len(few)):
        client.get(url)
