"""A confirmed link: the summaries of an earlier browser are known in a new one, until either side takes it back."""

from __future__ import annotations

import pytest

from access.visitors import COOKIE, new_visitor
from conversations.tests.factories import SessionFactory
from leads.tests.factories import LeadFactory
from memory.models import SessionSummary, VisitorLink
from memory.recall import memories_for
from memory.switch import decide

pytestmark = pytest.mark.django_db
EARLIER = "a" * 64


@pytest.fixture
def link(agent, client):
    cookie, visitor = new_visitor()
    client.cookies[COOKIE] = cookie
    lead, earlier = (LeadFactory(session=SessionFactory(agent=agent, visitor=who)) for who in (visitor, EARLIER))
    for of, text in ((lead, "They want a blue desk."), (earlier, "They want a red lamp.")):
        SessionSummary.objects.create(session=of.session, agent=agent, visitor=of.session.visitor, text=text)
    return VisitorLink.objects.create(agent=agent, visitor=visitor, earlier=EARLIER, lead=lead, earlier_lead=earlier)


def known(visitor, agent) -> set[str]:
    """What a new session of a visitor is given."""
    return {each.text for each in memories_for(SessionFactory(agent=agent, visitor=visitor).pk, agent.pk)}


def test_both_are_known_with_one_query(link, agent, django_assert_num_queries):
    session = SessionFactory(agent=agent, visitor=link.visitor)

    with django_assert_num_queries(1):
        found = memories_for(session.pk, agent.pk)

    assert {each.text for each in found} == {"They want a blue desk.", "They want a red lamp."}


def test_it_holds_in_one_direction_with_one_agent_and_is_not_followed_further(link, agent):
    third, other = "c" * 64, SessionFactory().agent
    lead = LeadFactory(session=SessionFactory(agent=agent, visitor=third))
    VisitorLink.objects.create(
        agent=agent, visitor=third, earlier=link.visitor, lead=lead, earlier_lead_id=link.lead_id
    )

    assert known(EARLIER, agent) == {"They want a red lamp."}
    assert known(third, agent) == {"They want a blue desk."}
    assert known(link.visitor, other) == set()
    assert known("", agent) == set()


def test_the_page_shows_them_without_a_link_to_a_conversation_of_another_browser(link, client):
    page = client.get("/privacy/memory/").content.decode()

    assert "They want a red lamp." in page
    assert "From another browser of yours" in page
    assert str(link.lead.session_id) in page
    assert f"/{link.earlier_lead.session_id}/" not in page


@pytest.mark.parametrize("how", ["all", "refused here", "refused there", "lead here", "lead there", "one"])
def test_it_can_be_taken_back_on_either_side(client, link, agent, how):
    if how in {"all", "one"}:
        chosen = {"session": link.earlier_lead.session_id} if how == "one" else {}
        client.post("/chat/ada/memory/forget/", chosen)
    elif how.startswith("refused"):
        decide(link.visitor if how == "refused here" else EARLIER, agent.brand, False)
    else:
        (link.lead if how == "lead here" else link.earlier_lead).delete()

    assert "They want a red lamp." not in known(link.visitor, agent)
    assert VisitorLink.objects.exists() == (how == "one")
    assert ("They want a blue desk." in known(link.visitor, agent)) == (how not in {"all", "refused here"})
