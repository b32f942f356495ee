"""What a visitor answers one company counts for no other; agents that are offered together share the answer."""

from __future__ import annotations

import pytest

from access.visitors import COOKIE, new_visitor
from agents.models import Brand
from agents.tests.factories import AgentFactory
from conversations.tests.factories import MessageFactory, SessionFactory
from leads.tests.factories import LeadFactory
from memory import making, offering
from memory.linking import hash_of, is_open
from memory.models import LinkRequest, MemorySettings, SessionSummary, VisitorChoice
from memory.switch import decide, forget_what_is_known, is_allowed
from memory.tests.two_browsers import ADDRESS, EARLIER, remembered

pytestmark = pytest.mark.django_db
ASKED = 'class="memory-ask"'


@pytest.fixture
def other(remembers):
    """An agent of another company that remembers, too."""
    other = AgentFactory(slug="bob")
    MemorySettings.objects.create(agent=other, is_on=True)
    forget_what_is_known()
    return other


@pytest.fixture
def new(client):
    """A visitor who has not answered anybody."""
    cookie, visitor = new_visitor()
    client.cookies[COOKIE] = cookie
    return visitor


def join(*agents) -> None:
    """Offer them together from now on."""
    Brand.objects.filter(agent__in=agents).update(family="One")
    for agent in agents:
        agent.brand.refresh_from_db()


def answer(client, agent, choice):
    return client.post(f"/chat/{agent.slug}/memory/choose/", {"choice": choice})


@pytest.mark.parametrize("is_family", [False, True], ids=["two companies", "one family"])
def test_a_yes_counts_for_the_agents_that_are_offered_together(client, remembers, other, new, is_family):
    if is_family:
        join(remembers, other)
    for agent in (remembers, other):
        MessageFactory(session=SessionFactory(agent=agent, visitor=new))

    answer(client, remembers, "allow")

    assert is_allowed(new, remembers.brand) is True
    assert is_allowed(new, other.brand) is (True if is_family else None)
    assert (ASKED in client.get("/chat/bob/").content.decode()) is not is_family
    assert ("You have allowed it." in client.get("/chat/bob/memory/").content.decode()) is is_family
    making.summarise_later(other.sessions.get().messages.get())
    assert SessionSummary.objects.filter(agent=other).exists() is is_family


@pytest.mark.parametrize("is_family", [False, True], ids=["two companies", "one family"])
def test_a_refusal_forgets_what_the_agents_keep_that_are_offered_together(remembers, other, is_family):
    if is_family:
        join(remembers, other)
    for agent in (remembers, other):
        decide(EARLIER, agent.brand, True)
        remembered(agent, EARLIER)

    decide(EARLIER, remembers.brand, False)

    assert [each.agent for each in SessionSummary.objects.kept()] == ([] if is_family else [other])
    assert is_allowed(EARLIER, other.brand) is not is_family


def test_an_agent_that_joins_others_or_leaves_them_asks_anew(remembers, other):
    decide(EARLIER, remembers.brand, True)

    join(remembers, other)

    assert is_allowed(EARLIER, remembers.brand) is None


def test_words_that_differ_and_an_agents_own_are_different_circles(remembers, other):
    brands = [Brand(agent=remembers), Brand(agent=other), Brand(agent=other, family="One")]
    brands += [Brand(agent=other, family="one"), Brand(agent=other, family=f"agent:{remembers.pk}")]

    assert len({brand.circle for brand in brands}) == len(brands)
    assert Brand(agent=remembers, family="One").circle == brands[2].circle
    longest = Brand(agent=other, family="x" * Brand._meta.get_field("family").max_length)
    assert len(longest.circle) <= VisitorChoice._meta.get_field("circle").max_length


def test_a_yes_has_only_what_was_told_its_own_company_summarised_and_looked_up(remembers, other, new):
    for agent in (remembers, other):
        session = SessionFactory(agent=agent, visitor=new)
        MessageFactory(session=session)
        LeadFactory(session=session, email=ADDRESS)

    making.owe_newest(new, remembers.brand)

    assert [each.agent for each in SessionSummary.objects.all()] == [remembers]


@pytest.mark.parametrize("side", ["here", "there"])
def test_no_link_is_offered_where_either_browser_allowed_another_company_alone(remembers, other, new, side):
    """A yes to the agent in question on one side, to the other company on the other."""
    decide(new, (other if side == "here" else remembers).brand, True)
    decide(EARLIER, (remembers if side == "here" else other).brand, True)
    earlier = remembered(remembers, EARLIER)
    lead = LeadFactory(session=SessionFactory(agent=remembers, visitor=new), email=ADDRESS)
    pair = {"visitor": new, "earlier": EARLIER, "lead": lead, "earlier_lead": earlier}

    offering.offer.call(str(lead.pk))

    assert not LinkRequest.objects.exists()
    asked = LinkRequest.objects.create(agent=remembers, address=hash_of(ADDRESS), **pair)
    assert not is_open(asked)
    decide(new, remembers.brand, True)
    decide(EARLIER, remembers.brand, True)
    assert is_open(asked), "nothing else was missing"


def test_the_old_address_takes_the_answer_to_the_agent_of_the_landing_page(client, remembers, other, new):
    assert client.post("/privacy/memory/choose/", {"choice": "allow"})["Location"] == "/chat/ada/memory/"

    assert VisitorChoice.objects.get(visitor=new).circle == remembers.brand.circle


def test_nobody_is_answered_where_no_such_agent_is(client, db):
    assert client.post("/privacy/memory/choose/", {"choice": "allow"}).status_code == 404
    assert client.post("/chat/nobody/memory/choose/", {"choice": "allow"}).status_code == 404
    assert not VisitorChoice.objects.exists()
    assert "memory/choose" not in client.get("/privacy/memory/").content.decode()


def test_the_page_opens_beside_the_chat_which_may_stand_in_a_frame(client, remembers, new):
    beside = '<a href="/chat/ada/memory/" target="_blank" rel="noopener">'

    assert beside in client.get("/chat/ada/").content.decode()
    answer(client, remembers, "allow")
    assert beside in client.get("/chat/ada/").content.decode()


def test_who_does_not_remember_asks_nothing_of_the_database(agent, django_assert_num_queries):
    forget_what_is_known()
    message = MessageFactory(session=SessionFactory(agent=agent, visitor=EARLIER))
    making.remembering()

    with django_assert_num_queries(0):
        making.summarise_later(message)
