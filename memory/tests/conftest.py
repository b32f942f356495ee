"""An agent that remembers, a visitor who allows it, and the same person in an earlier browser."""

import pytest

from access.visitors import COOKIE, new_visitor
from conversations.tests.factories import SessionFactory
from leads.tests.factories import LeadFactory
from memory.models import MemorySettings
from memory.switch import decide, forget_what_is_known
from memory.tests.two_browsers import EARLIER, remembered


@pytest.fixture
def remembers(agent):
    MemorySettings.objects.create(agent=agent, is_on=True)
    forget_what_is_known()
    return agent


@pytest.fixture
def visitor(client, remembers):
    cookie, visitor = new_visitor()
    client.cookies[COOKIE] = cookie
    decide(visitor, remembers.brand, True)
    return visitor


@pytest.fixture
def earlier(remembers):
    decide(EARLIER, remembers.brand, True)
    return remembered(remembers, EARLIER)


@pytest.fixture
def lead(remembers, visitor, earlier):
    return LeadFactory(session=SessionFactory(agent=remembers, visitor=visitor), email="Jo@x.example")
