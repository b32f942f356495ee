"""Exactly one voice, and never nobody: who answers changes in one step, with all that this implies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.intake import announcing, turns
from conversations.messages import reading
from conversations.messages.events import Delta, MessageFinished, MessageStored, SpeakerChanged
from conversations.models import Message, Reply, Session, SpeakerChange
from conversations.replies import leases
from conversations.replies.hub import hub
from conversations.speakers import changes, due
from conversations.speakers.announcing import announce, announce_message
from conversations.speakers.changes import Notice, NotTaken, Person, TakenByOther
from conversations.tests.asking import answered, ask, text_of, until
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)

SAM, KIM = Person("Sam", "staff 1"), Person("Kim", "staff 2")
LIMIT_S = 60


async def session_of(turn) -> Session:
    return await Session.objects.aget(pk=turn.question.session_id)


async def say(turn, text):
    said = await turns.accept(turn.question.session_id, text)
    announcing.announce(said)
    return said


async def take(turn, person=SAM, **more):
    change = await changes.take(turn.question.session_id, person, LIMIT_S, **more)
    announce(change)
    return change


async def release(turn, key=SAM.key, **more):
    change = await changes.release(turn.question.session_id, key, **more)
    announce(change)
    return change


async def test_a_takeover_ends_the_answer_and_nothing_late_of_it_is_stored(agent, upstream):
    upstream.then(Script(text="one two three four", hold_after_tokens=2))
    turn = await ask(agent)
    await until(lambda: hub().live(turn.answer.id))
    job = await leases.claim(turn.question.session_id, "another", timezone.now() + timedelta(minutes=1))

    change = await take(turn, said={turn.answer.id: "one two"})
    upstream.go_on()

    outcome = leases.Outcome(Reply.State.COMPLETE, "one two three four")
    assert await leases.finish(job, "another", outcome, timezone.now()) is None
    reply = await Reply.objects.aget(message=turn.answer.id)
    assert (reply.state, reply.cause) == (Reply.State.STOPPED, changes.TAKEN_OVER)
    assert await text_of(turn) == "one two"
    assert [message.id for message in change.ended] == [turn.answer.id]
    assert (await session_of(turn)).speaker == Session.Speaker.STAFF


async def test_listeners_hear_of_the_takeover_and_of_no_token_behind_it(agent, upstream):
    upstream.then(Script(text="one two three four five six seven eight", hold_after_tokens=2))
    turn = await ask(agent)
    heard = []

    async with hub().subscribe(turn.question.session_id) as subscription:
        await until(lambda: hub().live(turn.answer.id))
        await take(turn)
        upstream.go_on()
        asked = upstream.requests[0]
        await until(lambda: asked.gone_at or asked.is_finished)  # from here on the model says nothing more
        heard = await subscription.take()

    kinds = [type(event) for event in heard]
    behind = kinds[kinds.index(SpeakerChanged) :]
    assert Delta not in behind
    assert MessageFinished in behind


async def test_what_is_said_to_a_person_asks_no_model(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    asked = len(upstream.requests)

    said = await say(turn, "Are you there?")

    assert said.answer is None
    assert (await session_of(turn)).answer_due_at is not None
    assert not await Reply.objects.running().aexists()
    assert len(upstream.requests) == asked


async def test_a_repeat_to_a_person_is_the_same_message(agent, upstream):
    turn = await ask(agent)
    await take(turn)

    first = await turns.accept(turn.question.session_id, "Hello?", "c1")
    again = await turns.accept(turn.question.session_id, "Hello?", "c1")

    assert again.question.id == first.question.id
    assert (again.answer, again.is_new) == (None, False)


async def test_only_who_has_it_writes_and_a_repeat_is_stored_once(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    with pytest.raises(NotTaken):
        await changes.write(turn.question.session_id, SAM, "Hello, I am Sam.")
    await take(turn)
    with pytest.raises(NotTaken):
        await changes.write(turn.question.session_id, KIM, "And I am Kim.")

    message = await changes.write(turn.question.session_id, SAM, "Hello, I am Sam.", "s1")
    again = await changes.write(turn.question.session_id, SAM, "Hello, I am Sam.", "s1")

    assert message.id == again.id
    assert (message.role, message.author) == (Message.Role.STAFF, "Sam")
    assert (await session_of(turn)).answer_due_at is None


async def test_somebody_else_takes_it_only_by_force(agent, upstream):
    turn = await ask(agent)
    await take(turn)

    with pytest.raises(TakenByOther, match="Sam"):
        await take(turn, KIM)
    assert not (await take(turn, SAM)).is_new

    change = await take(turn, KIM, is_forced=True)
    assert (change.event.name, change.event.number) == ("Kim", 2)
    with pytest.raises(NotTaken):
        await release(turn, SAM.key)


async def test_after_the_release_the_agent_answers_and_knows_what_was_said(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    message = await changes.write(turn.question.session_id, SAM, "You get ten percent off.")
    announce_message(message)
    await release(turn)
    upstream.then(Script(text="With Sam's ten percent it is 36 dollars."))

    said = await say(turn, "So what is the price?")

    assert (await answered(said)).content == "With Sam's ten percent it is 36 dollars."
    sent = upstream.requests[-1].body["messages"]
    told = next(each for each in sent if "You get ten percent off." in each["content"])
    assert told["role"] == "user"
    assert "Sam" in told["content"]


async def test_what_is_unanswered_at_the_release_is_answered_at_once(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    first, second = await say(turn, "Hello?"), await say(turn, "Do you ship to Oslo?")
    upstream.then(Script(text="Hello!"), Script(text="Yes, to Oslo too."))

    await release(turn)

    for said, text in ((first, "Hello!"), (second, "Yes, to Oslo too.")):
        reply = await until(lambda q=said: Reply.objects.filter(question=q.question.id, state="complete").afirst())
        assert (await Message.objects.aget(pk=reply.message_id)).content == text


async def test_an_answer_that_a_takeover_ended_is_made_anew_when_nobody_wrote(agent, upstream):
    upstream.then(Script(text="one two three", hold_after_tokens=1))
    turn = await ask(agent)
    await until(lambda: hub().live(turn.answer.id))
    await take(turn)
    upstream.then(Script(text="It costs 40 dollars."))

    await release(turn)

    await until(lambda: _has_ended(turn))
    assert await text_of(turn) == "It costs 40 dollars."


async def _has_ended(turn):
    return await Reply.objects.filter(message=turn.answer.id, state=Reply.State.COMPLETE).aexists()


async def test_a_person_who_is_asked_for_is_waited_for_once(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    session_id = turn.question.session_id
    asked = Notice("I have asked the team.", offers_contact=True)

    change = await changes.hand_over(session_id, SpeakerChange.Reason.WISH, LIMIT_S, asked)
    again = await changes.hand_over(session_id, SpeakerChange.Reason.WISH, LIMIT_S, asked)

    session = await session_of(turn)
    assert (session.speaker, session.waiting_since is not None) == (Session.Speaker.WAITING, True)
    assert [message.content for message in change.messages] == ["I have asked the team."]
    assert change.messages[0].offers_contact
    assert (again.is_new, again.event, again.messages) == (False, change.event, ())
    assert (await say(turn, "Hello?")).answer is None


async def test_when_nobody_comes_the_visitor_is_told_and_answered(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    session_id = turn.question.session_id
    announce(await changes.hand_over(session_id, SpeakerChange.Reason.WISH, LIMIT_S, Notice()))
    said = await say(turn, "Do you ship to Oslo?")
    upstream.then(Script(text="Yes, to Oslo too."))

    await Session.objects.filter(pk=session_id).aupdate(answer_due_at=timezone.now())
    await due.end_what_is_due()
    await due.end_what_is_due()  # another process looks as well

    reply = await until(lambda: Reply.objects.filter(question=said.question.id, state="complete").afirst())
    assert (await Message.objects.aget(pk=reply.message_id)).content == "Yes, to Oslo too."
    found = [row async for row in Message.objects.filter(session=session_id).order_by("seq")]
    assert sum("could come" in row.content for row in found) == 1
    last = await SpeakerChange.objects.filter(session=session_id).alast()
    assert (last.speaker, last.reason) == (Session.Speaker.AGENT, SpeakerChange.Reason.NOBODY_CAME)


async def test_the_visitor_is_told_in_the_language_of_their_page(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    session_id = turn.question.session_id
    announce(await changes.hand_over(session_id, SpeakerChange.Reason.WISH, LIMIT_S, Notice()))
    await Session.objects.filter(pk=session_id).aupdate(answer_due_at=timezone.now(), first_touch={"locale": "de-AT"})

    await due.end_what_is_due()

    last = await Message.objects.filter(session=session_id).order_by("seq").alast()
    assert last.content.startswith("Gerade konnte niemand aus dem Team kommen.")


async def test_a_person_who_leaves_without_a_word_is_not_waited_for(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    await due.end_what_is_due()
    assert (await session_of(turn)).speaker == Session.Speaker.STAFF  # nobody waits for anything
    await say(turn, "Hello?")

    change = await changes.end_when_due(
        turn.question.session_id, timezone.now() + timedelta(seconds=LIMIT_S + 1), due.plain_words
    )

    assert change.event.reason == SpeakerChange.Reason.NO_ANSWER
    assert "Sam" in change.messages[0].content
    assert change.messages[1].is_running


async def test_nothing_is_made_anew_while_a_person_answers(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    await Reply.objects.filter(message=turn.answer.id).aupdate(state=Reply.State.FAILED)

    with pytest.raises(turns.TurnRefused):
        await turns.ask_again(turn.question.session_id, turn.answer.id)


async def test_a_session_stands_as_its_changes_say(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    await take(turn)
    await release(turn)

    standing = await reading.standing(turn.question.session_id, known=0)

    assert (standing.speaker, standing.number) == (Session.Speaker.AGENT, 2)
    assert [change.speaker for change in standing.changes] == ["staff", "agent"]
    assert (await reading.standing(turn.question.session_id, known=2)).changes == ()


async def test_new_messages_of_a_change_reach_who_listens_in_their_order(agent, upstream):
    turn = await ask(agent)
    await answered(turn)
    async with hub().subscribe(turn.question.session_id) as subscription:
        announce(await changes.hand_over(turn.question.session_id, SpeakerChange.Reason.WISH, 60, Notice("Asked.")))
        heard = await subscription.take()

    assert [type(event) for event in heard] == [MessageStored, MessageFinished, SpeakerChanged]
