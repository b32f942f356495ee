"""What visitors have answered goes to the agents that they have talked with, and to no other."""

import pytest
from django.utils import timezone

BEFORE, AFTER = [("memory", "0003_link_request")], [("memory", "0004_choice_by_circle")]
NOW = timezone.now()

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_answers_go_to_the_circles_of_the_agents_a_visitor_has_talked_with(migrate):
    old = migrate(BEFORE)
    Agent, Session = old.get_model("agents", "Agent"), old.get_model("conversations", "Session")
    alone, first, second, unused = (Agent.objects.create(name=name, slug=name) for name in ("a", "b", "c", "d"))
    for agent, family in ((alone, ""), (first, "One"), (second, "One"), (unused, "")):
        old.get_model("agents", "Brand").objects.create(agent=agent, family=family)
    for agent, visitor in ((alone, "yes"), (alone, "yes"), (first, "yes"), (second, "yes"), (second, "no")):
        Session.objects.create(agent=agent, visitor=visitor)
    Session.objects.create(agent=alone, visitor="unasked")
    for visitor in ("yes", "no", "silent"):
        old.get_model("memory", "VisitorChoice").objects.create(
            visitor=visitor, is_allowed=visitor == "yes", question="May we?", decided_at=NOW
        )

    Choice = migrate(AFTER).get_model("memory", "VisitorChoice")

    assert set(Choice.objects.values_list("visitor", "circle", "is_allowed", "question", "decided_at")) == {
        ("yes", f"agent:{alone.pk}", True, "May we?", NOW),
        ("yes", "family:One", True, "May we?", NOW),
        ("no", "family:One", False, "May we?", NOW),
    }
    assert Choice.objects.create(visitor="new", circle="family:One", is_allowed=True, question="May we?").pk


def test_more_answers_than_are_copied_at_once_are_all_copied(migrate):
    old = migrate(BEFORE)
    agent = old.get_model("agents", "Agent").objects.create(name="a", slug="a")
    old.get_model("agents", "Brand").objects.create(agent=agent)
    number = 1001
    Choice, Session = old.get_model("memory", "VisitorChoice"), old.get_model("conversations", "Session")
    Choice.objects.bulk_create(Choice(visitor=str(each), is_allowed=True, question="?") for each in range(number))
    Session.objects.bulk_create(Session(agent=agent, visitor=str(each)) for each in range(number))

    new = migrate(AFTER)

    assert new.get_model("memory", "VisitorChoice").objects.filter(circle=f"agent:{agent.pk}").count() == number
