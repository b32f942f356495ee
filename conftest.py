"""What every test shares: settings for speed, clean counters, and the scripted model server."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio._backends._asyncio  # noqa: F401  pytest reads it as a plugin: not in the middle of a test, where that can fail
import pytest
from channels.testing import WebsocketCommunicator
from django.apps.registry import Apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import setting_changed
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.test import client as test_client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from whitenoise.base import WhiteNoise

from access import rates
from agents.llm.openai_compatible import close_clients
from agents.models import Agent
from conversations.replies import making
from fakes.browser import CHROMIUM
from fakes.databases import copy_file, copy_in_postgres, drop
from fakes.migrating import migrations
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.react import REACT
from fakes.second_pass import THE_SAME_ON_ANY_STORAGE
from fakes.site import fork_servers, share_templates
from fakes.worker import NUMBER as WORKER
from inbox import availability
from knowledge.websites import schedule
from language import embeddings
from leads import promises
from lib import database
from memory.switch import forget_what_is_known
from voice.stt import chain as ears
from voice.tts import chain as voices

# The same examples each time, so that a change breaks a test or does not; "explore" looks further, each time elsewhere.
# How fast the machine is says nothing about the code: a busy one failed tests of properties that held.
_AT_ANY_SPEED = {"deadline": None, "suppress_health_check": (HealthCheck.too_slow,)}
hypothesis_settings.register_profile("dev", derandomize=True, **_AT_ANY_SPEED)
hypothesis_settings.register_profile("ci", derandomize=True, print_blob=True, **_AT_ANY_SPEED)
hypothesis_settings.register_profile("again", hypothesis_settings.get_profile("ci"), max_examples=50)  # of usually 100
hypothesis_settings.register_profile("explore", derandomize=False, print_blob=True, **_AT_ANY_SPEED)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
# It also tries the numbers and texts that it finds in modules of ours: which are loaded depends on the tests that ran
# before in this process, and so would the examples. To look for them takes each process seconds.
if hypothesis_settings().derandomize:
    providers._get_local_constants = lambda: providers._local_constants  # none yet

# Servers are killed, flooded and cut off here. They begin first, since they wait for most of their time, for leases and
# limits. Where two servers, floods and outages meet promises in seconds, one test of the folder runs at a time.
BEGIN_FIRST = ("e2e/kills/", "e2e/processes/")
ONE_AFTER_ANOTHER = ("e2e/processes/",)
SHARE_A_SITE = ("e2e/journeys/inbox/", "e2e/journeys/offline/")  # of the folder's own, which starts once
# Of pytest-django, which looked for them around each of eleven thousand tests; to use one, remove its fixture below.
UNUSED = {"urls", "django_isolate_apps", "ignore_template_errors", "live_server"}
KEPT_TABLES = {"auth_permission", "django_content_type"}  # filled by the migrations, written by no test
# By its marker, what a test cannot do without, whether it is here, and what is said where it is not.
PROGRAMS = {
    "browser": (CHROMIUM, "no Chromium on this machine"),
    "node": (shutil.which("node"), "no node on this machine"),
    "react": (REACT.exists(), "no React here (make .ci/scripts/node_modules/installed)"),
}
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """A fresh clone has no collected static files, which pages need; `make test` brings them up to date each time."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not (Path(django_settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are cores: most of many a test is a wait, for a limit to pass or for a server to start.

    As many as there are cores where "logical" asks for them: to look at all tests takes each process 10 s of one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if config.option.numprocesses == "logical" else cores + 2


