"""A new database is filled once, and only then."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory

from agents.models import Agent
from knowledge.models import Document
from salesagent.management.commands import serve
from salesagent.management.commands.serve import prepare

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_new_database_gets_an_agent_its_knowledge_and_a_staff_login(capsys):
    call_command("seed")
    printed = capsys.readouterr().out
    call_command("seed")

    agent = Agent.objects.get()
    assert agent.is_default
    assert agent.published_prompt.number == 1
    assert agent.greeting
    assert len(agent.starters) >= 3
    assert agent.documents.filter(status=Document.Status.READY).count() >= 12
    assert agent.landing_page.features.count() >= 3
    assert agent.brand.company
    password = re.search(r"password: (\S+)", printed)[1]
    assert authenticate(RequestFactory().post("/"), username="staff", password=password).is_staff
    assert capsys.readouterr().out == ""


def test_what_staff_have_made_is_left_alone(capsys):
    Agent.objects.create(name="Mine", slug="mine")
    get_user_model().objects.create_superuser("me")

    call_command("seed")

    assert Agent.objects.count() == 1
    assert get_user_model().objects.count() == 1
    assert capsys.readouterr().out == ""


def test_a_server_that_prepares_a_database_that_is_up_to_date_only_fills_it():
    printed = StringIO()

    prepare(printed)

    assert "Made the demo agent" in printed.getvalue()
    assert Agent.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="several servers share a PostgreSQL")
def test_of_several_servers_one_prepares_the_database_at_a_time(monkeypatch):
    was_free: list[bool] = []
    monkeypatch.setattr(serve, "call_command", lambda *names, **options: was_free.append(_is_free()))

    prepare(StringIO())

    assert was_free == [False]
    assert _is_free()


def _is_free() -> bool:
    """Whether another connection may prepare the database now."""
    import psycopg

    given = connection.get_connection_params()
    address = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}
    with psycopg.connect(**address, autocommit=True) as other:
        return bool(other.execute("SELECT pg_try_advisory_lock(%s)", [serve.PREPARING]).fetchone()[0])


@pytest.mark.slow
def test_a_server_that_prepares_begins_with_no_database_at_all(tmp_path: Path):
    lines = (
        "import sys, django; django.setup()",
        "from salesagent.management.commands.serve import prepare; prepare(sys.stdout); prepare(sys.stdout)",
        "from agents.models import Agent; print(Agent.objects.count(), 'agent')",
    )
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"}
    command = [sys.executable, "-c", "\n".join(lines)]

    ran = subprocess.run(  # noqa: S603 our own
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )

    assert ran.stdout.count("Made the demo agent") == 1
    assert ran.stdout.endswith("1 agent\n")
