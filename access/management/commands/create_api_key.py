"""Makes a management key for a program and prints it once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from access import keys
from access.models import ApiKey


class Command(BaseCommand):
    help = "Make a key for the management API and print it. It is stored as a hash: this is the only time it is shown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="Who uses it, for the list in the admin.")
        parser.add_argument(
            "--scope", action="append", choices=ApiKey.Scope.values, help="What it may; without one: everything."
        )
        parser.add_argument("--days", type=int, help="How long it is valid; without it: until it is revoked.")

    def handle(self, *args: Any, name: str, scope: list[str] | None, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days must lie between 1 and 36500.")
        try:
            ApiKey(name=name).clean_fields(exclude=["digest", "prefix", "scopes"])
        except ValidationError as error:
            raise CommandError(f"NAME: {' '.join(error.messages)}") from None
        expires_at = timezone.now() + timedelta(days=days) if days else None
        _key, raw = keys.create(name, scope or ApiKey.Scope.values, expires_at)
        self.stderr.write("Keep it now: it is not shown again.")
        self.stdout.write(raw)