def pytest_runtest_setup() -> None:
    """A request leaves its language behind in the thread of the test that made it."""
    translation.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is collected goes before the end: to look through it for garbage again and again took 2 s of 10."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first; browser tests only where a Chromium is, and those of scripts alone where node is.

    With REQUIRE_BROWSER neither is ever skipped.

    No asynchronous test may come between browser tests, whose driver has an event loop of its own.
    """
    items.sort(key=_turn)
    for item in items:
        if asked := UNUSED & {*(mark.name for mark in item.iter_markers()), *getattr(item, "fixturenames", ())}:
            raise pytest.UsageError(f"{item.nodeid} asks for {', '.join(asked)}, which conftest.py switches off.")
        if "browser" not in item.keywords and _needs_storage(item):
            item.add_marker("storage")
    if os.environ.get("REQUIRE_BROWSER"):
        return
    for marker, (program, reason) in PROGRAMS.items():
        for item in items:
            if not program and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _turn(item: pytest.Item) -> int:
    if "playwright" in getattr(item, "fixturenames", ()):
        return 3
    if item.nodeid.startswith(BEGIN_FIRST):
        return 0
    # One of the slow ones takes three minutes: begun after the many short ones of the browser, it would be the last.
    return 1 if "process" in item.keywords else 2 if "slow" in item.keywords else 4


def _needs_storage(item: pytest.Item) -> bool:
    """Whether another database, or a Redis, could change how the test ends."""
    if item.nodeid.startswith(THE_SAME_ON_ANY_STORAGE):
        return False
    asks_for_it = {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    return bool(asks_for_it) or any(item.get_closest_marker(name) for name in ("django_db", "services", "process"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report.longreprtext for report in terminalreporter.stats.get("skipped", [])]
    for _, reason in PROGRAMS.values():
        count = sum(reason in text for text in skipped)
        if count:
            terminalreporter.write_line(f"There is {reason}: {count} tests are skipped.", yellow=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files to each worker as it is free, and whole folders that are ONE_AFTER_ANOTHER or SHARE_A_SITE."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folders = (folder for folder in (*ONE_AFTER_ANOTHER, *SHARE_A_SITE) if nodeid.startswith(folder))
            return next(folders, None) or str(super()._split_scope(nodeid))

    return Scheduling(config, log)


def _take_a_redis_of_its_own() -> None:
    """Each worker has its own database of the Redis, and its own channels, which databases share."""
    if not django_settings.REDIS_URL:
        return
    url = urlsplit(django_settings.REDIS_URL)
    database = int(url.path.strip("/") or 0) + WORKER
    own = url._replace(path=f"/{database}").geturl()
    os.environ["REDIS_URL"] = django_settings.REDIS_URL = own  # the environment for sites in processes of their own
    django_settings.CACHES["default"]["LOCATION"] = own
    layer = django_settings.CHANNEL_LAYERS["default"]["CONFIG"]
    layer["hosts"][0]["address"] = own
    layer["prefix"] = f"worker{WORKER}"


if WORKER:
    _take_a_redis_of_its_own()


def _wait_for_no_disk() -> None:
    """What the tests of this process store needs not outlive the machine: most of many a test was waiting for the disk.

    Sites in processes of their own store as they always do.
    """
    options = django_settings.DATABASES["default"]["OPTIONS"]
    if "init_command" in options:  # SQLite
        options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")


_wait_for_no_disk()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """A copy of the migrated database, which Django would migrate anew in each process."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        with _own_database() as own:
            connection.settings_dict["NAME"] = own
            yield
            database.close_connections()
            connection.close()
            connection.settings_dict["NAME"] = name


@contextmanager
def _own_database() -> Iterator[str]:
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["TEST"]["NAME"])
        copy_file(file)
        yield str(file)
        for each in file.parent.glob(f"{file.name}*"):  # and what SQLite keeps beside it
            each.unlink()
        return
    url, name = os.environ["DATABASE_URL"], f"test_{uuid.uuid4().hex[:12]}"
    copy_in_postgres(url, name)
    yield name
    connection.close_pool()
    drop(url, name)


