"""`manage.py reindex`: index at once what waits, or was indexed by an older version or without the model."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from knowledge.indexer import reindex_stale


class Command(BaseCommand):
    help = "Index the documents that wait, or were indexed by an older version or without the embedding model."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reindex_stale()} documents indexed.")
