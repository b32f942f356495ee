"""What every test shares: settings for speed, clean counters, and the scripted model server."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as hypothesis_settings

from access import rates
from agents.llm.openai_compatible import close_clients
from agents.models import Agent
from conversations import reply
from e2e.fake_openai import FakeOpenAI
from salesagent.lib import database
from voice.stt import chain as ears
from voice.tts import chain as voices

# The same examples each time, so that a change breaks a test or does not; "explore" looks further, each time elsewhere.
hypothesis_settings.register_profile("dev", derandomize=True)
hypothesis_settings.register_profile("ci", derandomize=True, print_blob=True)
hypothesis_settings.register_profile("explore", derandomize=False, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests run last, and only where a Chromium is; with REQUIRE_BROWSER they are never skipped."""
    items.sort(key=lambda item: "browser" in item.keywords)
    if CHROMIUM or os.environ.get("REQUIRE_BROWSER"):
        return
    skip = pytest.mark.skip(reason="no Chromium on this machine")
    skipped = [item for item in items if "browser" in item.keywords]
    for item in skipped:
        item.add_marker(skip)
    if skipped:
        config.stash[_NOTE] = f"No Chromium was found: {len(skipped)} browser tests are skipped."


_NOTE: pytest.StashKey[str] = pytest.StashKey()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if note := config.stash.get(_NOTE, ""):
        terminalreporter.write_line(note, yellow=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """The usual test database; the connections that other threads hold to it are ended before it goes."""
    yield
    database.close_connections()
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _quick_and_clean(settings, tmp_path) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = settings.OPENAI_FALLBACK_MODEL = ""
    settings.SMALLEST_API_KEY = settings.STT_MODEL_DIR = ""
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = []
    settings.OPENAI_TTS_MODEL = ""
    settings.VAR_DIR = tmp_path / "var"
    cache.clear()
    rates.forget()
    ears.forget()
    voices.forget()
    reply.model.cache_clear()
    yield
    reply.model.cache_clear()


@pytest.fixture(autouse=True)
def _database_at_rest(_django_db_marker: None) -> Iterator[None]:
    """What a test left under way on the database threads ends before its tables are emptied: the two could deadlock."""
    yield
    database.close_connections()


@pytest.fixture
def agent(db: None) -> Agent:
    agent = Agent.objects.create(name="Ada", slug="ada", is_default=True)
    agent.publish("You sell lamps.")
    return agent


@pytest.fixture
async def upstream(settings) -> AsyncIterator[FakeOpenAI]:  # type: ignore[no-untyped-def]
    """A scripted OpenAI-compatible server, and settings that point to it."""
    async with FakeOpenAI() as server:
        settings.OPENAI_BASE_URL = server.base_url
        settings.OPENAI_MODEL = "scripted"
        reply.model.cache_clear()
        yield server
        await close_clients()
