"""Removes recordings that nobody needs any more; a running server does the same about every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from voice.files.sweeping import sweep


class Command(BaseCommand):
    help = "Remove sound files that no message names, and, with AUDIO_RETENTION_DAYS, recordings older than that."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep(timezone.now())
        if swept.gone:
            self.stdout.write(f"Deleted {len(swept.gone)} conversations that were too old.")
        self.stdout.write(f"Removed {swept.files} files; {swept.messages} messages were older than they may be heard.")
        if swept.rows:
            self.stdout.write(f"Deleted {swept.rows} rows that other apps need no more.")
        if swept.failures:
            raise CommandError(f"{swept.failures} files could not be removed; see the log.")
