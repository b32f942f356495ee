"""A visitor who was remembered in an earlier browser, for tests of another one."""

from __future__ import annotations

from agents.models import Agent
from conversations.tests.factories import SessionFactory
from leads.models import Lead
from leads.tests.factories import LeadFactory
from memory.models import SessionSummary

EARLIER = "a" * 64
ADDRESS = "jo@x.example"


def remembered(agent: Agent, visitor: str, text: str = "They want a red lamp.") -> Lead:
    """The lead of a session with a summary."""
    session = SessionFactory(agent=agent, visitor=visitor)
    SessionSummary.objects.create(session=session, agent=agent, visitor=visitor, text=text)
    return LeadFactory(session=session, email=ADDRESS)