def _empty_tables(self: TransactionTestCase) -> None:
    """As Django does it, but for what migrations write: to write that again took most of the time of most tests.

    One statement finds the few that hold anything: to empty each of sixty took twice as long on PostgreSQL.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in KEPT_TABLES]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables))  # noqa: S608
        filled = [table for table, is_filled in zip(tables, cursor.fetchone(), strict=True) if is_filled]
    connection.ops.execute_sql_flush([f"DELETE FROM {table}" for table in filled])  # noqa: S608 names of ours


@pytest.fixture(scope="session", autouse=True)
def _sites_begin_with_the_same_databases(request, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """Each is migrated, and filled with the demo, once for all processes that share the tests."""
    fork_servers()
    if hasattr(request.config, "workerinput"):
        share_templates(tmp_path_factory.getbasetemp().parent)


def _wait_for_sockets() -> None:
    """As long as tests wait for anything, where Channels gives up after a second, which a busy machine may take."""
    for method in ("connect", "disconnect", "receive_from", "receive_output", "wait"):
        function = getattr(WebsocketCommunicator, method)
        function.__defaults__ = tuple(PATIENCE_S if given == 1 else given for given in function.__defaults__)


def _look_at_static_files_once() -> None:
    """Each test client has a middleware of its own, and each of these read the whole folder: 0.15 s of every test."""
    read = WhiteNoise.update_files_dictionary
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def take(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            read(self, root, prefix)
            found[root, prefix] = self.files
        self.files = {**self.files, **found[root, prefix]}

    WhiteNoise.update_files_dictionary = take


def _keep_contexts_of_pages() -> None:
    """And not of each field of a form: to copy those for `response.context`, where no test looks for them, took a tenth
    of what a page of the admin takes."""
    store = test_client.store_rendered_templates

    def keep(kept: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        if not (template.name or "").startswith("django/forms/"):
            store(kept, signal, sender, template, context, **more)

    test_client.store_rendered_templates = keep


QUICK_AND_ALONE = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    **dict.fromkeys(("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_FALLBACK_MODEL", "OPENAI_TTS_MODEL"), ""),
    **dict.fromkeys(("SMALLEST_API_KEY", "STT_MODEL_DIR"), ""),
    "STT_PROVIDERS": [],
    "TTS_PROVIDERS": [],
}


# For as long as the process runs. As fixtures that no test names they were looked at again for each of ten thousand.
TransactionTestCase._fixture_teardown = _empty_tables
_wait_for_sockets()
_look_at_static_files_once()
_keep_contexts_of_pages()


@pytest.fixture(scope="session", autouse=True)
def _quick_and_alone() -> Iterator[None]:
    with override_settings(**QUICK_AND_ALONE):
        yield


@pytest.fixture(scope="session")
def _set_up_once() -> None:
    """In the place of what pytest-django does around each test for what no test of ours may have: see UNUSED."""


_django_clear_site_cache = _django_isolate_apps = _django_set_urlconf = _django_setup_unittest = _set_up_once
_live_server_helper = _template_string_if_invalid_marker = _set_up_once


@pytest.fixture(autouse=True)
def _clean(_django_db_marker: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test finds what another one left: files, counters, flags, or work on the database threads, which ends before
    the tables are emptied: the two could deadlock."""
    _keep_files_elsewhere(tmp_path_factory.getbasetemp())
    cache.clear()
    rates.forget()
    ears.forget()
    promises.forget()
    forget_what_is_known()
    availability.forget()
    voices.forget()
    schedule.stopping.clear()  # set by whoever stopped a worker
    making.model.cache_clear()
    yield
    making.model.cache_clear()
    database.close_connections()


def _keep_files_elsewhere(base: Path) -> None:
    """A folder that no test has kept a file in; it is made by the first that does, and the next test gets another."""
    media = django_settings.MEDIA_ROOT
    if media.is_relative_to(base) and not media.parent.exists():
        return
    folder = base / f"kept-{next(_numbers)}"
    django_settings.MEDIA_ROOT, django_settings.VAR_DIR = folder / "media", folder / "var"
    setting_changed.send(sender=type(django_settings), setting="MEDIA_ROOT", value=folder / "media", enter=True)


@pytest.fixture
def agent(db: None) -> Agent:
    """Its answers are not checked: what a scripted model says mostly stands nowhere."""
    agent = Agent.objects.create(name="Ada", slug="ada", is_default=True, checks_answers=False)
    agent.publish("You sell lamps.")
    return agent


@pytest.fixture
def embedding_model() -> None:
    """For a test that needs the model; asked here, since to ask loads it, also in processes that run no such test."""
    if not embeddings.available():
        pytest.skip("no embedding model is installed")


@pytest.fixture
async def upstream(settings) -> AsyncIterator[FakeOpenAI]:  # type: ignore[no-untyped-def]
    """A scripted OpenAI-compatible server, and settings that point to it."""
    async with FakeOpenAI() as server:
        settings.OPENAI_BASE_URL = server.base_url
        settings.OPENAI_MODEL = "scripted"
        making.model.cache_clear()
        yield server
        await close_clients()


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Callable[[list[tuple[str, str]]], Apps]]:
    """Goes to migrations of before; see `migrations`."""
    with migrations() as to:
        yield to
