"""A reply belongs to its row: it ends once, whoever listens, fails or dies meanwhile."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from agents.models import FallbackText
from conversations.intake import turns
from conversations.messages.events import Delta, MessageFinished, MessageStored
from conversations.models import Message, Reply
from conversations.replies import leases
from conversations.replies.hub import hub
from conversations.replies.runs import Runs, runs
from conversations.tests.asking import answered, ask, reply_of, text_of, until
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = Script(text="one two three four five six", rate_per_s=20)


async def test_an_answer_is_stored_with_its_figures(agent, upstream):
    upstream.then(Script(text="It costs 40 dollars."))

    message = await answered(await ask(agent))

    reply = await Reply.objects.select_related("prompt_version").aget(message=message.id)
    assert message.content == "It costs 40 dollars."
    assert reply.state == Reply.State.COMPLETE
    assert (reply.provider, reply.model) == ("openai", "scripted")
    assert reply.prompt_version.number == 1
    assert reply.input_tokens > 0
    assert reply.output_tokens > 0
    assert 0 <= reply.first_token_ms <= reply.total_ms


async def test_an_answer_goes_on_when_nobody_listens(agent, upstream):
    upstream.then(SLOW)
    turn = await ask(agent)

    await until(lambda: _is(turn, Reply.State.COMPLETE))

    assert await text_of(turn) == SLOW.text


async def _is(turn, state):
    return (await reply_of(turn)).state == state


async def test_deltas_carry_their_offsets_and_make_up_the_text(agent, upstream):
    upstream.then(replace(SLOW, hold_after_tokens=3))
    turn = await ask(agent)

    async with hub().subscribe(turn.answer.session_id) as subscription:
        deltas, final = [], None
        async for event in subscription:
            if isinstance(event, Delta):
                deltas.append(event)
                upstream.go_on()
            if isinstance(event, MessageFinished):
                final = event.message
                break

    assert [d.offset for d in deltas] == [sum(len(d.text) for d in deltas[:i]) for i in range(len(deltas))]
    assert "".join(d.text for d in deltas) == final.content == SLOW.text
    assert len(deltas) > 1


async def test_what_is_shown_as_final_is_stored_first(agent, upstream):
    upstream.then(Script(text="Done."))
    turn = await ask(agent)

    async with hub().subscribe(turn.answer.session_id) as subscription:
        async for event in subscription:
            if isinstance(event, MessageFinished):
                break
        stored = await Message.objects.aget(pk=turn.answer.id)

    assert stored.content == "Done."


async def test_stop_keeps_what_was_said_and_ends_the_request_upstream(agent, upstream):
    upstream.then(replace(SLOW, hold_after_tokens=3))
    turn = await ask(agent)
    await until(lambda: (live := hub().live(turn.answer.id)) and live.length > 3)

    await runs().stop(turn.answer.session_id, turn.answer.id)
    message = await answered(turn)

    assert message.status == "stopped"
    assert message.content
    assert SLOW.text.startswith(message.content)
    await until(lambda: upstream.requests[0].gone_at is not None)


async def test_stop_from_another_session_does_nothing(agent, upstream):
    upstream.then(SLOW)
    turn = await ask(agent)
    other = await turns.begin(agent, "stranger", "Hello")

    await runs().stop(other.answer.session_id, turn.answer.id)

    assert (await answered(turn)).status == "complete"


async def test_a_stop_asked_for_in_another_process_is_heard(agent, upstream, monkeypatch):
    monkeypatch.setattr("conversations.replies.runs.BEAT_S", 0.05)
    upstream.then(Script(text="one two three", hold_after_tokens=0))
    turn = await ask(agent)
    await until(lambda: _attended(turn))

    await leases.ask_to_stop(turn.answer.session_id, turn.answer.id, timezone.now())

    assert (await answered(turn)).status == "stopped"


async def _attended(turn):
    return (await reply_of(turn)).lease_until is not None


async def test_what_came_before_a_failure_is_kept_and_marked(agent, upstream):
    upstream.then(Script(text="Our lamp costs 40 dollars", cut_after_tokens=3))

    message = await answered(await ask(agent))

    assert message.status == "failed"
    assert message.content.startswith("Our lamp costs\n\n")
    assert "Your question is saved" in message.content


async def test_an_agents_own_words_stand_for_a_failure(agent, upstream):
    await FallbackText.objects.acreate(agent=agent, cause="not_configured", text="Call 555-0100, please.")
    upstream.then(Script(status=401))

    message = await answered(await ask(agent))

    assert message.status == "failed"
    assert message.content == "Call 555-0100, please."
    assert (await Reply.objects.aget(message=message.id)).error


async def test_answers_of_one_session_come_one_after_the_other(agent, upstream):
    upstream.then(Script(text="first", first_token_s=0.2), Script(text="second"))
    turn = await ask(agent, "one")
    second = await turns.accept(turn.question.session_id, "two")
    runs().start(turn.question.session_id)

    await answered(second)

    assert await text_of(turn) == "first"
    assert await text_of(second) == "second"
    assert [m["content"] for m in upstream.requests[1].body["messages"][-3:]] == ["one", "first", "two"]


async def test_a_reply_of_a_dead_process_is_taken_over_and_made_anew(agent, upstream, monkeypatch):
    monkeypatch.setattr("conversations.replies.runs.BEAT_S", 0.05)
    turn = await turns.begin(agent, "visitor", "Hello")
    past = timezone.now() - timedelta(seconds=60)
    assert await leases.claim(turn.question.session_id, "the dead", past)
    upstream.then(Script(text="Hello again."))

    runs().watch()

    assert (await answered(turn)).content == "Hello again."
    assert (await reply_of(turn)).attempt == 2


async def test_a_live_lease_is_left_alone(agent):
    turn = await turns.begin(agent, "visitor", "Hello")
    await leases.claim(turn.question.session_id, "another", timezone.now())

    assert await leases.claim(turn.question.session_id, "me", timezone.now()) is None
    assert await leases.sessions_owed(timezone.now()) == []


async def test_an_attempt_that_was_given_up_stores_nothing_though_the_same_process_makes_the_next(agent):
    turn = await turns.begin(agent, "v", "Hello")
    past = timezone.now() - timedelta(minutes=1)
    given_up = await leases.claim(turn.question.session_id, "me", past)
    again = await leases.claim(turn.question.session_id, "me", timezone.now())

    outcome = leases.Outcome(Reply.State.COMPLETE, "of the first attempt")

    assert await leases.finish(given_up, "me", outcome, timezone.now()) is None
    assert await leases.finish(again, "somebody else", outcome, timezone.now()) is None
    assert (await reply_of(turn)).state == Reply.State.RUNNING


async def test_who_lost_the_lease_stores_nothing(agent):
    turn = await turns.begin(agent, "visitor", "Hello")
    past = timezone.now() - timedelta(seconds=60)
    slow = await leases.claim(turn.question.session_id, "slow", past)
    quick = await leases.claim(turn.question.session_id, "quick", timezone.now())
    outcome = leases.Outcome(Reply.State.COMPLETE, "from slow")

    assert await leases.finish(slow, "slow", outcome, timezone.now()) is None
    assert await text_of(turn) == ""

    outcome = leases.Outcome(Reply.State.COMPLETE, "from quick")
    assert await leases.finish(quick, "quick", outcome, timezone.now())
    assert await text_of(turn) == "from quick"


async def test_a_reply_that_outlived_too_many_processes_fails_instead_of_killing_another(agent, upstream):
    turn = await turns.begin(agent, "visitor", "Hello")
    past = timezone.now() - timedelta(hours=1)
    for number in range(leases.MAX_TAKEOVERS + 1):
        at = past + timedelta(minutes=number)
        assert await leases.claim(turn.question.session_id, f"dead {number}", at)

    runs().start(turn.question.session_id)

    assert (await answered(turn)).status == "failed"
    assert upstream.requests == []


async def test_a_database_that_fails_for_a_while_only_delays_the_end(agent, upstream, monkeypatch):
    monkeypatch.setattr("conversations.replies.runs.STORE_RETRY_S", (0.01, 0.01))
    finish, failures = leases.finish.sync, [OperationalError("database is locked")] * 2

    def failing(*args):
        if failures:
            raise failures.pop()
        return finish(*args)

    monkeypatch.setattr(leases, "finish", in_database(failing))
    upstream.then(Script(text="At last."))

    assert (await answered(await ask(agent))).content == "At last."


async def test_a_clean_stop_lets_answers_under_way_end(agent, upstream):
    upstream.then(SLOW)
    turn = await ask(agent)
    await until(lambda: _attended(turn))

    await runs().drain(timeout_s=PATIENCE_S)

    assert await text_of(turn) == SLOW.text


async def test_a_clean_stop_hands_over_what_takes_too_long(agent, upstream):
    upstream.then(Script(text="one two", hold_after_tokens=0), Script(text="From the next process."))
    mine, turn = Runs(), await turns.begin(agent, "visitor", "Hello")
    mine.start(turn.question.session_id)
    await until(lambda: upstream.requests)  # the first script is taken

    await mine.drain(timeout_s=0.05)

    assert not await _attended(turn)
    Runs().start(turn.question.session_id)
    assert (await answered(turn)).content == "From the next process."


async def test_no_new_work_is_taken_while_draining(agent, upstream):
    mine, turn = Runs(), await turns.begin(agent, "visitor", "Hello")
    await mine.drain()

    mine.start(turn.question.session_id)
    await asyncio.sleep(0.05)

    assert not await _attended(turn)


async def test_a_repeated_start_asks_the_model_once(agent, upstream):
    upstream.then(SLOW)
    turn = await ask(agent)
    for _ in range(5):
        runs().start(turn.question.session_id)

    await answered(turn)

    assert len(upstream.requests) == 1


async def test_work_that_is_cancelled_begins_no_other_though_somebody_asked_again(agent, upstream):
    upstream.then(Script(text="one two three", stall_after_tokens=1))
    turn = await ask(agent)
    await until(lambda: upstream.requests)
    runs().start(turn.answer.session_id)

    def workers() -> list[asyncio.Task]:
        return [task for task in asyncio.all_tasks() if task.get_name() == f"replies {turn.answer.session_id}"]

    (worker,) = workers()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)

    assert workers() == []


async def test_an_answer_begun_anew_is_shown_from_its_start(agent, upstream):
    upstream.then(Script(status=500), Script(status=500), Script(status=500), Script(text="Now it works."))
    turn = await ask(agent)
    async with hub().subscribe(turn.answer.session_id) as subscription:
        failed = await answered(turn)
        again = await turns.ask_again(turn.answer.session_id, turn.answer.id)
        runs().start(again.session_id)
        final = await answered(turn)
        events = await subscription.take()

    assert failed.status == "failed"
    assert (final.status, final.content) == ("complete", "Now it works.")
    attempts = [e.message.attempt for e in events if isinstance(e, MessageStored) and e.message.id == turn.answer.id]
    assert attempts == sorted(attempts)


async def test_a_claimed_answer_that_was_not_begun_is_given_up_at_the_end(agent):
    turn = await turns.begin(agent, "visitor", "Hello", owner=runs().owner)
    await runs().drain()

    runs().start(turn.question.session_id, turn.job)
    await runs().abandon()

    assert (await reply_of(turn)).lease_until is None
