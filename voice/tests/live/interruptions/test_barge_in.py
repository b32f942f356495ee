"""The visitor interrupts: the agent falls silent at once, and knows from then on only what was heard."""

import asyncio

import pytest

from voice.live.pacing import AHEAD_MS
from voice.live.protocol.frames import Interrupt, SpeechStart, Typed
from voice.tests.live.scripted import NOTHING, Answer, ScriptedClient, ScriptedEars, ScriptedNarrator
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))


@in_virtual_time
async def test_nothing_of_an_answer_comes_after_it_was_cleared():
    async with talk(Answer(LONG), Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 10)

        await talking.interrupt()
        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)
        await asyncio.sleep(5)

        events = talking.client.events
        cleared_at = next(place for place, event in enumerate(events) if event.name == "cleared")
        assert {event.packet.gen for event in events[:cleared_at] if event.packet} == {1}
        assert {event.packet.gen for event in events[cleared_at:] if event.packet} == {2}
        later_of_first = [event for event in events[cleared_at:] if event.frame and event.frame.get("gen") == 1]
        assert [event.name for event in later_of_first] == ["cleared", "turn.end"]


@in_virtual_time
async def test_it_reaches_the_speech_and_the_reply():
    async with talk(Answer(LONG, words_per_s=3)) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 10)

        await talking.interrupt()
        await asyncio.sleep(0)
        made_ms = talking.narrator.made_ms
        await asyncio.sleep(5)

        assert talking.narrator.made_ms == made_ms
        assert talking.turns.stopped == ["a1"]
        assert talking.turns.followed_to_the_end == []


@in_virtual_time
async def test_speech_that_is_being_made_is_closed():
    async with talk(Answer(LONG), narrator=ScriptedNarrator(times_real_time=1.1)) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 10)

        await talking.interrupt()

        assert talking.narrator.closed == ["This is sentence number 0 of the answer."]


@pytest.mark.parametrize(
    ("played_ms", "heard"),
    [
        (0, ""),
        (600, "This is"),
        (1400, "This is sentence number"),
        (2400, "This is sentence number 0 of the answer."),
        (3100, "This is sentence number 0 of the answer. This is"),
        (6000, "This is sentence number 0 of the answer. This is sentence number 1 of the answer. This is sentence"),
    ],
)
def test_what_was_heard_is_kept(played_ms, heard):
    @in_virtual_time
    async def scenario():
        async with talk(Answer(LONG)) as talking:
            await talking.say()
            await talking.played(played_ms)

            await talking.interrupt(played_ms=played_ms)
            end = await talking.ended()
            await asyncio.sleep(0)

            assert talking.client.told("cleared") == [{"type": "cleared", "gen": 1, "heard_text": heard}]
            assert end == {"type": "turn.end", "gen": 1, "reason": "interrupted", "heard": heard}
            assert talking.turns.heard == {"a1": heard}

    scenario()


@in_virtual_time
async def test_a_client_cannot_have_heard_more_than_was_sent():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")

        await talking.interrupt(played_ms=3_600_000)

        assert LONG.startswith(talking.client.told("cleared")[0]["heard_text"])
        assert len(talking.client.told("cleared")[0]["heard_text"]) < 15


@in_virtual_time
async def test_who_interrupts_before_the_first_sound_has_heard_nothing():
    async with talk(Answer(LONG, first_s=3)) as talking:
        await talking.say()
        await talking.client.wait_for("turn.start")

        await talking.interrupt(played_ms=0)
        await asyncio.sleep(0)

        assert talking.turns.heard == {"a1": ""}
        assert talking.turns.stopped == ["a1"]


@in_virtual_time
async def test_the_next_turn_is_stored_after_what_was_heard_of_the_last():
    async with talk(Answer(LONG), Answer("Yes.")) as talking:
        order = []
        keep, say = talking.turns.keep_heard, talking.turns.say

        async def slow_keep(message_id, heard):
            await asyncio.sleep(1)
            order.append("kept")
            await keep(message_id, heard)

        async def noted_say(*args, **options):
            order.append("said")
            return await say(*args, **options)

        talking.turns.keep_heard, talking.turns.say = slow_keep, noted_say
        await talking.say()
        await talking.client.wait_for("sound")
        await talking.interrupt()
        await talking.conversation.take(Typed("And now?"))
        await talking.client.wait_for("turn.start", 2)

        assert order == ["said", "kept", "said"]


