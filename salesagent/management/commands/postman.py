"""Writes the Postman collection that belongs to the OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from salesagent.rest.api import api
from salesagent.rest.postman import collection
from salesagent.rest.schema import document

SNAPSHOT = settings.BASE_DIR / "docs" / "postman.json"


class Command(BaseCommand):
    help = "Write the Postman collection to docs/postman.json, or to --output; `-` is standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", default=str(SNAPSHOT))

    def handle(self, *args: Any, output: str, **options: Any) -> None:
        text = json.dumps(collection(document(api)), indent=2, ensure_ascii=False) + "\n"
        if output == "-":
            self.stdout.write(text, ending="")
        else:
            Path(output).write_text(text, encoding="utf-8")
            self.stdout.write(f"Written to {output}.")
