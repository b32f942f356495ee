"""What breaks on the way, and the limits: the conversation goes on, or ends with a word of why."""

import asyncio

import pytest

from access.rates import RateLimited
from conversations.intake import turns
from conversations.messages import reading
from voice.live.conversation import LiveState
from voice.live.protocol.close_codes import IDLE, TOO_MUCH_AUDIO
from voice.live.protocol.frames import (
    Flag,
    Mute,
    Packet,
    PacketKind,
    SpeechEnd,
    SpeechStart,
    Typed,
    Unknown,
    Unmute,
    VoicePing,
)
from voice.live.turn_taking import MAX_WAITING
from voice.tests.live.scripted import UNAVAILABLE, Answer, ScriptedEars, ScriptedNarrator, silence
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))


@in_virtual_time
async def test_without_speech_the_text_goes_on():
    async with talk(Answer("One two. Three four. Five."), narrator=ScriptedNarrator(fails_at=0)) as talking:
        await talking.say()
        end = await talking.ended()

        text = "".join(frame["delta"] for frame in talking.client.told("text.delta"))
        assert text == "One two. Three four. Five."
        assert talking.client.told("audio.unavailable") == [
            {"type": "audio.unavailable", "gen": 1, "code": "timed_out"}
        ]
        assert end["reason"] == "text_only"
        assert talking.client.packets() == []


@in_virtual_time
async def test_speech_with_a_fault_in_it_leaves_the_text(caplog):
    async with talk(Answer("One two. Three four."), narrator=ScriptedNarrator(ms_per_char=None)) as talking:
        await talking.say()
        end = await talking.ended()

        assert talking.client.told("audio.unavailable")[0]["code"] == "provider_error"
        assert end["reason"] == "text_only"
        assert "One two" not in caplog.text


@in_virtual_time
async def test_speech_that_fails_half_way_is_heard_until_there():
    async with talk(Answer("One two. Three four. Five."), narrator=ScriptedNarrator(fails_at=1)) as talking:
        await talking.say()
        end = await talking.ended()

        assert [clause["text"] for clause in talking.client.told("clause")] == ["One two."]
        assert sum(len(packet.sound) for packet in talking.client.packets()) == 8 * 60 * 48
        assert len(talking.client.told("audio.unavailable")) == 1
        assert end["reason"] == "text_only"


@in_virtual_time
async def test_the_next_answer_tries_to_speak_again():
    async with talk(Answer("One."), Answer("Two."), narrator=ScriptedNarrator(fails_at=0)) as talking:
        await talking.say()
        await talking.ended()
        talking.narrator.fails_at = None
        await talking.say(2)
        end = await talking.ended(2)

        assert end["reason"] == "done"


@in_virtual_time
async def test_an_interrupted_answer_that_was_only_read_counts_as_read():
    async with talk(Answer(LONG, words_per_s=3), narrator=ScriptedNarrator(fails_at=0)) as talking:
        await talking.say()
        await talking.client.wait_for("audio.unavailable")

        await talking.interrupt(played_ms=0)
        await asyncio.sleep(0)

        assert talking.turns.stopped == ["a1"]
        assert talking.turns.heard == {}


@in_virtual_time
async def test_without_transcription_the_visitor_is_asked_to_say_it_again():
    async with talk(ears=ScriptedEars(UNAVAILABLE)) as talking:
        await talking.say()
        error = (await talking.client.wait_for("error")).frame
        await talking.say(2)
        await talking.ended()

        assert error | {"code": "stt_unavailable", "retryable": True, "utt": 1} == error
        assert error["message"]
        assert len(talking.turns.said) == 1


@in_virtual_time
async def test_a_failed_hypothesis_is_not_told_and_not_tried_again():
    async with talk(ears=ScriptedEars(UNAVAILABLE)) as talking:
        await talking.say(ms=5000)
        await talking.client.wait_for("transcript.final")

        assert talking.client.told("error") == []
        assert len(talking.ears.requests) == 2


@in_virtual_time
async def test_an_answer_that_fails_says_so_aloud():
    async with talk(Answer("It costs.", ending="failed")) as talking:
        await talking.say()
        end = await talking.ended()

        assert end["reason"] == "error"
        assert talking.client.told("clause")[-1]["text"] == "I could not finish this."


