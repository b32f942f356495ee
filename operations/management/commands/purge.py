"""Deletes now what the server deletes in time by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations import expiry


class Command(BaseCommand):
    help = "Delete now what the settings of retention and the hourly sweep delete, and say how much of each kind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how much it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            self._tell("Would delete", expiry.due(now))
            return
        gone, failures = expiry.purge(now)
        self._tell("Deleted", gone)
        if failures:
            raise CommandError(f"{failures} files could not be removed; see the log.")

    def _tell(self, verb: str, counts: dict[str, int]) -> None:
        for what, count in counts.items():
            self.stdout.write(f"{verb} {count:,}: {what}.")
