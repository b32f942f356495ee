"""A script of a staff page whose person is signed out is told so: the page to sign in on is no answer to it."""

import uuid

import pytest
from django.urls import reverse

from agents.tests.factories import StaffFactory

HTMX, JSON, LINES = {"HX-Request": "true"}, {"Accept": "application/json"}, {"Accept": "application/x-ndjson"}
ID = uuid.UUID(int=1)
ASKED_BY_SCRIPTS = [
    ("get", reverse("admin:knowledge_document_states"), HTMX),
    ("get", reverse("admin:knowledge_document_state", args=[ID]), HTMX),
    ("post", reverse("admin:knowledge_document_files"), JSON),
    ("post", reverse("admin:evaluation_evaluation_try", args=[ID]), LINES),
    ("post", reverse("admin:evaluation_case_propose", args=[ID]), LINES),
    ("get", reverse("inbox_search", args=[ID]), HTMX),
    ("post", reverse("inbox_note", args=[ID]), HTMX),
    ("post", reverse("inbox_write", args=[ID]), HTMX),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "headers"), ASKED_BY_SCRIPTS)
@pytest.mark.parametrize("who", ["nobody", "no staff"])
def test_a_script_is_told_in_words(client, method, path, headers, who):
    if who == "no staff":
        client.force_login(StaffFactory(is_staff=False))

    answer = getattr(client, method)(path, headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"] == answer.json()["detail"]
    assert "signed out" in answer.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", reverse("admin:knowledge_document_files"), reverse("inbox")])
def test_a_person_is_led_to_the_page_to_sign_in_on(client, path):
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")