@in_virtual_time
async def test_a_conversation_deleted_in_mid_turn_falls_silent():
    async with talk(Answer(LONG, ending="gone", words_per_s=20)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")
        end = await talking.ended()
        count = len(talking.client.packets())
        await asyncio.sleep(5)

        assert end["reason"] == "interrupted"
        assert len(talking.client.packets()) == count


@in_virtual_time
@pytest.mark.parametrize("ending", ["dismissed"])
async def test_a_server_that_ends_keeps_what_was_heard(ending):
    async with talk(Answer(LONG, ending=ending, words_per_s=20)) as talking:
        await talking.say()
        end = await talking.ended()
        await asyncio.sleep(0)

        assert talking.turns.heard == {"a1": end["heard"]}
        assert talking.turns.stopped == []


@in_virtual_time
@pytest.mark.parametrize(
    ("refusal", "code", "is_retryable"),
    [
        (turns.TurnRefused("Too long."), "refused", False),
        (turns.ServerDraining(), "restarting", True),
        (reading.SessionMissing(), "not_found", False),
        (RateLimited(3), "rate_limited", True),
        (ZeroDivisionError(), "fault", True),
    ],
)
async def test_a_turn_that_cannot_be_taken_is_told(refusal, code, is_retryable):
    async with talk(refusal, Answer("Now it works.")) as talking:
        await talking.say()
        error = (await talking.client.wait_for("error")).frame
        await talking.say(2)

        assert (error["code"], error["retryable"], error["utt"]) == (code, is_retryable, 1)
        assert (await talking.ended())["reason"] == "done"


@in_virtual_time
async def test_more_turns_than_can_be_taken_at_once_are_refused():
    async with talk(ears=ScriptedEars(takes_s=5)) as talking:
        for utt in range(1, MAX_WAITING + 4):
            await talking.say(utt)
        error = (await talking.client.wait_for("error")).frame

        assert error["code"] == "busy"
        assert talking.ears.requests[error["utt"] - 1].was_cancelled


@in_virtual_time
async def test_sound_faster_than_speech_ends_the_conversation():
    async with talk() as talking:
        await talking.conversation.take(SpeechStart(1))
        for _ in range(12):
            await talking.conversation.hear(Packet(PacketKind.MIC, Flag.NONE, 0, 0, silence(1000)))

        assert talking.client.closed_with == TOO_MUCH_AUDIO


@in_virtual_time
async def test_sound_that_was_held_up_on_its_way_does_not():
    async with talk() as talking:
        await talking.conversation.take(SpeechStart(1))
        await asyncio.sleep(8)
        for _ in range(8):
            await talking.conversation.hear(Packet(PacketKind.MIC, Flag.NONE, 0, 0, silence(1000)))

        assert talking.client.closed_with is None


@in_virtual_time
async def test_who_speaks_for_a_minute_is_answered_then():
    async with talk(Answer("I see.")) as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.sound(60_000)
        await talking.ended()
        await talking.conversation.take(SpeechEnd(1))

        assert talking.client.told("transcript.final")[0]["text"] == "60000 ms"
        assert len(talking.turns.said) == 1


@in_virtual_time
async def test_who_goes_on_after_that_is_put_out():
    async with talk(Answer("I see.")) as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.sound(64_000)
        assert talking.client.closed_with is None
        await talking.sound(2000)

        assert talking.client.closed_with == TOO_MUCH_AUDIO


@in_virtual_time
async def test_transcribing_a_long_turn_costs_a_few_times_its_length():
    async with talk(Answer("I see."), ears=ScriptedEars(takes_s=0.1)) as talking:
        await talking.say(ms=55_000)
        await talking.ended()

        assert sum(request.samples for request in talking.ears.requests) < 10 * 55 * 16_000


@in_virtual_time
async def test_after_a_long_silence_the_conversation_ends():
    async with talk(idle_s=300) as talking:
        await talking.say()
        await talking.ended()
        await asyncio.sleep(290)
        assert talking.client.closed_with is None

        await asyncio.sleep(20)

        assert talking.client.closed_with == IDLE
        assert talking.client.told("error")[-1]["code"] == "idle"


@in_virtual_time
async def test_a_long_answer_is_no_silence():
    async with talk(Answer(LONG * 6), idle_s=20) as talking:
        await talking.say()
        await talking.ended()

        assert talking.client.closed_with is None


@in_virtual_time
async def test_the_longest_conversation_ends():
    async with talk(idle_s=300, longest_s=60) as talking:
        await asyncio.sleep(61)

        assert talking.client.closed_with == IDLE
        assert talking.client.told("error")[-1]["code"] == "too_long"


@in_virtual_time
async def test_a_muted_microphone_hears_nothing():
    async with talk() as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.conversation.take(Mute())
        await talking.say(2)
        assert talking.conversation.state is LiveState.IDLE
        await talking.conversation.take(Unmute())
        await talking.say(3)
        await talking.ended()

        assert [frame["utt"] for frame in talking.client.told("transcript.final")] == [3]


@in_virtual_time
async def test_pings_are_answered_and_what_is_unknown_is_ignored():
    async with talk() as talking:
        await talking.conversation.take(VoicePing())
        await talking.conversation.take(Unknown())
        await talking.conversation.hear(Packet(PacketKind.AGENT, Flag.NONE, 0, 0, b""))

        assert [event.frame for event in talking.client.events] == [{"type": "pong"}]


@in_virtual_time
async def test_nothing_runs_on_after_the_end():
    async with talk(Answer(LONG)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")
        await talking.conversation.take(SpeechStart(2))
        await talking.conversation.take(Typed("And this?"))
        before = asyncio.all_tasks()

        await talking.conversation.close()
        await asyncio.sleep(0)

        left = {task for task in before if not task.done()} - {asyncio.current_task()}
        assert all("_ack" in repr(task) for task in left)  # the client's own