@in_virtual_time
async def test_the_same_interruption_twice_is_answered_twice_and_done_once():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 40)

        await talking.interrupt(played_ms=400)
        await talking.interrupt(played_ms=400)
        await asyncio.sleep(0)

        assert [frame["heard_text"] for frame in talking.client.told("cleared")] == ["This", "This"]
        assert len(talking.client.told("turn.end")) == 1
        assert talking.turns.stopped == [] or talking.turns.stopped == ["a1"]


@in_virtual_time
async def test_an_interruption_of_another_answer_means_nothing():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")

        for gen in (0, 2, 65_535):
            await talking.conversation.take(Interrupt(gen, 10))

        assert talking.client.told("cleared") == []


@in_virtual_time
async def test_speech_alone_does_not_silence_the_agent():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")

        await talking.conversation.take(SpeechStart(2))
        await talking.sound(1000)

        assert talking.client.told("cleared") == []
        assert talking.client.packets()[-1].ms > 600


@in_virtual_time
async def test_words_said_over_the_answer_take_its_place():
    async with talk(Answer(LONG), Answer("Of course.")) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 100)

        await talking.say(2)
        await talking.ended(2)

        assert talking.client.names().count("cleared") == 1
        assert talking.turns.stopped == [] or talking.turns.stopped == ["a1"]
        assert LONG.startswith(talking.turns.heard["a1"])
        assert "a2" not in talking.turns.heard


@in_virtual_time
async def test_a_noise_over_the_answer_does_not():
    async with talk(Answer(LONG), ears=ScriptedEars("Tell me.", NOTHING)) as talking:
        await talking.say()
        await talking.client.wait_for("sound", 10)

        await talking.say(2)
        await talking.client.wait_for("transcript.rejected")

        assert talking.client.told("cleared") == []


@in_virtual_time
async def test_an_answer_that_was_heard_to_its_end_is_no_longer_interrupted():
    async with talk(Answer("Ninety euros.")) as talking:
        await talking.say()
        await talking.ended()

        await talking.interrupt(gen=1, played_ms=700)
        await asyncio.sleep(0)

        assert talking.client.told("cleared") == [{"type": "cleared", "gen": 1, "heard_text": "Ninety euros."}]
        assert talking.turns.heard == {}
        assert talking.turns.stopped == []


@in_virtual_time
async def test_the_greeting_can_be_interrupted_and_is_not_kept():
    async with talk(greeting=LONG) as talking:
        await talking.client.wait_for("sound", 10)

        await talking.interrupt()
        await asyncio.sleep(0)

        assert talking.client.told("turn.end")[0]["reason"] == "interrupted"
        assert talking.turns.heard == {}


@in_virtual_time
async def test_an_answer_that_staff_stopped_falls_silent_too():
    async with talk(
        Answer("One two three four five six. Seven eight nine.", words_per_s=3, ending="stopped")
    ) as talking:
        await talking.say()
        end = await talking.ended()
        await asyncio.sleep(0)

        assert end["reason"] == "interrupted"
        assert talking.turns.stopped == []
        assert talking.turns.heard["a1"] == end["heard"]


@in_virtual_time
async def test_a_lost_client_leaves_the_reply_running_and_what_was_heard():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.played(2500)

        await talking.conversation.close()

        assert talking.turns.stopped == []
        assert talking.turns.heard == {"a1": "This is sentence number 0 of the answer."}


@in_virtual_time
async def test_a_client_lost_before_the_first_sound_will_read_the_answer():
    async with talk(Answer(LONG, first_s=3)) as talking:
        await talking.say()
        await talking.client.wait_for("turn.start")

        await talking.conversation.close()

        assert talking.turns.heard == {}
        assert talking.turns.stopped == []


@in_virtual_time
async def test_a_client_that_takes_no_sound_gets_no_more_made_for_it():
    client = ScriptedClient(takes_s=60)
    async with talk(Answer(LONG * 20, words_per_s=1000), client=client) as talking:
        await talking.say()
        await asyncio.sleep(600)

        assert talking.narrator.made_ms <= (3 + 0.6 + 5) * 1000
        assert len(client.packets()) <= 10


@in_virtual_time
async def test_no_more_than_the_lead_is_ever_at_the_client():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.ended()

        assert talking.client.queued_most_ms <= AHEAD_MS + 40
