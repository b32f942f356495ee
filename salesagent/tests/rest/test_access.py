"""Who may call what: every operation of the document against every kind of caller."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from access import keys, tokens
from access.callers import Caller, may_see
from agents.models import Agent
from agents.tests.factories import SuperuserFactory
from salesagent.rest.api import api
from salesagent.rest.schema import document
from salesagent.tests.rest.conftest import NOBODY, is_problem

pytestmark = pytest.mark.django_db(transaction=True)  # streamed operations read through connections of their own

OPERATIONS = [
    pytest.param(
        method.upper(), path, {name for way in operation["security"] for name in way}, id=operation["operationId"]
    )
    for path, methods in document(api)["paths"].items()
    for method, operation in methods.items()
]
CLOSED = [one for one in OPERATIONS if one.values[2]]
MANAGEMENT = [one for one in CLOSED if "visitorToken" not in one.values[2]]
OF_A_SESSION = [  # uploads have tests of their own: what is no upload is refused before the session is looked at
    one
    for one in CLOSED
    if "visitorToken" in one.values[2]
    and "{session_id}" in one.values[1]
    and not one.values[1].endswith(("/voice", "/attachments"))
]


def filled(path: str, agent: Agent | None = None, session_id: uuid.UUID = NOBODY) -> str:
    path = path.replace("{agent_id}", str(agent.pk if agent else NOBODY)).replace("{session_id}", str(session_id))
    while "{" in path:
        path = path[: path.index("{")] + str(NOBODY) + path[path.index("}") + 1 :]
    return path


def test_what_is_open_is_known_by_name():
    open_ones = {one.id for one in OPERATIONS if not one.values[2]}

    assert open_ones <= {"health", "chat_init", "init_chat"}


@pytest.mark.parametrize(("method", "path", "callers"), CLOSED)
def test_without_a_valid_credential_nothing_opens(ask, agent, method, path, callers):
    for token in (None, "wrong", "sak_wrong", ""):  # the third begins like a key
        response = ask(method, filled(path, agent), token=token)

        is_problem(response, 401, "Unauthorized")
        assert response["WWW-Authenticate"].startswith("Bearer"), token


@pytest.mark.parametrize(("method", "path", "callers"), CLOSED)
def test_another_scheme_is_no_credential(ask, key, method, path, callers):
    is_problem(ask(method, filled(path), token=None, headers={"Authorization": f"Basic {key}"}), 401)


@pytest.mark.parametrize(("method", "path", "callers"), CLOSED)
def test_a_key_needs_the_scope(ask, agent, method, path, callers):
    other = "write" if method == "GET" else "read"

    response = ask(method, filled(path, agent), {}, token=keys.create("Other", [other])[1])

    assert "scope" in is_problem(response, 403, "Forbidden")["detail"]
    assert Agent.objects.filter(pk=agent.pk).exists()


@pytest.mark.parametrize(("method", "path", "callers"), MANAGEMENT)
def test_a_visitor_manages_nothing(ask, agent, session, visitor, method, path, callers):
    response = ask(method, filled(path, agent, session.pk), {}, token=visitor)

    is_problem(response, 403, "Forbidden")
    assert "You sell lamps" not in response.content.decode()
    assert Agent.objects.filter(pk=agent.pk).exists()


TAKEN = {"content": "x", "title": None, "email": "jo@x.example", "consent": True}  # by every operation with a body


@pytest.mark.parametrize(("method", "path", "callers"), OF_A_SESSION)
@pytest.mark.parametrize("which", ["another", "no"])
def test_a_visitor_sees_no_other_session_and_not_even_whether_it_exists(
    ask, agent, session, other_visitor, method, path, callers, which
):
    session_id = session.pk if which == "another" else NOBODY

    response = ask(method, filled(path, agent, session_id), TAKEN, token=other_visitor)

    is_problem(response, 403, "Forbidden")
    session.refresh_from_db()
    assert session.message_count == 0


@pytest.mark.parametrize(("method", "path", "callers"), CLOSED)
def test_staff_need_their_csrf_token_for_what_changes_something(agent, session, method, path, callers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(SuperuserFactory())

    response = browser.generic(method, "/api" + filled(path, agent, session.pk), "{}", content_type="application/json")

    if method == "GET":
        assert response.status_code not in {401, 403}
    else:
        assert "CSRF" in is_problem(response, 403)["detail"]
    assert Agent.objects.filter(pk=agent.pk).exists()


def test_staff_with_their_csrf_token_count_as_a_key(agent):
    browser = Client(enforce_csrf_checks=True)
    staff = SuperuserFactory()
    browser.force_login(staff)
    browser.get("/api/docs")
    token = browser.cookies["csrftoken"].value

    response = browser.patch(
        f"/api/agents/{agent.pk}",
        {"system_prompt": "Sell more lamps."},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )

    assert response.status_code == 200
    agent.refresh_from_db()
    assert agent.published_prompt.author == staff


@pytest.mark.parametrize(("method", "path", "callers"), CLOSED)
def test_a_customer_who_is_signed_in_is_nobody(agent, method, path, callers):
    browser = Client()
    browser.force_login(get_user_model().objects.create(username="customer"))

    is_problem(browser.generic(method, "/api" + filled(path, agent)), 401)


def test_a_wrong_key_is_not_made_good_by_a_cookie(ask, client):
    client.force_login(SuperuserFactory())

    is_problem(ask("GET", "/agents", token="wrong"), 401)


@pytest.mark.parametrize(("method", "path", "callers"), [one for one in CLOSED if one.values[0] == "GET"])
def test_in_single_user_mode_no_key_is_needed(ask, agent, session, settings, method, path, callers):
    settings.API_AUTH = "off"

    assert ask(method, filled(path, agent, session.pk), token=None).status_code not in {401, 403}


def test_in_single_user_mode_pages_of_other_sites_cannot_write(ask, agent, settings):
    settings.API_AUTH = "off"

    for origin in ("https://evil.example", "null"):
        is_problem(ask("DELETE", f"/agents/{agent.pk}", token=None, headers={"Origin": origin}), 403)

    assert ask("DELETE", f"/agents/{agent.pk}", token=None, headers={"Origin": "http://testserver"}).status_code == 204


def test_in_single_user_mode_a_visitor_stays_a_visitor(ask, session, visitor, settings):
    settings.API_AUTH = "off"

    is_problem(ask("GET", "/agents", token=visitor), 403)


def test_the_bootstrap_key_opens_everything(ask, settings):
    settings.API_KEY = "from-the-settings"

    assert ask("GET", "/agents", token="from-the-settings").status_code == 200


def test_a_token_of_long_ago_opens_nothing(ask, session):
    old = tokens.issue(session.pk, now=0)

    is_problem(ask("GET", "/agents", token=old), 401)


def test_may_see_is_true_for_management_and_ones_own_session():
    visitor = Caller("visitor", uuid.uuid4(), "session", "127.0.0.1")

    assert may_see(visitor, visitor.session_id)
    assert not may_see(visitor, uuid.uuid4())
    assert may_see(replace(visitor, kind="key", session_id=None), uuid.uuid4())


def test_no_credential_reaches_the_log(ask, key, visitor, caplog):
    caplog.set_level(logging.DEBUG)

    for token in (key, visitor, "sak_mistyped"):
        ask("GET", "/agents", token=token)
        ask("GET", "/nothing", token=token)

    for secret in (key, visitor, "sak_mistyped"):
        assert secret not in caplog.text
