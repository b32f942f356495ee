"""Leads of one person are put together by staff, and taken apart as they were before."""

import pytest

from leads import keeping, merging
from leads.models import Lead
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(agent):
    """Four of one agent, the oldest first."""
    return [LeadFactory(session__agent=agent, name=name) for name in ("Jo", "Kim", "Lee", "Max")]


def belongs(leads):
    """To which each belongs, by name."""
    for lead in leads:
        lead.refresh_from_db()
    return [lead.merged_into.name if lead.merged_into else "" for lead in leads]


def test_what_is_merged_brings_along_what_was_merged_into_it_and_takes_it_back(leads):
    jo, kim, lee, max_ = leads

    merging.merge(max_, lee)
    merging.merge(lee, kim)
    merging.merge(kim, jo)
    assert belongs(leads) == ["", "Jo", "Jo", "Jo"]

    merging.take_apart(kim)
    assert belongs(leads) == ["", "", "Kim", "Kim"]
    merging.take_apart(lee)
    assert belongs(leads) == ["", "", "", "Lee"]
    merging.take_apart(max_)
    assert belongs(leads) == ["", "", "", ""]
    assert not Lead.objects.filter(is_apart=True).exists()


def test_merged_into_one_that_is_merged_itself_it_belongs_to_the_same_person(leads):
    jo, kim, lee, _max = leads
    merging.merge(kim, jo)

    assert merging.merge(lee, kim) == jo
    assert belongs(leads) == ["", "Jo", "Jo", ""]


def test_a_merge_taken_back_leaves_no_trace_and_one_by_address_is_not_done_again(agent):
    first = LeadFactory(session__agent=agent, email="jo@x.example")
    stranger = LeadFactory(session__agent=agent, name="Kim")
    again = LeadFactory(session__agent=agent, email="JO@x.example", merged_into=first)
    FactFactory(lead=again, kind="email", key="email", value="jo@x.example")

    merging.merge(stranger, first)
    merging.take_apart(stranger)
    merging.take_apart(again)
    keeping.refresh(Lead.objects.get(pk=again.pk))

    stranger.refresh_from_db()
    again.refresh_from_db()
    assert (stranger.merged_into, stranger.is_apart) == (None, False)
    assert (again.merged_into, again.is_apart) == (None, True)


def test_what_makes_no_sense_is_refused(leads):
    jo, kim, lee, _max = leads
    merging.merge(kim, jo)

    for lead, into in ((jo, jo), (jo, kim), (kim, lee), (LeadFactory(), jo)):
        with pytest.raises(merging.NotMerged):
            merging.merge(lead, into)
    assert belongs(leads) == ["", "Jo", "", ""]


def test_who_may_be_the_same_person_is_proposed_or_searched_for(agent):
    jo = LeadFactory(session__agent=agent, name="Jo Meier")
    same = LeadFactory(session__agent=agent, name="jo meier", email="jo@x.example")
    told = FactFactory(lead__session__agent=agent, value="a blue lamp").lead
    LeadFactory(name="Jo Meier")  # of another agent
    LeadFactory(session__agent=agent, name="Jo Meier", merged_into=same)

    assert merging.proposed(jo) == [same]
    assert merging.proposed(LeadFactory(session__agent=agent)) == []
    assert merging.proposed(jo, "blue lamp") == [told]
    assert merging.proposed(jo, "jo@x") == [same]
