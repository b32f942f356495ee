"""What is changed through the API stands in the admin's log: who did it, and with which key."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate, get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, RequestFactory

from access import keys
from access.trace import PROGRAMS
from agents.models import Agent
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.models import Session
from conversations.tests.factories import SessionFactory
from knowledge.tests.factories import DocumentFactory
from lib.database import in_database

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


@pytest.fixture
def key():
    return keys.create("CRM import")


@pytest.fixture
def by_key(client, key):
    def ask(method, path, data=None, **kwargs):
        return getattr(client, method)(f"/api{path}", data, headers={"Authorization": f"Bearer {key[1]}"}, **kwargs)

    return ask


def last() -> tuple[str, str, int]:
    entry = LogEntry.objects.order_by("-pk")[0]
    return entry.user.username, entry.get_change_message(), entry.action_flag


def test_what_a_key_does_to_an_agent_is_noted_with_the_key(by_key, key):
    made = by_key("post", "/agents", {"name": "Ada", "system_prompt": "Sell."}, **JSON).json()
    begins = key[0].prefix

    assert last() == (PROGRAMS, f"Through the API with the key “CRM import” ({begins}…): added", 1)
    by_key("patch", f"/agents/{made['id']}", {"name": "Bea", "system_prompt": "Help."}, **JSON)
    assert last()[1].endswith(": changed: name, system prompt")
    by_key("delete", f"/agents/{made['id']}")
    assert last()[1].endswith(": deleted")
    assert LogEntry.objects.get(action_flag=3).object_repr == "Bea"


def test_what_staff_do_is_noted_under_their_name(client):
    user = StaffFactory(may=["agents.change_agent"])
    client.force_login(user)

    client.patch(f"/api/agents/{AgentFactory().pk}", {"greeting": "Hello."}, **JSON)

    assert last() == (user.username, "Through the API: changed: greeting", 2)


def test_documents_and_sessions_leave_a_trace_too(by_key):
    agent = AgentFactory()
    document = by_key("post", f"/agents/{agent.pk}/documents", {"file": SimpleUploadedFile("a.md", b"Text.")}).json()
    by_key("post", f"/documents/{document['id']}/index")
    by_key("delete", f"/documents/{document['id']}")
    by_key("post", f"/agents/{agent.pk}/sessions", {"title": "A call"}, **JSON)

    entries = LogEntry.objects.order_by("pk")
    assert [entry.get_change_message().rsplit(": ")[-1] for entry in entries] == [
        "added",
        "indexed again",
        "deleted",
        "added",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_session_leaves_a_trace(by_key):
    session = SessionFactory(title="A call")

    assert by_key("delete", f"/sessions/{session.pk}").status_code == 204

    assert not Session.objects.exists()
    assert (LogEntry.objects.get().object_repr, last()[2]) == ("A call", 3)


def test_what_is_refused_or_only_read_leaves_none(by_key):
    agent = AgentFactory(slug="taken")
    other = AgentFactory()

    by_key("get", f"/agents/{agent.pk}")
    by_key("patch", f"/agents/{other.pk}", {"slug": "taken"}, **JSON)
    by_key("delete", f"/agents/{Session().pk}")
    by_key("patch", f"/agents/{other.pk}", {}, **JSON)

    assert not LogEntry.objects.exists()
    assert Agent.objects.count() == 2


def test_without_keys_the_trace_says_so(client, settings):
    settings.API_AUTH = "off"

    client.post("/api/agents", {"name": "Ada", "system_prompt": "Sell."}, **JSON)

    assert last()[1] == "Through the API without a key (API_AUTH is off): added"


def test_without_keys_it_is_noted_under_the_account_of_who_is_signed_in(client, settings):
    settings.API_AUTH = "off"
    user = StaffFactory()
    client.force_login(user)

    client.post("/api/agents", {"name": "Ada", "system_prompt": "Sell."}, **JSON)

    assert last()[0] == user.username


@pytest.mark.django_db(transaction=True)
async def test_a_message_of_staff_is_noted_and_one_of_a_program_stands_in_the_transcript_alone(agent, key):
    session = await in_database(SessionFactory)(agent=agent)
    path, body = f"/api/sessions/{session.pk}/messages", {"content": "Hello"}
    staff, program = AsyncClient(), AsyncClient()
    await staff.aforce_login(await in_database(StaffFactory)(may=["conversations.add_message"]))

    by_staff = await staff.post(path, body, **JSON)
    by_program = await program.post(path, body, **JSON, headers={"Authorization": f"Bearer {key[1]}"})

    assert (by_staff.status_code, by_program.status_code) == (200, 200)

    entries = await in_database(lambda: list(LogEntry.objects.values_list("change_message", flat=True)))()
    assert entries == ["Through the API: a message sent"]


def test_nobody_can_sign_in_as_the_programs(by_key):
    by_key("delete", f"/documents/{DocumentFactory().pk}")

    account = get_user_model().objects.get(username=PROGRAMS)
    assert (account.is_active, account.is_staff, account.has_usable_password()) == (False, False, False)
    assert authenticate(RequestFactory().post("/"), username=PROGRAMS, password="") is None


def test_staff_read_it_in_the_history_of_the_thing_and_in_the_log(client, by_key):
    agent = AgentFactory()
    by_key("patch", f"/agents/{agent.pk}", {"name": "Bea"}, **JSON)
    client.force_login(SuperuserFactory())

    for page in (f"/admin/agents/agent/{agent.pk}/history/", "/admin/admin/logentry/?q=CRM"):
        assert "with the key “CRM import”" in client.get(page).content.decode()


def test_the_log_is_for_who_may_see_it_and_for_nobody_to_change(client):
    client.force_login(StaffFactory(may=["agents.view_agent"]))
    assert client.get("/admin/admin/logentry/").status_code == 403

    client.force_login(SuperuserFactory())
    assert client.get("/admin/admin/logentry/add/").status_code == 403
