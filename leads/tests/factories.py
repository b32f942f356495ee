"""Leads and facts with the fewest fields that make them valid."""

from __future__ import annotations

import factory

from conversations.tests.factories import MessageFactory, SessionFactory
from leads.models import Fact, Lead


class LeadFactory(factory.django.DjangoModelFactory):
    session = factory.SubFactory(SessionFactory)
    agent = factory.SelfAttribute("session.agent")

    class Meta:
        model = Lead


class FactFactory(factory.django.DjangoModelFactory):
    """A current fact whose words are its value, in a message of its own: `FactFactory(lead=..., value="40")`."""

    lead = factory.SubFactory(LeadFactory)
    key = "people"
    label = "People"
    kind = "number"
    value = "40"
    words = factory.SelfAttribute("value")
    start = 0
    message = factory.SubFactory(
        MessageFactory, session=factory.SelfAttribute("..lead.session"), content=factory.SelfAttribute("..words")
    )
    seq = factory.SelfAttribute("message.seq")
    by = Fact.By.RULE

    class Meta:
        model = Fact
