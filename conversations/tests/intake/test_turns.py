"""What a visitor says is stored once, whole and in order, together with the answer that is owed."""

import uuid
from dataclasses import replace

import pytest
from django.utils import timezone

from agents.models import Agent
from conversations.intake import turns
from conversations.intake.joining import AgentMissing
from conversations.messages import reading
from conversations.models import Message, Reply, Session
from conversations.replies import leases

pytestmark = pytest.mark.django_db


def test_a_first_message_begins_a_session_and_owes_an_answer(agent):
    turn = turns.begin.sync(agent, "visitor", "How much is the lamp?", "c1")

    session = Session.objects.get()
    assert session.title == "How much is the lamp?"
    assert [m.content for m in session.messages.all()] == ["How much is the lamp?", ""]
    assert Reply.objects.get().state == Reply.State.RUNNING
    assert turn.is_new
    assert (turn.question.seq, turn.answer.seq) == (1, 2)


def test_the_same_client_id_again_changes_nothing(agent):
    first = turns.begin.sync(agent, "visitor", "Hello", "c1")

    again = turns.accept.sync(uuid.UUID(first.question.session_id), "Hello", "c1")

    assert not again.is_new
    assert again.question.id == first.question.id
    assert again.answer.id == first.answer.id
    assert Message.objects.count() == 2


def test_the_same_first_message_from_two_tabs_begins_one_session(agent):
    one = turns.begin.sync(agent, "visitor", "Hello", "c1")
    two = turns.begin.sync(agent, "visitor", "Hello", "c1")

    assert two.question.session_id == one.question.session_id
    assert Session.objects.count() == 1


def test_the_client_id_of_another_visitor_is_not_a_repeat(agent):
    turns.begin.sync(agent, "visitor", "Hello", "c1")
    turns.begin.sync(agent, "stranger", "Hello", "c1")

    assert Session.objects.count() == 2


def test_messages_without_client_id_are_each_stored(agent):
    turn = turns.begin.sync(agent, "visitor", "Hello")
    turns.accept.sync(uuid.UUID(turn.question.session_id), "Hello")

    assert Message.objects.filter(role="user").count() == 2


