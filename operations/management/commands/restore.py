"""Puts a backup back. The server and the workers must be stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups.archive import Unusable
from operations.backups.restoring import restore


class Command(BaseCommand):
    help = "Put the backup in FILE back into an empty installation. Stop the server and the workers first."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        told = "replace everything that is there: the whole database and all files"
        parser.add_argument("--force", action="store_true", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore(options["file"].expanduser().absolute(), overwrite=options["force"])
        except Unusable as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Put back the database and {restored.files} files, as they were on {restored.made_at}"
            f" (version {restored.version})."
        )
