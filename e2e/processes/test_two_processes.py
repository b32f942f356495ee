"""Two server processes on one database and one Redis: a page does not feel which of them it is at, or that one died."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid

import pytest

from e2e.processes.visitor import Visitor, question, times_asked
from fakes.patience import least_of

pytestmark = [pytest.mark.process, pytest.mark.services]

TAKEOVER_S = 10  # the promise


@contextlib.asynccontextmanager
async def conversation(base):
    """A visitor whose conversation has begun and is at rest."""
    async with Visitor.arriving() as visitor:
        text, _ = question("hello", count=1, rate_per_s=0)
        await visitor.insist(base, text)
        await visitor.settled(base)
        yield visitor


async def test_an_answer_made_in_one_process_is_seen_growing_from_the_other(pair, upstream):
    text, answer = question("live", count=30, rate_per_s=20, hold_after=20)

    async with conversation(pair.a.url) as visitor, visitor.page(pair.b.url) as page:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        await page.shows(answer_id, 20)
        status = page.status(answer_id)
        upstream.go_on()
        shown = await page.ended(answer_id)
        stored = await visitor.reload(pair.b.url)

    assert status == "running"
    assert (shown.status, shown.text) == ("complete", answer)
    assert page.opened == 1
    assert [message.text for message in stored][-1] == answer
    assert len(stored) == 4
    assert times_asked(upstream, "live") == 1


async def test_a_page_that_comes_late_to_the_other_process_gets_the_text_so_far_and_then_the_rest(
    pair, upstream, record_property
):
    text, answer = question("late", count=90, rate_per_s=15, hold_after=[40, 60])

    async with conversation(pair.a.url) as visitor:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        maker, other = pair.maker_first(answer_id)
        async with visitor.page(maker.url) as first:
            await first.shows(answer_id, 40)

            async with visitor.page(other.url) as late:
                took = await late.shows(answer_id, 40)  # of which the database has none
                upstream.go_on_once()
                await late.shows(answer_id, 60)
                status = late.status(answer_id)
                upstream.go_on()
                shown = await late.ended(answer_id)

    record_property("seconds_until_a_late_page_had_the_text", round(took, 1))
    assert status == "running"
    assert (shown.status, shown.text) == ("complete", answer)


async def test_a_late_page_gets_the_text_so_far_though_nobody_listens_where_the_answer_is_made(pair, upstream):
    text, answer = question("alone", count=60, rate_per_s=15, hold_after=10)

    async with conversation(pair.a.url) as visitor:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        _maker, other = pair.maker_first(answer_id)
        await asyncio.sleep(0.5)  # its first words are said, and heard by nobody
        async with visitor.page(other.url) as page:
            await page.shows(answer_id, 10)
            assert page.status(answer_id) == "running"
            upstream.go_on()
            shown = await page.ended(answer_id)

    assert (shown.status, shown.text) == ("complete", answer)


async def test_stop_pressed_at_the_other_process_ends_the_answer_for_both(pair, upstream):
    text, answer = question("stop", count=200, rate_per_s=10, hold_after=20)

    async with conversation(pair.a.url) as visitor:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        maker, other = pair.maker_first(answer_id)
        async with visitor.page(maker.url) as near, visitor.page(other.url) as far:
            await far.shows(answer_id, 5)
            pressed = await visitor.stop(other.url, answer_id)
            at_far = await far.ended(answer_id)
            at_near = await near.ended(answer_id)
        stored = await visitor.reload(other.url)

    assert pressed.status == 204
    assert at_far == at_near == stored[-1]
    assert at_far.status == "stopped"
    assert len(at_far.text.split()) >= 5
    assert answer.startswith(at_far.text)
    assert [request.is_finished for request in upstream.requests][-1] is False


async def test_a_process_killed_in_mid_answer_is_replaced_by_the_other_within_ten_seconds(
    pair, upstream, record_property
):
    async def kill_its_maker() -> float:
        pair.see_that_both_run()
        upstream.reset()
        text, answer = question("killed", count=30, rate_per_s=15, hold_after=10)
        async with conversation(pair.a.url) as visitor:
            answer_id = (await visitor.insist(pair.a.url, text)).answer_id
            maker, other = pair.maker_first(answer_id)
            async with visitor.page(other.url) as page:
                await page.shows(answer_id, 10)
                await asyncio.to_thread(maker.kill)
                killed = time.monotonic()
                await asyncio.sleep(0.3)  # what was on its way when it died
                upstream.go_on()
                took = await page.until(lambda: bool(page.growth(answer_id, after=killed + 0.3)))
                shown = await page.ended(answer_id)
            stored = await visitor.reload(other.url)
        assert (shown.status, shown.text) == ("complete", answer)
        assert [(message.id, message.text) for message in stored[3:]] == [(answer_id, answer)]
        return took

    took = await least_of(kill_its_maker, TAKEOVER_S)

    record_property("seconds_until_the_other_process_took_over", round(took, 1))
    assert took <= TAKEOVER_S


async def test_two_processes_under_load_answer_each_message_once(pair, upstream):
    async def talk(number: int) -> None:
        async with conversation(pair.a.url) as visitor, visitor.page(pair.b.url) as page:
            answers = []
            for turn in range(2):
                text, answer = question(f"load{number}.{turn}", count=15, rate_per_s=30)
                client_id = str(uuid.uuid4())
                # Sent to both in the same instant, as two tabs may.
                once, again = await asyncio.gather(
                    visitor.insist(pair.a.url, text, client_id), visitor.insist(pair.b.url, text, client_id)
                )
                assert once.answer_id == again.answer_id
                answers.append((once.answer_id, answer))
            for answer_id, answer in answers:
                assert (await page.ended(answer_id)).text == answer
            stored = await visitor.settled(pair.b.url)
            assert [message.role for message in stored] == ["user", "assistant"] * 3
            assert [(message.id, message.text) for message in stored[3::2]] == answers

    await asyncio.gather(*(talk(number) for number in range(10)))

    assert [times_asked(upstream, f"load{number}.{turn}") for number in range(10) for turn in range(2)] == [1] * 20


async def test_an_answer_that_ends_while_redis_is_away_is_shown_after_a_short_silence(
    pair, own_redis, upstream, record_property
):
    text, answer = question("away", count=20, rate_per_s=10, hold_after=5)

    async with conversation(pair.a.url) as visitor:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        maker, other = pair.maker_first(answer_id)
        async with visitor.page(other.url) as page:
            await page.shows(answer_id, 5)
            await asyncio.to_thread(own_redis.kill)
            heard = page.heard_at
            upstream.go_on()
            shown = await page.ended(answer_id)  # it is not told of the end: it looks
            silence = time.monotonic() - heard
        stored = await visitor.reload(maker.url)

    record_property("seconds_of_silence", round(silence, 1))
    assert (shown.status, shown.text) == ("complete", answer)
    assert stored[-1].text == answer


async def test_a_page_hears_of_what_was_said_without_redis_and_then_hears_live_again(pair, own_redis, upstream):
    unheard_text, unheard = question("unheard", count=5, rate_per_s=50)

    async with conversation(pair.a.url) as visitor, visitor.page(pair.b.url) as page:
        await asyncio.to_thread(own_redis.kill)
        sent = await visitor.insist(pair.a.url, unheard_text)
        await visitor.settled(pair.a.url)
        await asyncio.to_thread(own_redis.start)
        shown_unheard = await page.ended(sent.answer_id)
        text, answer = question("after", count=20, rate_per_s=10, hold_after=10)
        after_id = (await visitor.insist(pair.a.url, text)).answer_id
        await page.shows(after_id, 10)  # the two may still be finding each other again
        status = page.status(after_id)
        upstream.go_on()
        shown = await page.ended(after_id)
        stored = await visitor.reload(pair.a.url)

    assert shown_unheard.text == unheard
    assert (status, shown.status, shown.text) == ("running", "complete", answer)
    assert [message.id for message in stored] == [message.id for message in page.in_place]


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_what_redis_lost_in_a_short_outage_is_made_good_though_the_model_pauses(pair, own_redis, upstream, how):
    text, answer = question(how, count=40, rate_per_s=10, hold_after=[8, 20])
    end, begin = (own_redis.kill, own_redis.start) if how == "killed" else (own_redis.freeze, own_redis.thaw)

    async with conversation(pair.a.url) as visitor:
        answer_id = (await visitor.insist(pair.a.url, text)).answer_id
        maker, other = pair.maker_first(answer_id)
        async with visitor.page(maker.url) as near, visitor.page(other.url) as far:
            await far.shows(answer_id, 8)
            await asyncio.to_thread(end)
            try:
                upstream.go_on_once()
                await near.shows(answer_id, 20)  # the page at the maker does not need Redis
            finally:
                await asyncio.to_thread(begin)
            await far.shows(answer_id, 20)
            status = far.status(answer_id)
            upstream.go_on()
            shown = await far.ended(answer_id)

    assert status == "running"
    assert (shown.status, shown.text) == ("complete", answer)
    assert times_asked(upstream, how) == 1