def test_messages_are_numbered_without_gaps(agent):
    turn = turns.begin.sync(agent, "visitor", "one")
    for text in ("two", "three"):
        turns.accept.sync(uuid.UUID(turn.question.session_id), text)

    assert list(Message.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Session.objects.get().message_count == 6


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x01", "\u200b", "\u202e \ufeff", "\u3164"])
def test_a_blank_message_is_refused(agent, text):
    with pytest.raises(turns.TurnRefused, match="Write a message first"):
        turns.begin.sync(agent, "visitor", text)

    assert not Session.objects.exists()


def test_a_message_over_the_limit_is_refused_and_says_how_long_it_is(agent):
    with pytest.raises(turns.TurnRefused, match=r"10,001 characters.*10,000"):
        turns.begin.sync(agent, "visitor", "x" * 10_001)


def test_a_message_at_the_limit_is_taken_whole(agent):
    turns.begin.sync(agent, "visitor", "x" * 10_000)

    assert len(Message.objects.get(role="user").content) == 10_000


def test_control_characters_and_lone_surrogates_are_left_out(agent):
    turns.begin.sync(agent, "visitor", "a\x00b\ud800c\r\nd")

    assert Message.objects.get(role="user").content == "abc\nd"


@pytest.mark.parametrize("client_id", ["x" * 65, "ü", " a", "a\n"])
def test_a_client_id_that_cannot_be_kept_is_refused(agent, client_id):
    with pytest.raises(turns.TurnRefused, match="client id"):
        turns.begin.sync(agent, "visitor", "Hello", client_id)


def test_an_agent_that_is_switched_off_takes_no_message(agent):
    turn = turns.begin.sync(agent, "visitor", "Hello")
    agent.is_active = False
    agent.save()

    with pytest.raises(turns.TurnRefused, match="Ada is not available"):
        turns.accept.sync(uuid.UUID(turn.question.session_id), "Still there?")
    with pytest.raises(turns.TurnRefused, match="Ada is not available"):
        turns.begin.sync(agent, "visitor", "Hello?")


def test_an_agent_that_was_deleted_in_this_moment_is_missing(agent):
    Agent.objects.filter(pk=agent.pk).delete()

    with pytest.raises(AgentMissing):
        turns.begin.sync(agent, "visitor", "Hello")
    assert not Session.objects.exists()


def test_a_message_to_a_deleted_session_says_so(agent):
    with pytest.raises(reading.SessionMissing):
        turns.accept.sync(uuid.uuid4(), "Hello")


def test_a_long_first_message_gives_a_title_cut_at_a_word(agent):
    turns.begin.sync(agent, "visitor", "I would like to know whether the lamp can be dimmed by remote control")

    assert Session.objects.get().title == "I would like to know whether the lamp can be…"


def test_a_failed_answer_is_owed_anew_and_a_complete_one_is_not(agent):
    turn = turns.begin.sync(agent, "visitor", "Hello")
    ids = uuid.UUID(turn.answer.session_id), uuid.UUID(turn.answer.id)
    Reply.objects.update(state=Reply.State.FAILED, cause="timed_out")
    Message.objects.filter(pk=ids[1]).update(content="Half an")

    assert turns.ask_again.sync(*ids).is_running
    assert Message.objects.get(pk=ids[1]).content == ""
    Reply.objects.update(state=Reply.State.COMPLETE)

    assert turns.ask_again.sync(*ids).status == "complete"


def test_an_answer_that_is_owed_anew_loses_the_sound_of_the_old_one(agent):
    turn = turns.begin.sync(agent, "visitor", "Hello")
    Reply.objects.update(state=Reply.State.STOPPED)
    answers = Message.objects.filter(pk=turn.answer.id)
    answers.update(content="Half an", tts_audio="spoken/half.mp3", tts_audio_ms=900)

    owed = turns.ask_again.sync(uuid.UUID(turn.answer.session_id), uuid.UUID(turn.answer.id))

    assert (owed.tts_audio, owed.tts_audio_ms) == ("", None)
    assert answers.filter(tts_audio="", tts_audio_ms=None).exists()


def test_an_answer_of_another_session_cannot_be_asked_for_again(agent):
    turn = turns.begin.sync(agent, "visitor", "Hello")
    other = turns.begin.sync(agent, "stranger", "Hello")

    with pytest.raises(reading.SessionMissing):
        turns.ask_again.sync(uuid.UUID(other.answer.session_id), uuid.UUID(turn.answer.id))


def test_an_owner_has_the_answer_claimed_as_it_is_stored(agent):
    agent.publish("You sell lamps.")

    turn = turns.begin.sync(agent, "visitor", "Hello", owner="me")

    reply = Reply.objects.get(message=turn.answer.id)
    assert (reply.lease_owner, reply.attempt, turn.answer.attempt) == ("me", 1, 1)
    assert turn.job is not None
    assert turn.job.message == turn.answer
    assert leases.claim.sync(turn.question.session_id, "another", timezone.now()) is None


def test_a_claimed_answer_has_the_same_work_as_one_that_is_claimed_later(agent):
    agent.publish("You sell lamps.")
    first = turns.begin.sync(agent, "visitor", "Hello")
    Message.objects.filter(pk=first.answer.id).update(content="Hi. A lamp?")
    Reply.objects.update(state=Reply.State.COMPLETE)
    session_id = uuid.UUID(first.question.session_id)

    claimed = turns.accept.sync(session_id, "How much?", owner="me").job
    leases.release.sync([claimed.reply_id], "me")
    later = leases.claim.sync(session_id, "me", timezone.now())

    assert replace(later, attempt=1, message=replace(later.message, attempt=1), guidance=claimed.guidance) == claimed
    assert [turn.text for turn in claimed.history] == ["Hello", "Hi. A lamp?", "How much?"]


def test_behind_an_answer_that_is_owed_nothing_is_claimed(agent):
    first = turns.begin.sync(agent, "visitor", "Hello", owner="me")

    second = turns.accept.sync(uuid.UUID(first.question.session_id), "Still there?", owner="me")

    assert second.job is None
    assert Reply.objects.get(message=second.answer.id).lease_owner == ""


def test_a_repeat_is_not_claimed(agent):
    turns.begin.sync(agent, "visitor", "Hello", "c1")

    assert turns.begin.sync(agent, "visitor", "Hello", "c1", owner="me").job is None
