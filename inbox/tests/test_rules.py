"""The agent asks for a person by itself when its rules say so, and only while somebody is there."""

import pytest
from django.utils import timezone

from conversations.intake import announcing, turns
from conversations.models import Reply, Session, SpeakerChange
from conversations.replies.runs import runs
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.tests.asking import answered, ask, until
from fakes.scripts import Script
from inbox.availability import ANSWER, forget
from inbox.models import HandoverSettings, Presence
from inbox.rules import look_at
from inbox.tests.factories import StaffFactory
from leads.models import Lead
from leads.tests.factories import LeadFactory
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)
Reason = SpeakerChange.Reason


@pytest.fixture
def sam(agent):
    """Somebody who may answer and has the inbox open."""
    user = StaffFactory(may=[ANSWER])
    Presence.objects.create(user=user, seen_at=timezone.now())
    return user


async def say(turn, text):
    said = await turns.accept(turn.question.session_id, text)
    announcing.announce(said)
    return await answered(said)


async def asked_for(turn) -> str:
    """The reason for which a person is waited for; "" while none is, once all that follows an answer is done."""
    session_id = turn.question.session_id
    await until(lambda: _is_at_rest(session_id))
    change = await SpeakerChange.objects.filter(session=session_id).alast()
    return change.reason if change else ""


async def _is_at_rest(session_id):
    return session_id not in runs()._workers


async def test_an_annoyed_visitor_gets_a_person(agent, upstream, sam):
    turn = await ask(agent, "This is ridiculous, you are useless")
    await answered(turn)

    assert await asked_for(turn) == Reason.ANGER
    session = await Session.objects.aget(pk=turn.question.session_id)
    last = await session.messages.order_by("-seq").afirst()
    assert session.speaker == Session.Speaker.WAITING
    assert "a person can help you better" in last.content


async def test_nobody_is_asked_while_nobody_is_there(agent, upstream, sam):
    await Presence.objects.all().adelete()
    turn = await ask(agent, "This is ridiculous, you are useless")
    await answered(turn)

    assert await asked_for(turn) == ""


async def test_two_questions_without_an_answer_are_enough(agent, upstream, sam):
    turn = await ask(agent, "What is the weight of the moon?")
    await answered(turn)
    await until(lambda: _is_at_rest(turn.question.session_id))
    await Reply.objects.aupdate(certainty=Reply.Certainty.REFUSED)
    assert await asked_for(turn) == ""
    upstream.then(Script(text="I do not know."))
    said = await turns.accept(turn.question.session_id, "And of the sun?")
    await Reply.objects.filter(question=said.question.id).aupdate(certainty=Reply.Certainty.REFUSED)
    announcing.announce(said)
    answer = await answered(said)
    await until(lambda: _is_at_rest(turn.question.session_id))

    await Reply.objects.filter(message=answer.id).aupdate(certainty=Reply.Certainty.REFUSED)
    await look_at(answer)

    assert await asked_for(turn) == Reason.UNANSWERED


async def test_what_a_model_promises_is_handed_to_a_person(agent, upstream, sam):
    upstream.then(Script(text="I will forward this to our team and they will call you."))
    turn = await ask(agent)
    await answered(turn)

    assert await asked_for(turn) == Reason.PROMISE


async def test_a_lead_is_handed_over_at_its_score_or_stage(agent, upstream, sam):
    settings = await HandoverSettings.objects.acreate(agent=agent, at_score=50, at_close=True)
    for fields, reason in (({"score": 60}, Reason.SCORE), ({"stage": "close"}, Reason.STAGE)):
        forget()
        turn = await ask(agent)
        await answered(turn)
        await until(lambda t=turn: _is_at_rest(t.question.session_id))
        session = await Session.objects.aget(pk=turn.question.session_id)
        await Lead.objects.filter(session=session).adelete()
        await in_database(LeadFactory)(session=session, **fields)
        await say(turn, "Hello again")
        assert await asked_for(turn) == reason
    assert settings.at_close


async def test_a_rule_that_is_off_is_off(agent, upstream, sam):
    await HandoverSettings.objects.acreate(agent=agent, after_anger=False)
    turn = await ask(agent, "This is ridiculous, you are useless")
    await answered(turn)

    assert await asked_for(turn) == ""


async def test_who_wanted_nobody_is_not_handed_over_again(agent, upstream, sam):
    turn = await ask(agent, "This is ridiculous, you are useless")
    await answered(turn)
    assert await asked_for(turn) == Reason.ANGER
    announce(await changes.cancel(turn.question.session_id))

    upstream.then(Script(text="I will forward this to our team and they will call you."))
    await say(turn, "You are still useless")

    assert await asked_for(turn) == Reason.CANCELLED
