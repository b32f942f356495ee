"""Staff make a key and see it once; afterwards they see when it was used, and can revoke it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from access import keys
from access.models import ApiKey
from agents.tests.factories import StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/access/apikey/", "/admin/access/apikey/add/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def shown_key(response) -> str:
    return re.search(r'value="(sak_[^"]+)"', response.content.decode()).group(1)


def test_a_new_key_is_shown_once(client, staff):
    page = client.post(ADD, {"name": "CRM", "scopes": ["read"]})
    raw = shown_key(page)

    assert "no-store" in page["Cache-Control"]
    assert keys.find(raw).scopes == ["read"]
    key = ApiKey.objects.get()
    for url in (LIST, reverse("admin:access_apikey_change", args=[key.pk]), "/admin/"):
        later = client.get(url).content.decode()
        assert raw not in later
        assert keys._digest(raw) not in later
    assert raw not in str(client.cookies)
    assert raw not in str(dict(client.session))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "scopes": ["read"]},
        {"name": "CRM"},
        {"name": "CRM", "scopes": ["everything"]},
        {"name": "CRM", "scopes": ["read"], "expires_at_0": "2020-01-01", "expires_at_1": "12:00"},
    ],
)
def test_a_key_without_name_or_scope_is_refused(client, staff, wrong):
    page = client.post(ADD, wrong)

    assert "errornote" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_the_list_says_how_a_key_stands(client, staff):
    keys.create("Works")
    keys.create("Over", expires_at=timezone.now() - timedelta(days=1))
    keys.create("Gone")[0].revoke()

    page = client.get(LIST).content.decode()

    assert re.findall(r'field-state">(\w+)<', page) == ["revoked", "expired", "valid"]


def test_a_key_is_revoked_from_the_list(client, staff):
    key, raw = keys.create("CRM")

    client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})

    assert keys.find(raw) is None


def test_only_the_name_of_a_key_can_be_changed(client, staff):
    key, raw = keys.create("CRM", ["read"])

    client.post(
        reverse("admin:access_apikey_change", args=[key.pk]), {"name": "The CRM", "scopes": ["write"], "prefix": "x"}
    )

    found = keys.find(raw)
    assert (found.name, found.scopes, found.prefix) == ("The CRM", ["read"], key.prefix)


def test_a_key_is_never_deleted(client, staff):
    key, _raw = keys.create("CRM")

    assert client.post(reverse("admin:access_apikey_delete", args=[key.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("may", [[], ["access.view_apikey"]])
def test_who_may_not_make_keys_cannot(client, may):
    client.force_login(StaffFactory(may=may))

    assert client.post(ADD, {"name": "CRM", "scopes": ["read"]}).status_code == 403


def test_others_are_sent_to_the_login(client):
    client.force_login(get_user_model().objects.create(username="customer"))

    assert client.get(LIST).status_code == 302


def test_the_page_of_a_new_key_can_copy_it_and_works_without_scripts(client, staff):
    page = client.post(ADD, {"name": "CRM", "scopes": ["read"]}).content.decode()

    assert re.search(r'<button type="button"[^>]*data-copies="raw-key"[^>]* hidden>Copy the key</button>', page)
    assert 'data-copy-told role="status"' in page
    assert re.search(r'<script type="module" src="[^"]*copy_field[^"]*\.js"></script>', page)
    assert re.search(r'<input id="raw-key" type="text" readonly value="sak_', page)
