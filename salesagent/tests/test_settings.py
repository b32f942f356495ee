"""A wrong setting stops the start with one line that names it and says what to write."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from fakes.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
LONG_KEY = "k" * 50


@pytest.fixture
def read(tmp_path):
    """Read the settings file with these values alone, in this process: a process for each would take seconds."""
    kept = dict(os.environ)

    def read(**environment):
        os.environ.clear()
        os.environ.update({"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", **environment})
        return runpy.run_path(str(ROOT / "salesagent" / "settings.py"))

    yield read
    os.environ.clear()
    os.environ.update(kept)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("PORT", "abc", "whole number"),
        ("PORT", "70000", "between 1 and 65535"),
        ("DEBUG", "maybe", "true or false"),
        ("DATABASE_URL", "mysql://x", "sqlite:// or postgres://"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("OPENAI_BASE_URL", "localhost/v1", "http://"),
        ("OPENAI_BASE_URL", "http://user:secret@host/v1", "password"),
        ("CORS_ORIGINS", "example.com", "https://www.example.com"),
        ("STT_PROVIDERS", "openai,deepgram", "deepgram"),
        ("API_AUTH", "none", "required, off"),
        ("CONTEXT_TOKENS", "1", "between 500"),
        ("AUDIO_RETENTION_DAYS", "-1", "between 0"),
        ("SECRET_KEY", "short", "32 characters"),
        ("API_AUTH", "off", "API_AUTH=required"),
        ("RATE_LIMITS", "off", "RATE_LIMITS=on"),
        ("FETCH_PRIVATE", "on", "FETCH_PRIVATE=off"),
    ],
)
def test_a_wrong_value_is_named_and_the_mend_too(read, name, value, hint):
    public = {"ALLOWED_HOSTS": "chat.example.com", "SECRET_KEY": LONG_KEY}

    with pytest.raises(ImproperlyConfigured) as caught:
        read(**{**public, name: value})

    assert name in str(caught.value)
    assert hint in str(caught.value)
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "fe80::1", "0", "web.internal"])  # noqa: S104 refused
@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("API_AUTH", "off", "API_AUTH=required"),
        ("RATE_LIMITS", "off", "RATE_LIMITS=on"),
        ("FETCH_PRIVATE", "on", "FETCH_PRIVATE=off"),
        ("DEBUG", "true", "DEBUG=false"),
        ("SECRET_KEY", "k", "make secret-key"),
        ("API_KEY", "k", "make secret-key"),
    ],
)
def test_what_it_listens_on_is_as_public_as_what_it_is_called(read, host, name, value, mend):
    with pytest.raises(ImproperlyConfigured) as by_address:
        read(HOST=host, **{name: value})
    with pytest.raises(ImproperlyConfigured) as by_name:
        read(**{"ALLOWED_HOSTS": "chat.example.com", "SECRET_KEY": LONG_KEY, name: value})

    for caught, why in ((by_address, f"HOST {host} "), (by_name, "ALLOWED_HOSTS")):
        assert str(caught.value).startswith(f"{name} is ")
        assert why in str(caught.value)
        assert mend in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.5.5.5"])
def test_one_person_on_one_machine_may_have_it_loose(read, host):
    loose = {"API_AUTH": "off", "RATE_LIMITS": "off", "FETCH_PRIVATE": "on", "DEBUG": "true", "API_KEY": "k"}

    settings = read(HOST=host, SECRET_KEY="k", **loose)

    assert set(settings["LOOSE_ENDS"]) == {*loose, "SECRET_KEY"}


def test_a_container_that_listens_everywhere_starts_with_a_key_of_its_own(read):
    settings = read(HOST="0.0.0.0")  # noqa: S104 nothing is bound

    assert len(settings["SECRET_KEY"]) >= 32
    assert not settings["SESSION_COOKIE_SECURE"]


def test_a_wrong_value_stops_the_start_with_one_line():
    environment = {**os.environ, "PORT": "abc"}

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "Setting refused: PORT is 'abc'; write a whole number from 1 to 65535."


def test_a_public_host_needs_a_key(read):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is missing"):
        read(ALLOWED_HOSTS="chat.example.com")

    assert read(ALLOWED_HOSTS="chat.example.com", SECRET_KEY=LONG_KEY)["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "PORT", "MEDIA_ROOT", "REDIS_URL", "ALLOWED_HOSTS"])
def test_an_empty_value_counts_as_not_set(read, name):
    settings = read(**{name: ""})

    assert settings["PORT"] == 8000
    assert settings["MEDIA_ROOT"].name == "media"
    assert settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert not settings["IS_PUBLIC"]


def test_every_setting_of_the_example_stands_with_its_default(read):
    """A copy of `.env.example` behaves like no `.env` at all."""
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    example = dict(line.split("=", 1) for line in lines)
    example.pop("DATABASE_URL")

    bare, copied = read(), read(**example)

    for name in example:
        assert copied.get(name) == bare.get(name), name
