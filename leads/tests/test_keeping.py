"""What is found in a visitor's words is stored once, with the words, and the last word counts."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.tests.factories import MessageFactory, SessionFactory
from leads.keeping import Consent, keep
from leads.models import Fact, Lead
from leads.terms import FoundFact, Kind

pytestmark = pytest.mark.django_db


def found(text: str, words: str, *, key="people", kind=Kind.NUMBER, value="", declined=False) -> FoundFact:
    return FoundFact(
        key, kind, "" if declined else (value or words), words, text.index(words), 0.9, is_declined=declined
    )


def said(session, text):
    return MessageFactory(session=session, content=text)


def test_the_first_fact_makes_a_lead_and_its_words_stay_with_it():
    session = SessionFactory(first_touch={"page": "https://x.example/?utm_source=ad", "utm": {"utm_source": "ad"}})
    text = "we are 40 people"

    lead = keep(said(session, text), [found(text, "40")])

    fact = lead.facts.get()
    assert (fact.value, fact.words, text[fact.start :][: len(fact.words)]) == ("40", "40", "40")
    assert (lead.page, lead.utm) == ("https://x.example/?utm_source=ad", {"utm_source": "ad"})


def test_a_message_without_a_fact_makes_no_lead():
    session = SessionFactory()

    assert keep(said(session, "hello"), []) is None
    assert keep(said(session, "none of your business"), [found("none of your business", "none", declined=True)]) is None
    assert not Lead.objects.exists()


def test_reading_a_message_twice_changes_nothing():
    session = SessionFactory()
    message = said(session, "40")

    keep(message, [found("40", "40")])
    keep(message, [found("40", "40")])

    assert Fact.objects.count() == Lead.objects.count() == 1


def test_a_correction_replaces_and_the_older_value_stays_as_history():
    session = SessionFactory()
    keep(said(session, "40"), [found("40", "40")])

    lead = keep(said(session, "sorry, 14"), [found("sorry, 14", "14")])

    assert list(lead.facts.values_list("value", "is_current")) == [("40", False), ("14", True)]


def test_the_later_message_counts_in_whichever_order_they_are_read():
    session = SessionFactory()
    first, second = said(session, "40"), said(session, "14")

    keep(second, [found("14", "14")])
    lead = keep(first, [found("40", "40")])

    assert lead.facts.current().get().value == "14"
    assert lead.facts.count() == 2


def test_who_would_rather_not_say_takes_nothing_back():
    session = SessionFactory()
    keep(said(session, "40"), [found("40", "40")])

    lead = keep(said(session, "I'd rather not say"), [found("I'd rather not say", "rather not", declined=True)])

    assert lead.facts.current().get().value == "40"


def test_words_that_were_not_said_are_refused():
    with pytest.raises(ValueError, match="do not stand in the message"):
        keep(said(SessionFactory(), "we are many"), [FoundFact("people", Kind.NUMBER, "40", "40", 0, 0.9)])


@pytest.mark.parametrize("missing", [{"words": ""}, {"message": None}, {"start": None}])
def test_the_database_refuses_a_fact_without_words(missing):
    session = SessionFactory()
    message = said(session, "40")
    lead = keep(message, [found("40", "40")])
    row = {"words": "40", "start": 0, "message": message, "by": "rule", "key": "other", "kind": "number", "value": "40"}

    with pytest.raises(IntegrityError), transaction.atomic():
        lead.facts.create(**row | missing)
    lead.facts.create(**row)


def test_contact_details_stand_in_the_lead_and_consent_with_its_text():
    session = SessionFactory()
    consent = Consent("You may write to me.", 3, timezone.now())
    text = "jo@example.org"

    lead = keep(said(session, text), [found(text, text, key="mail", kind=Kind.EMAIL)], consent=consent)

    assert lead.email == "jo@example.org"
    assert (lead.consent_text, lead.consent_version) == ("You may write to me.", 3)


def test_the_same_address_in_another_session_is_the_same_person():
    agent = SessionFactory().agent
    text = "jo@example.org"
    older = keep(said(SessionFactory(agent=agent), text), [found(text, text, key="email", kind=Kind.EMAIL)])
    foreign = keep(said(SessionFactory(), text), [found(text, text, key="email", kind=Kind.EMAIL)])

    newer = keep(said(SessionFactory(agent=agent), text), [found(text, text, key="email", kind=Kind.EMAIL)])

    assert newer.merged_into == older
    assert foreign.merged_into is None
    assert set(Lead.objects.main()) == {older, foreign}


def test_the_same_number_without_its_country_may_be_of_two_people():
    agent = SessionFactory().agent
    text = "0171 5550142"
    for _ in range(2):
        lead = keep(
            said(SessionFactory(agent=agent), text),
            [found(text, text, key="phone", kind=Kind.PHONE, value="01715550142")],
        )

    assert lead.phone == "01715550142"
    assert lead.merged_into is None


def test_what_staff_took_apart_is_not_merged_again():
    agent = SessionFactory().agent
    text = "jo@example.org"
    keep(said(SessionFactory(agent=agent), text), [found(text, text, key="email", kind=Kind.EMAIL)])
    session = SessionFactory(agent=agent)
    newer = keep(said(session, text), [found(text, text, key="email", kind=Kind.EMAIL)])
    Lead.objects.filter(pk=newer.pk).update(merged_into=None, is_apart=True)

    again = keep(said(session, "40"), [found("40", "40")])

    assert again.merged_into is None


def test_a_session_that_is_gone_takes_no_fact():
    session = SessionFactory()
    message = said(session, "40")
    session.delete()

    assert keep(message, [found("40", "40")]) is None
