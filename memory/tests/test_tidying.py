"""What memory needs no more goes with the hourly sweep; what anybody may still need stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.tests.factories import AgentFactory
from conversations.deletion import tidying
from conversations.tests.factories import SessionFactory
from memory.models import LinkRequest, SessionSummary, VisitorChoice, VisitorLink
from memory.switch import decide
from memory.tidying import CHOICE_KEPT
from voice.files.sweeping import sweep

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()


def chosen(visitor, age, allowed=True):
    decide(visitor, AgentFactory().brand, allowed)
    VisitorChoice.objects.filter(visitor=visitor).update(decided_at=NOW - age)


def visitors():
    return set(VisitorChoice.objects.values_list("visitor", flat=True))


def test_choices_of_who_is_long_gone_go_allowed_or_refused():
    chosen("gone", CHOICE_KEPT + timedelta(days=1))
    chosen("refused", CHOICE_KEPT + timedelta(days=1), allowed=False)
    chosen("young", CHOICE_KEPT - timedelta(days=1))

    assert sweep(NOW).rows == 2
    assert visitors() == {"young"}


def test_a_choice_stays_with_a_conversation_a_summary_or_a_link(remembers, lead, earlier):
    SessionFactory(visitor="writes")
    SessionSummary.objects.create(session=SessionFactory(), agent=remembers, visitor="read", text="Two sentences.")
    pair = {"visitor": "here", "earlier": "elsewhere"}
    VisitorLink.objects.create(agent=remembers, lead=lead, earlier_lead=earlier, **pair)
    for each in ("writes", "read", "here", "elsewhere", "gone"):
        chosen(each, 2 * CHOICE_KEPT)

    assert sweep(NOW).rows == 1
    assert {"writes", "read", "here", "elsewhere"} < visitors()
    assert "gone" not in visitors()


def test_requests_for_links_go_after_a_day(remembers):
    for age in (LinkRequest.KEPT + timedelta(hours=1), LinkRequest.KEPT - timedelta(hours=1)):
        LinkRequest.objects.create(agent=remembers, visitor="a", earlier="b", address="c", created_at=NOW - age)

    assert sweep(NOW).rows == 1
    assert LinkRequest.objects.get().created_at > NOW - LinkRequest.KEPT


def test_one_that_fails_keeps_no_other_from_tidying_up(monkeypatch, caplog):
    def failing(now):
        raise OSError("away")

    broken = tidying.Chore("what is away", count=failing, tidy=failing)
    monkeypatch.setattr(tidying, "_chores", [broken, *tidying._chores])
    chosen("gone", 2 * CHOICE_KEPT)

    assert tidying.tidy_up(NOW) == 1
    assert "could not tidy up what is away" in caplog.text
