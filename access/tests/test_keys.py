"""A management key is known by its hash, shown once, and worth nothing when revoked or expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from access import keys
from access.models import ApiKey

pytestmark = pytest.mark.django_db


def test_a_key_is_found_and_never_stored():
    key, raw = keys.create("CRM", ["read"])

    found = keys.find(raw)

    assert found == key
    assert found.scopes == ["read"]
    assert raw not in str(ApiKey.objects.values().get())
    assert raw.startswith(key.prefix)


@pytest.mark.parametrize("wrong", ["", "x", "sak_", "sak_nonsense", "sak_\udce9", "é", "\x00"])
def test_a_wrong_key_is_nobody(settings, wrong):
    settings.API_KEY = "sak_from-the-settings"
    keys.create("CRM")

    assert keys.find(wrong) is None


def test_a_key_with_one_letter_changed_is_nobody():
    _key, raw = keys.create("CRM")

    assert keys.find(raw[:-1] + ("a" if raw[-1] != "a" else "b")) is None


def test_a_revoked_key_is_nobody():
    key, raw = keys.create("CRM")

    key.revoke()

    assert keys.find(raw) is None


def test_a_key_ends_at_its_time():
    now = timezone.now()
    _key, raw = keys.create("CRM", expires_at=now + timedelta(hours=1))

    assert keys.find(raw, at=now)
    assert keys.find(raw, at=now + timedelta(hours=2)) is None


def test_the_use_is_noted_rarely(django_assert_num_queries):
    now = timezone.now()
    key, raw = keys.create("CRM")
    keys.find(raw, at=now)

    with django_assert_num_queries(1):
        keys.find(raw, at=now + timedelta(minutes=1))
    keys.find(raw, at=now + timedelta(minutes=6))

    key.refresh_from_db()
    assert key.last_used_at == now + timedelta(minutes=6)


def test_the_key_of_the_settings_may_everything(settings):
    settings.API_KEY = "of-the-settings"

    key = keys.find("of-the-settings")

    assert key
    assert key.allows("read")
    assert key.allows("write")
    assert keys.find("of-the-setting") is None


def test_without_a_key_in_the_settings_none_is_empty(settings):
    settings.API_KEY = ""

    assert keys.find("") is None


def test_the_command_prints_the_key_once(capsys):
    call_command("create_api_key", "Nightly import", "--scope", "read", "--days", "30")

    raw = capsys.readouterr().out.strip()
    key = keys.find(raw)
    assert key
    assert (key.name, key.scopes) == ("Nightly import", ["read"])
    assert key.expires_at > timezone.now() + timedelta(days=29)


@pytest.mark.parametrize("arguments", [[""], ["x" * 101], ["CRM", "--days", "0"], ["CRM", "--scope", "all"]])
def test_the_command_refuses_what_makes_no_sense(arguments):
    with pytest.raises(CommandError):
        call_command("create_api_key", *arguments)

    assert not ApiKey.objects.exists()
