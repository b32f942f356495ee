"""Every list of the API costs the same number of queries, whatever the number of rows."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from agents.tests.factories import AgentFactory
from conversations.models import Session
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from knowledge.tests.factories import ChunkFactory, DocumentFactory

pytestmark = pytest.mark.django_db


def more_agents(agent: Agent, session: Session) -> None:
    SessionFactory(agent=AgentFactory())


def more_sessions(agent: Agent, session: Session) -> None:
    MessageFactory(session=SessionFactory(agent=agent))


def more_messages(agent: Agent, session: Session) -> None:
    ReplyFactory(session=session)


def more_documents(agent: Agent, session: Session) -> None:
    ChunkFactory(document=DocumentFactory(agent=agent))


LISTS = {
    "/api/agents": more_agents,
    "/api/agents?limit=2": more_agents,
    "/api/agents/{agent}": more_sessions,
    "/api/agents/{agent}/sessions": more_sessions,
    "/api/agents/{agent}/sessions?limit=2": more_sessions,
    "/api/agents/{agent}/documents": more_documents,
    "/api/agents/{agent}/documents?limit=2": more_documents,
    "/api/sessions/{session}": more_messages,
    "/api/sessions/{session}/messages": more_messages,
    "/api/sessions/{session}/messages?limit=2": more_messages,
    "/api/sessions/{session}/messages?before={message}": more_messages,
}


@pytest.mark.parametrize(("path", "more"), LISTS.items())
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    program, agent, path: str, more: Callable[[Agent, Session], None]
):
    session = SessionFactory(agent=agent)
    more(agent, session)
    message = MessageFactory(session=session)
    path = path.format(agent=agent.pk, session=session.pk, message=message.pk)
    few = queries(program, path)
    for _ in range(30):
        more(agent, session)

    many = queries(program, path)

    assert len(many) == len(few), "\n".join(many)


def test_a_later_page_takes_as_many_queries_as_the_first(program, agent):
    for _ in range(5):
        SessionFactory(agent=agent)
    path = f"/api/agents/{agent.pk}/sessions?limit=2"
    cursor = program.get(path).json()["next_cursor"]

    first, later = queries(program, path), queries(program, f"{path}&cursor={cursor}")

    assert len(later) == len(first), "\n".join(later)


def queries(program, path: str) -> list[str]:
    program.get(path)  # the first request also notes that the key was used
    with CaptureQueriesContext(connection) as captured:
        response = program.get(path)
    assert response.status_code == 200, response.content
    return [query["sql"] for query in captured]
