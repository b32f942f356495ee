"""Serves pages and sockets on one port."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from lib import heap
from operations.backups.unfinished import settle_if_cut_off

TURN_S = 0.0005  # how long a computing thread may keep others waiting; Python's default is 0.005 s
PREPARING = 0x5A1E5  # the advisory lock in PostgreSQL; any number that no other program uses there


class Command(BaseCommand):
    help = "Serve the site at HOST and PORT. SIGTERM lets answers under way end (20 s at most) and hands over the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        told = "first bring the database up to date, and fill a new one with the demo"
        parser.add_argument("--prepare", action="store_true", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        heap.keep_small()
        sys.setswitchinterval(TURN_S)
        if said := settle_if_cut_off():
            self.stdout.write(said)
        if options["prepare"]:
            try:
                prepare(self.stdout)
            except OperationalError as error:
                raise CommandError(f"The database cannot be used. {what_to_do()}") from error
        from salesagent.asgi import application
        from salesagent.serving.server import DrainingServer
        from salesagent.serving.warming import warm_up

        warm_up()
        heap.settle()
        server = DrainingServer(application, host=settings.HOST, port=settings.PORT, on_ready=self._say_where)
        server.run()
        if not server.is_listening:
            raise CommandError(f"PORT {settings.PORT} at {settings.HOST} is taken or not allowed; set another PORT.")

    def _say_where(self) -> None:
        host = "localhost" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST  # noqa: S104 only compared
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"Salesagent is at http://{shown}:{settings.PORT}/ and its admin at /admin/.")
        self.stdout.flush()


def prepare(stdout: Any) -> None:
    """Run `migrate` and `seed` in this process, because each command would import the whole site again.

    If several servers start at once on PostgreSQL, one does it and the others wait. Raises what the commands raise.
    """
    with _alone():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        call_command("seed", stdout=stdout)


def what_to_do() -> str:
    """What whoever starts a server looks at when its database cannot be used. It never has the address: a password may
    be in it."""
    if connection.vendor == "sqlite":
        folder = Path(str(connection.settings_dict["NAME"])).parent
        return f"Give {folder} and its files to the account that serves (user id {os.geteuid()}), or set DATABASE_URL."
    return "Look at DATABASE_URL, and whether PostgreSQL runs there."


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
