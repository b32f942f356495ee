"""Who asks for a person is told what happens, and that is what happens."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from conversations.intake import announcing, turns
from conversations.models import Message, Session, SpeakerChange
from conversations.tests.asking import answered
from conversations.tests.asking import ask as begin
from inbox import asking, availability
from inbox.models import HandoverSettings
from inbox.tests.factories import StaffFactory
from leads.models import LeadSettings
from leads.promises import forget

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = [availability.ANSWER]


@pytest.fixture
def staff(agent):
    return StaffFactory(first_name="Sam", may=ANSWER)


async def test_a_wish_in_words_is_stored_with_its_answer_and_the_hand_over(agent, upstream, staff):
    turn = await begin(agent, "Can I talk to a human?")

    session = await Session.objects.aget(pk=turn.question.session_id)
    assert session.speaker == Session.Speaker.WAITING
    assert "asked the team" in turn.answer.content
    assert "3 minutes" in turn.answer.content
    assert turn.answer.offers_contact
    assert turn.event.speaker == "waiting"
    assert not upstream.requests
    assert (session.answer_due_at - session.waiting_since) == timedelta(seconds=180)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I'm Jo, jo@northwind.example, please call me back", "jo@northwind.example"),
        ("I want to speak to a person. My number is +44 20 7946 0123", "+44 20 7946 0123"),
    ],
)
async def test_contact_details_beside_the_wish_are_confirmed(agent, upstream, staff, said, left):
    await LeadSettings.objects.acreate(agent=agent, alert_addresses="sales@example.com", answer_time="Soon.")

    turn = await begin(agent, said)

    assert turn.answer.content.startswith(f"Saved for the team: {left}. Soon. I have asked the team")


async def test_contact_details_that_nobody_sees_and_those_of_others_are_not_confirmed(agent, upstream, staff):
    turn = await begin(agent, "I'm Jo, jo@northwind.example, please call me back")

    assert turn.answer.content.startswith("I have asked the team")
    await LeadSettings.objects.acreate(agent=agent, alert_addresses="sales@example.com")
    forget()

    turn = await begin(agent, "I wrote to sales@lamps.example three times, let me talk to a person")

    assert turn.answer.content.startswith("I have asked the team")


async def test_where_nobody_may_answer_nobody_is_asked(agent, upstream):
    turn = await begin(agent, "Can I talk to a human?")

    await answered(turn)
    assert upstream.requests
    assert (await Session.objects.aget(pk=turn.question.session_id)).speaker == Session.Speaker.AGENT


def test_staff_without_the_permission_are_nobody_who_may_answer(agent):
    StaffFactory()
    StaffFactory(is_active=False, may=ANSWER)
    assert not availability.availability(agent.pk).is_offered


async def test_outside_the_hours_the_visitor_is_told_when_and_goes_on(agent, upstream, staff):
    await HandoverSettings.objects.acreate(agent=agent, hours=_closed_now(), time_zone="UTC")

    turn = await begin(agent, "Can I talk to a human?")

    assert "at this hour" in turn.answer.content
    assert "They are back on" in turn.answer.content
    assert (await Session.objects.aget(pk=turn.question.session_id)).speaker == Session.Speaker.AGENT
    said = await turns.accept(turn.question.session_id, "How much is the lamp?")
    announcing.announce(said)
    assert (await answered(said)).content


def _closed_now() -> str:
    """Hours of the day after tomorrow alone."""
    return f"{(timezone.now() + timedelta(days=2)):%a} 9-17"


async def test_the_button_asks_as_words_do(agent, upstream, staff):
    turn = await begin(agent)
    await answered(turn)

    change = await asking.ask(turn.question.session_id, agent.pk)
    again = await asking.ask(turn.question.session_id, agent.pk)

    assert change.event.reason == SpeakerChange.Reason.WISH
    assert "asked the team" in change.messages[0].content
    assert (again.is_new, again.messages) == (False, ())


async def test_an_agent_whose_people_do_not_join_says_so(agent, upstream, staff):
    await HandoverSettings.objects.acreate(agent=agent, is_on=False)
    turn = await begin(agent)
    await answered(turn)

    with pytest.raises(asking.NotOffered):
        await asking.ask(turn.question.session_id, agent.pk)


async def test_who_waits_already_is_not_answered_twice(agent, upstream, staff):
    turn = await begin(agent, "Can I talk to a human?")

    again = await turns.accept(turn.question.session_id, "Can I talk to a human?!")

    assert again.answer is None
    assert await Message.objects.filter(session=turn.question.session_id).acount() == 3


def test_the_usual_wait_is_the_median_of_those_that_ended_with_a_person(agent):
    at = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    for wait_s in (30, 90, 600):
        session = Session.objects.create(agent=agent)
        for number, (speaker, after_s) in enumerate((("waiting", 0), ("staff", wait_s), ("agent", 9000)), start=1):
            SpeakerChange.objects.create(
                session=session,
                number=number,
                after_seq=0,
                speaker=speaker,
                reason="wish",
                created_at=at + timedelta(seconds=after_s),
            )
        assert availability.usual_wait_s(agent.pk) == (90 if wait_s == 600 else None)


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1 second"), (50, "50 seconds"), (61, "2 minutes"), (180, "3 minutes"), (7200, "2 hours")]
)
def test_times_are_said_in_words(seconds, text):
    assert asking.duration(seconds) == text
