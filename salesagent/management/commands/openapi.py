"""Writes the OpenAPI document, which is the contract others build against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from salesagent.rest.api import api
from salesagent.rest.schema import document

SNAPSHOT = settings.BASE_DIR / "docs" / "openapi.json"


class Command(BaseCommand):
    help = "Write the OpenAPI document to docs/openapi.json, or to --output; `-` is standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", default=str(SNAPSHOT))

    def handle(self, *args: Any, output: str, **options: Any) -> None:
        text = json.dumps(document(api), indent=2, ensure_ascii=False) + "\n"
        if output == "-":
            self.stdout.write(text, ending="")
        else:
            Path(output).write_text(text, encoding="utf-8")
            self.stdout.write(f"Written to {output}.")
