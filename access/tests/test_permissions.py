"""Staff may do in the API what they may in the admin, operation by operation."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from access.callers import management
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.tests.factories import SessionFactory
from knowledge.tests.factories import DocumentFactory
from lib.rest.problems import Problem
from salesagent.rest.api import api

pytestmark = pytest.mark.django_db
NEEDS = {
    "list_agents": "agents.view_agent",
    "create_agent": "agents.add_agent",
    "get_agent": "agents.view_agent",
    "update_agent": "agents.change_agent",
    "patch_agent": "agents.change_agent",
    "delete_agent": "agents.delete_agent",
    "refine_prompt": "agents.change_agent",
    "list_documents": "knowledge.view_document",
    "add_document": "knowledge.add_document",
    "get_document": "knowledge.view_document",
    "index_document": "knowledge.change_document",
    "delete_document": "knowledge.delete_document",
    "search_knowledge": "knowledge.view_document",
    "list_websites": "knowledge.view_website",
    "add_website": "knowledge.add_website",
    "get_website": "knowledge.view_website",
    "read_website": "knowledge.change_website",
    "delete_website": "knowledge.delete_website",
    "list_sessions": "conversations.view_session",
    "create_session": "conversations.add_session",
    "get_session": "conversations.view_session",
    "delete_session": "conversations.delete_session",
    "list_messages": "conversations.view_session",
    "send_message": "conversations.add_message",
    "get_receipt": "conversations.view_session",
    "ask_for_person": "conversations.add_message",
    "take_over": "inbox.answer_session",
    "release": "inbox.answer_session",
    "stream_reply": "conversations.view_session",
    "stop_reply": "conversations.add_message",
    "add_attachment": "conversations.add_message",
    "delete_attachment": "conversations.add_message",
    "get_attachment": "conversations.view_session",
    "send_voice_message": "conversations.add_message",
    "get_audio": "conversations.view_session",
    "get_voice": "agents.view_agent",
    "update_voice": "agents.change_agent",
    "patch_voice": "agents.change_agent",
    "list_questions": "leads.view_question",
    "replace_questions": "leads.change_question",
    "list_leads": "leads.view_lead",
    "export_leads": "leads.export_lead",
    "get_lead": "leads.view_lead",
    "patch_lead": "leads.change_lead",
    "delete_lead": "leads.delete_lead",
    "leave_contact": "conversations.add_message",
    "list_cases": "evaluation.view_case",
    "add_case": "evaluation.add_case",
    "get_case": "evaluation.view_case",
    "change_case": "evaluation.change_case",
    "delete_case": "evaluation.delete_case",
    "list_evaluations": "evaluation.view_evaluation",
    "begin_evaluation": "evaluation.add_evaluation",
    "get_evaluation": "evaluation.view_evaluation",
    "override_evaluation": "evaluation.override_evaluation",
    "give_feedback": "conversations.add_message",
    "take_feedback_back": "conversations.add_message",
    "list_gaps": "evaluation.view_gap",
    "answer_gap": "evaluation.change_gap",
    "dismiss_gap": "evaluation.change_gap",
    "get_coverage": "evaluation.view_evaluation",
}
PUBLIC = {"health", "chat_init"}


def operations():
    """Every operation of the API: its name, its method, and what lets people into it."""
    for _prefix, router in api._routers:
        for path in router.path_operations.values():
            for operation in path.operations:
                yield operation.operation_id, operation.methods[0], operation.auth_callbacks


def admitted(callbacks, method, user):
    request = RequestFactory().generic(method, "/api/")
    request.user = user
    request._dont_enforce_csrf_checks = True
    try:
        return callbacks[0](request)
    except Problem as problem:
        return problem


def all_but(permission):
    return [each for each in {*NEEDS.values(), "conversations.change_session"} if not implies(each, permission)]


def implies(held, wanted):
    return held == wanted or held == wanted.replace("view_", "change_")


OPERATIONS = [pytest.param(*each, id=f"{each[1]} {each[0] or ''}") for each in operations() if each[2]]


def test_every_operation_is_in_the_table():
    named = {name for name, _method, callbacks in operations() if name}

    assert named - PUBLIC == set(NEEDS)
    assert {name for name, _method, callbacks in operations() if name and not callbacks} == PUBLIC


@pytest.mark.parametrize(("name", "method", "callbacks"), OPERATIONS)
def test_staff_come_in_with_the_permission_of_the_operation_and_no_other(name, method, callbacks):
    needed = NEEDS[name] if name else callbacks[0].permission  # HEAD has no name

    refused = admitted(callbacks, method, StaffFactory(may=all_but(needed)))
    let_in = admitted(callbacks, method, StaffFactory(may=[needed]))
    superuser = admitted(callbacks, method, SuperuserFactory())

    assert (refused.status, needed in refused.detail) == (403, True)
    assert let_in.kind == superuser.kind == "staff"
    assert needed in NEEDS.values()


def test_who_may_change_may_look():
    callbacks = next(found for name, _method, found in operations() if name == "get_agent")

    assert admitted(callbacks, "GET", StaffFactory(may=["agents.change_agent"])).kind == "staff"


@pytest.mark.parametrize("who", [{"is_staff": False}, {"is_active": False}, None])
def test_accounts_that_are_no_staff_are_nobody(who):
    callbacks = next(found for name, _method, found in operations() if name == "get_agent")
    user = SuperuserFactory(**who) if who is not None else AnonymousUser()

    assert admitted(callbacks, "GET", user).status == 401


def test_an_operation_that_names_no_permission_is_for_superusers():
    assert admitted([management], "GET", StaffFactory(may=list(set(NEEDS.values())))).status == 403
    assert admitted([management], "GET", SuperuserFactory()).kind == "staff"


def test_a_refusal_says_which_permission_is_missing(client):
    agent = AgentFactory()
    client.force_login(StaffFactory(may=["agents.view_agent"]))

    seen = client.get(f"/api/agents/{agent.pk}")
    refused = client.patch(f"/api/agents/{agent.pk}", {"name": "X"}, content_type="application/json")

    assert seen.status_code == 200
    assert refused.status_code == 403
    assert (
        refused.json()["detail"]
        == "Your account lacks the permission “agents.change_agent”. Ask an administrator for it."
    )


@pytest.mark.parametrize(("factory", "kind"), [(SessionFactory, "session"), (DocumentFactory, "document")])
def test_an_agent_with_what_an_account_may_not_delete_stays(client, factory, kind):
    agent = factory().agent
    client.force_login(StaffFactory(may=["agents.delete_agent"]))

    refused = client.delete(f"/api/agents/{agent.pk}")

    assert refused.status_code == 403
    assert kind in refused.json()["detail"]
    agent.refresh_from_db()


def test_an_agent_without_sessions_and_documents_can_be_deleted_by_who_may_delete_agents(client):
    agent = AgentFactory()
    client.force_login(StaffFactory(may=["agents.delete_agent"]))

    assert client.delete(f"/api/agents/{agent.pk}").status_code == 204


def test_documents_are_added_by_who_may(client):
    agent = AgentFactory()
    path = f"/api/agents/{agent.pk}/documents"

    client.force_login(StaffFactory(may=["knowledge.view_document"]))
    refused = client.post(path, {"file": SimpleUploadedFile("a.md", b"Text.")})
    client.force_login(StaffFactory(may=["knowledge.add_document"]))
    added = client.post(path, {"file": SimpleUploadedFile("a.md", b"Text.")})

    assert (refused.status_code, added.status_code) == (403, 201)
