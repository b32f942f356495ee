"""Backs up the database and the files into one file, while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.backups.archive import Unusable
from operations.backups.making import make


class Command(BaseCommand):
    help = "Back up the database and MEDIA_ROOT into FILE, readable by its owner alone. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--force", action="store_true", help="replace FILE if it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"].expanduser().absolute()
        try:
            made = make(file, timezone.now(), overwrite=options["force"])
        except Unusable as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Backed up the database and {made.files} files into {file} ({made.size_bytes:,} bytes).")
        self.stdout.write("SECRET_KEY and the other settings are not in it: keep .env and var/secret-key as well.")
