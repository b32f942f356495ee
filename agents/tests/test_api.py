"""Agents through the API: what is answered, what is stored, and what a change leaves alone."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from access import keys
from agents.models import Agent, PromptVersion
from agents.tests.factories import AgentFactory
from conversations.models import Message, Session
from knowledge.models import Document

pytestmark = pytest.mark.django_db
FIELDS = {
    *("id", "name", "slug", "system_prompt", "prompt_version", "greeting", "starter_questions", "model"),
    *("temperature", "max_tokens", "checks_answers", "accent", "avatar_url", "hosts", "is_active", "is_default"),
    *("takes_attachments", "asks_feedback", "session_count", "created_at", "updated_at", "unpublished_version"),
}


@pytest.fixture
def ask(client):
    raw = keys.create("Test")[1]

    def ask(method, path, body=None):
        return client.generic(
            method,
            f"/api{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {raw}"},
        )

    return ask


def test_a_name_and_a_prompt_make_an_agent(ask):
    response = ask("POST", "/agents", {"name": "  Ada   Lamp ", "system_prompt": "You sell lamps.\r\n"})

    assert response.status_code == 201
    made = response.json()
    assert set(made) == FIELDS
    assert uuid.UUID(made["id"])
    assert (made["name"], made["slug"], made["system_prompt"]) == ("Ada Lamp", "ada-lamp", "You sell lamps.")
    assert (made["prompt_version"], made["session_count"], made["is_active"]) == (1, 0, True)
    assert made["created_at"].endswith("Z")
    assert ask("GET", f"/agents/{made['id']}").json() == made


def test_every_field_can_be_given(ask):
    body = {
        "name": "Ada",
        "system_prompt": "x",
        "slug": "lamps",
        "takes_attachments": True,
        "asks_feedback": False,
        "greeting": "Hello!\nHow can I help?",
        "starter_questions": ["How much?", " ", "When?"],
        "model": "gpt-x",
        "temperature": 0,
        "max_tokens": 500.0,
        "accent": "#112233",
        "is_active": True,
        "is_default": True,
    }

    made = ask("POST", "/agents", body).json()

    assert made == {**made, **body, "starter_questions": ["How much?", "When?"]}


def test_the_longest_starter_questions_fit(ask):
    long = ["x" * 90] * 10

    made = ask("POST", "/agents", {"name": "Ada", "system_prompt": "x", "starter_questions": long}).json()

    assert made["starter_questions"] == long


@pytest.mark.parametrize(("name", "slug"), [("Ada", "ada"), ("Ада", "agent"), ("!!", "agent"), ("x" * 100, "x" * 50)])
def test_the_slug_is_made_from_the_name_and_is_always_free(ask, name, slug):
    first, second = (ask("POST", "/agents", {"name": name, "system_prompt": "x"}).json() for _ in range(2))

    assert first["slug"] == slug
    assert second["slug"].startswith(f"{slug}-")


def test_a_slug_that_is_taken_is_a_conflict(ask):
    AgentFactory(slug="ada")
    other = AgentFactory(slug="bob")

    made = ask("POST", "/agents", {"name": "Ada", "system_prompt": "x", "slug": "ada"})
    changed = ask("PATCH", f"/agents/{other.pk}", {"slug": "ada", "greeting": "Hi"})

    assert (made.status_code, changed.status_code) == (409, 409)
    assert "slug" in changed.json()["detail"]
    other.refresh_from_db()
    assert (other.slug, other.greeting) == ("bob", "")
    assert Agent.objects.count() == 2


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_takes_any_subset_and_leaves_the_rest(ask, method):
    agent = AgentFactory(name="Ada", greeting="Hello", temperature=0.5)

    changed = ask(method, f"/agents/{agent.pk}", {"temperature": None, "accent": "#112233"}).json()

    assert (changed["temperature"], changed["accent"]) == (None, "#112233")
    assert (changed["name"], changed["greeting"]) == ("Ada", "Hello")
    assert changed["updated_at"] > changed["created_at"]
    assert ask(method, f"/agents/{agent.pk}", {}).json()["accent"] == "#112233"


def test_a_changed_prompt_is_a_new_version_and_the_same_one_is_not(ask):
    agent = AgentFactory(prompt="One")

    same = ask("PATCH", f"/agents/{agent.pk}", {"system_prompt": "One"}).json()
    new = ask("PATCH", f"/agents/{agent.pk}", {"system_prompt": "Two"}).json()

    assert (same["prompt_version"], new["prompt_version"], new["system_prompt"]) == (1, 2, "Two")
    assert list(PromptVersion.objects.filter(agent=agent).values_list("text", flat=True)) == ["Two", "One"]


def test_the_landing_page_moves_to_the_agent_that_asks_for_it(ask):
    old, new = AgentFactory(is_default=True), AgentFactory()

    assert ask("PATCH", f"/agents/{new.pk}", {"is_default": True}).json()["is_default"]

    old.refresh_from_db()
    assert not old.is_default


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_active": False, "is_default": True}])
def test_an_agent_that_is_off_is_not_on_the_landing_page(ask, change):
    agent = AgentFactory(is_default=True)

    response = ask("PATCH", f"/agents/{agent.pk}", change)

    assert response.status_code == 409
    assert "is_active" in response.json()["detail"]
    agent.refresh_from_db()
    assert agent.is_active


def test_fields_that_only_the_server_writes_are_left_alone(ask):
    agent = AgentFactory(name="Ada")

    changed = ask("PUT", f"/agents/{agent.pk}", {"id": str(uuid.uuid4()), "session_count": 9, "created_at": "x"}).json()

    assert (changed["id"], changed["session_count"]) == (str(agent.pk), 0)


@pytest.mark.django_db(transaction=True)
def test_deletion_takes_everything_along_files_too(ask):
    agent, other = AgentFactory(), AgentFactory()
    session = Session.objects.create(agent=agent)
    recording = default_storage.save("recordings/x.webm", ContentFile(b"voice"))
    document = default_storage.save("documents/x.md", ContentFile(b"# Lamps"))
    Message.objects.create(session=session, seq=1, role="user", audio=recording)
    Document.objects.create(agent=agent, name="Lamps", file=document)

    assert ask("DELETE", f"/agents/{agent.pk}").status_code == 204

    assert list(Agent.objects.all()) == [other]
    assert not Session.objects.exists()
    assert not default_storage.exists(recording)
    assert not default_storage.exists(document)
    assert ask("DELETE", f"/agents/{agent.pk}").status_code == 404


def test_the_list_has_every_agent_with_its_sessions(ask):
    agent = AgentFactory()
    AgentFactory(is_active=False)
    for _ in range(3):
        Session.objects.create(agent=agent)

    listed = ask("GET", "/agents").json()

    assert listed["total"] == 2
    assert {one["id"]: one["session_count"] for one in listed["agents"]}[str(agent.pk)] == 3
    assert listed["next_cursor"] is None


def test_the_pages_stay_right_while_agents_come_and_go_also_of_the_same_instant(ask):
    now = timezone.now()
    for number in range(10):
        AgentFactory(name=f"{number}")
    Agent.objects.update(created_at=now)
    first = ask("GET", "/agents?limit=4").json()
    AgentFactory(name="late")
    Agent.objects.filter(name="late").update(created_at=now + timedelta(seconds=1))
    Agent.objects.get(pk=first["agents"][-1]["id"]).delete()  # the very one the cursor stands on

    seen = [one["name"] for one in first["agents"]]
    cursor = first["next_cursor"]
    while cursor:
        page = ask("GET", f"/agents?limit=4&cursor={cursor}").json()
        seen += [one["name"] for one in page["agents"]]
        cursor = page["next_cursor"]

    assert sorted(seen) == [str(number) for number in range(10)]


def test_the_last_page_has_no_next_one(ask):
    for _ in range(4):
        AgentFactory()

    assert ask("GET", "/agents?limit=4").json()["next_cursor"] is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_agents(ask, django_assert_num_queries, count):
    for _ in range(count):
        Session.objects.create(agent=AgentFactory())
    ask("GET", "/agents")  # notes the use of the key

    with django_assert_num_queries(3):  # key, page, total
        ask("GET", "/agents?limit=100")
