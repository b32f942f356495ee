"""What a turn asks of the database is counted: with many at once, all of them wait for each statement."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.intake import turns
from conversations.models import Message, Reply
from conversations.replies import leases
from conversations.replies.leases import Outcome
from leads.models import Lead, LeadSettings
from leads.reading import read_now

pytestmark = pytest.mark.django_db

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Statements(CaptureQueriesContext):
    @property
    def kinds(self) -> list[str]:
        """The first word of each, without those that begin and end a transaction."""
        words = (query["sql"].split(" ", 1)[0] for query in self.captured_queries)
        return [word for word in words if word in COUNTED]


@pytest.fixture
def lead(agent):
    """Of a session with one turn, whose agent asks for something."""
    LeadSettings.objects.create(agent=agent, alert_addresses="sales@x.example")
    agent.questions.create(key="people", label="People", ask="How many are you?", kind="number")
    first = turns.begin.sync(agent, "visitor", "How much is a desk?", owner="me")
    end(first)
    return Lead.objects.create(session_id=first.question.session_id, agent=agent)


def end(turn):
    outcome = Outcome(state=Reply.State.COMPLETE, content="40 dollars.", asked="people")
    return leases.finish.sync(turn.job, "me", outcome, timezone.now())


def test_one_transaction_stores_a_turn_and_one_query_more_guides_it(lead):
    warm = turns.accept.sync(lead.session_id, "And a lamp?", uuid.uuid4().hex, owner="me")
    end(warm)

    with Statements(connection) as statements:
        turn = turns.accept.sync(lead.session_id, "And a chair?", uuid.uuid4().hex, owner="me")

    # Session, messages, task, history, reply, session, version of the knowledge; then the lead with its facts.
    assert statements.kinds == ["SELECT", "INSERT", "INSERT", "SELECT", "INSERT", "UPDATE", "SELECT", "SELECT"]
    assert turn.job.guidance.promise is not None


def test_the_end_of_an_answer_takes_four(lead):
    turn = turns.accept.sync(lead.session_id, "And a lamp?", owner="me")

    with Statements(connection) as statements:
        assert end(turn) is not None

    assert statements.kinds == ["UPDATE", "UPDATE", "UPDATE", "SELECT"]


def test_reading_a_message_that_says_nothing_of_a_visitor_without_a_lead_locks_nothing(lead):
    session_id = lead.session_id
    lead.delete()
    message = Message.objects.filter(session=session_id, role=Message.Role.USER).get()

    with Statements(connection) as statements:
        assert read_now(message.pk) is None

    # Message, what was asked, what is known; what the agent asks for is known from the turn.
    assert statements.kinds == ["SELECT"] * 3


def test_guidance_that_fails_loses_no_message(lead, monkeypatch):
    def broken(_job):
        raise RuntimeError

    monkeypatch.setattr("conversations.replies.guides._guides", [broken])
    turn = turns.accept.sync(lead.session_id, "And a lamp?", owner="me")

    assert Message.objects.filter(pk=turn.question.id).exists()
    assert turn.job.guidance.instruction == ""
