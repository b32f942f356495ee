"""The groups of staff: there after a migration, given each permission once, and a person's to change."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from access.groups import GROUPS, give
from access.models import GivenPermission
from agents.models import Agent

pytestmark = pytest.mark.django_db


def migrate() -> None:
    call_command("migrate", verbosity=0)


def of(name: str) -> set[str]:
    permissions = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}" for one in permissions}


@pytest.fixture
def seeded():
    GivenPermission.objects.all().delete()
    Group.objects.all().delete()
    migrate()


def test_a_migration_makes_the_groups(seeded):
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)
    assert {"agents.change_agent", "knowledge.add_document", "leads.change_question"} <= of("Agents' editors")
    assert "leads.view_lead" not in of("Agents' editors")
    assert {"conversations.view_session", "leads.change_lead", "inbox.answer_session"} <= of("Inbox")
    assert not {one for one in of("Inbox") if one.startswith("auth.")}
    assert len(of("Administrators")) == Permission.objects.count()


def test_what_is_named_is_there(seeded):
    """A name that no app has would be skipped for ever."""
    known = {
        f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")
    }
    for wanted in GROUPS.values():
        for label, names in wanted.items():
            assert {f"{label}.{name}" for name in names if name != "*"} <= known


def test_what_a_person_changes_is_not_overwritten(seeded):
    inbox = Group.objects.get(name="Inbox")
    inbox.permissions.remove(Permission.objects.get(codename="change_lead"))
    inbox.permissions.add(Permission.objects.get(codename="delete_lead"))
    Group.objects.get(name="Agents' editors").delete()
    Group.objects.filter(name="Administrators").update(name="Bosses")

    migrate()

    assert "leads.change_lead" not in of("Inbox")
    assert "leads.delete_lead" in of("Inbox")
    assert set(Group.objects.values_list("name", flat=True)) == {"Inbox", "Bosses"}


def test_a_permission_that_comes_later_is_given_when_it_comes(seeded):
    kind = ContentType.objects.get_for_model(Agent)
    Permission.objects.create(codename="publish_agent", name="Can publish", content_type=kind)

    give("agents")
    give("agents")

    assert "agents.publish_agent" in of("Agents' editors")
    assert "agents.publish_agent" in of("Administrators")
    assert "agents.publish_agent" not in of("Inbox")


def test_staff_of_a_group_may_what_it_may(seeded, client, django_user_model):
    person = django_user_model.objects.create_user("rosa", is_staff=True)
    person.groups.add(Group.objects.get(name="Inbox"))
    client.force_login(person)

    assert client.get("/admin/leads/lead/").status_code == 200
    assert client.get("/admin/agents/agent/").status_code == 200
    assert client.get("/admin/agents/agent/add/").status_code == 403
    assert client.get("/admin/auth/user/").status_code == 403
