"""Cases with the fewest fields that make them valid."""

from __future__ import annotations

import factory

from agents.tests.factories import AgentFactory
from evaluation.models import Case


class CaseFactory(factory.django.DjangoModelFactory):
    agent = factory.SubFactory(AgentFactory)
    question = factory.Sequence(lambda n: f"How much is a Brook {n}?")
    must = factory.LazyFunction(lambda: ["$2,400"])

    class Meta:
        model = Case
