"""Documents with the fewest fields that make them valid."""

from __future__ import annotations

import factory

from agents.tests.factories import AgentFactory
from knowledge.models import Chunk, Document


class DocumentFactory(factory.django.DjangoModelFactory):
    agent = factory.SubFactory(AgentFactory)
    name = factory.Sequence(lambda n: f"Page {n}")
    text = "# Prices\n\nA Brook 90 costs $2,400."

    class Meta:
        model = Document


class ChunkFactory(factory.django.DjangoModelFactory):
    document = factory.SubFactory(DocumentFactory)
    position = factory.Sequence(lambda n: n)
    text = "A Brook 90 costs $2,400."

    class Meta:
        model = Chunk
