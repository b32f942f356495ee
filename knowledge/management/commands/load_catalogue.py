"""`manage.py load_catalogue AGENT FILE.xlsx`: a list of products into an agent's knowledge; may be repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

SHEETS = (".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".tsv")


class Command(BaseCommand):
    help = "Add a list of products, a spreadsheet or CSV, to an agent's knowledge. A newer one takes its place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent", help="The agent's address (slug) or id.")
        parser.add_argument("file", type=Path, help="A spreadsheet: each row is found with the names of its columns.")

    def handle(self, *args: Any, agent: str, file: Path, **options: Any) -> None:
        if file.suffix.lower() not in SHEETS:
            raise CommandError(f"{file} is no spreadsheet: its name ends with none of {', '.join(SHEETS)}.")
        call_command("load_knowledge", agent, file, stdout=self.stdout, stderr=self.stderr)
