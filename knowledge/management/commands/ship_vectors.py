"""`manage.py ship_vectors`: make the file with the vectors of the demo's pages, after these, the model or the format
were changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from knowledge import packaged_vectors
from knowledge.indexing import TEXT_FORMAT
from knowledge.text.split import embed_parts, split_page
from language import embeddings


class Command(BaseCommand):
    help = "Work out the vectors of the demo's pages, and write the file that is shipped with them."

    def handle(self, *args: Any, **options: Any) -> None:
        encoder = embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
        parts = [part for name, text in packaged_vectors.demo_pages() for part in split_page(text, name)]
        vectors = {
            packaged_vectors.name_of(part, TEXT_FORMAT): embeddings.sentences_to_bytes(sentences)
            for part, sentences in zip(parts, embed_parts(encoder, parts), strict=True)
        }
        packaged_vectors.ship(vectors)
        self.stdout.write(f"Wrote the vectors of {len(vectors)} passages to {packaged_vectors.FILE}.")
