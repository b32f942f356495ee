"""Errors of the admin's forms stand under the field that they are about, and the field names them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def staff(client):
    client.force_login(SuperuserFactory())


def tag_of(page: str, element_id: str) -> re.Match[str]:
    found = re.search(rf'<\w+[^>]* id="{element_id}"[^>]*>', page)
    assert found, element_id
    return found


@pytest.mark.parametrize(
    "field", ["name", "slug", "system_prompt", "temperature"]
)  # of lines with two fields and with one
def test_an_error_stands_under_its_field_which_names_it(client, field):
    wrong = {"name": "", "slug": "not a slug", "system_prompt": " ", "temperature": "9"}

    page = client.post("/admin/agents/agent/add/", form_of(**wrong)).content.decode()

    control, error = tag_of(page, f"id_{field}"), tag_of(page, f"id_{field}_error")
    assert f"id_{field}_error" in re.search(r'aria-describedby="([^"]+)"', control[0])[1]
    assert control.end() <= error.start()
    assert page.count(f'id="id_{field}_error"') == 1


def test_an_error_in_a_row_within_the_form_does_too(client):
    agent = AgentFactory()
    rows = {"pronunciations-TOTAL_FORMS": 1, "pronunciations-0-word": "Weir", "pronunciations-0-spoken": ""}

    page = client.post(reverse("admin:agents_agent_change", args=[agent.pk]), form_of(agent, **rows)).content.decode()

    control, error = tag_of(page, "id_pronunciations-0-spoken"), tag_of(page, "id_pronunciations-0-spoken_error")
    assert "id_pronunciations-0-spoken_error" in control[0]
    assert control.end() <= error.start()


def test_an_error_of_a_group_of_controls_is_named_by_the_group(client):
    wrong = {"name": "CRM", "scopes": ["read"], "expires_at_0": "2020-01-01", "expires_at_1": "12:00"}

    page = client.post("/admin/access/apikey/add/", wrong).content.decode()

    group = re.search(r'<div[^>]*role="group"[^>]*aria-describedby="([^"]*id_expires_at_error[^"]*)"[^>]*>', page)
    assert group
    assert group.end() < tag_of(page, "id_expires_at_1").start() < tag_of(page, "id_expires_at_error").start()


def test_an_error_of_a_wish_to_refine_stands_under_it(client):
    url = reverse("admin:agents_agent_prompt_refine", args=[AgentFactory().pk])

    page = client.post(url, {"propose": "1", "instructions": "x" * 100_000}).content.decode()

    assert tag_of(page, "id_instructions").end() < tag_of(page, "id_instructions_error").start()
