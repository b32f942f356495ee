"""A turn from the visitor's words to the agent's: what follows what, and what does not wait for what."""

import asyncio
from itertools import pairwise

import pytest

from voice.live.conversation import LiveState
from voice.live.protocol.frames import (
    AGENT_FRAME_BYTES,
    Flag,
    SpeechCancel,
    SpeechEnd,
    SpeechResume,
    SpeechSoftEnd,
    SpeechStart,
    Typed,
)
from voice.tests.live.scripted import NOTHING, Answer, ScriptedEars
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))


@in_virtual_time
async def test_a_turn_runs_from_words_to_words():
    async with talk(Answer("Ninety euros. It is in stock."), ears=ScriptedEars("How much?")) as talking:
        await talking.say()
        end = await talking.ended()

        assert talking.client.told("transcript.final") == [
            {"type": "transcript.final", "utt": 1, "text": "How much?", "lang": ""}
        ]
        assert talking.turns.said[0][0::2] == ("How much?", True)
        assert talking.client.told("turn.start") == [
            {"type": "turn.start", "gen": 1, "utt": 1, "client_id": None, "message_id": "a1"}
        ]
        text = "".join(frame["delta"] for frame in talking.client.told("text.delta"))
        assert text == "Ninety euros. It is in stock."
        assert [clause["text"] for clause in talking.client.told("clause")] == ["Ninety euros.", "It is in stock."]
        assert end == {"type": "turn.end", "gen": 1, "reason": "done"}
        assert talking.turns.heard == {}
        assert talking.turns.stopped == []


@in_virtual_time
async def test_the_first_sound_does_not_wait_for_the_whole_answer():
    async with talk(Answer(LONG, words_per_s=4)) as talking:
        await talking.say()

        await talking.client.wait_for("sound")

        assert talking.turns.followed_to_the_end == []
        assert len(talking.narrator.clauses) <= 2


@in_virtual_time
async def test_the_time_to_the_first_sound_is_that_of_the_stages():
    async with talk(Answer("One two three four. Five six.", words_per_s=50)) as talking:
        await talking.say()
        committed_at = asyncio.get_running_loop().time()

        sound = await talking.client.wait_for("sound")

        # The transcription began with the soft end and is done; then first token, three more words, first byte.
        assert sound.at - committed_at < 0.35 + 4 / 50 + 0.15 + 0.02


@in_virtual_time
async def test_the_text_does_not_wait_for_the_sound():
    async with talk(Answer(LONG, words_per_s=400)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")
        await asyncio.sleep(2)

        text = "".join(frame["delta"] for frame in talking.client.told("text.delta"))

        assert text == LONG
        assert talking.conversation.state is LiveState.SPEAKING


@in_virtual_time
async def test_text_comes_in_few_frames():
    async with talk(Answer(LONG, words_per_s=400)) as talking:
        await talking.say()
        await talking.ended()

        assert len(talking.client.told("text.delta")) < len(LONG.split()) / 5


@in_virtual_time
async def test_sound_comes_in_frames_of_40_ms_that_follow_each_other():
    async with talk(Answer("Ninety euros. It is in stock.")) as talking:
        await talking.say()
        await talking.ended()

        packets = talking.client.packets()
        sounding = [packet for packet in packets if packet.sound]
        assert {len(packet.sound) for packet in sounding} == {AGENT_FRAME_BYTES}
        assert [packet.ms for packet in sounding] == list(range(0, 40 * len(sounding), 40))
        assert sum(Flag.LAST_OF_CLAUSE in packet.flags for packet in packets) == 2
        assert packets[-1].flags == Flag.LAST_OF_TURN


@in_virtual_time
async def test_a_clause_is_announced_before_its_sound_and_where_it_begins():
    async with talk(Answer("Ninety euros. It is in stock.")) as talking:
        await talking.say()
        await talking.ended()

        events = talking.client.events
        for number, clause in enumerate(talking.client.told("clause")):
            place = next(place for place, event in enumerate(events) if event.frame == clause)
            following = next(event.packet for event in events[place:] if event.packet)
            assert clause["i"] == number
            assert following.ms == clause["start_ms"]


@in_virtual_time
async def test_a_turn_ends_when_it_was_heard():
    async with talk(Answer("This takes a few seconds to say, does it not.")) as talking:
        await talking.say()
        await talking.client.wait_for("sound")
        began_at = asyncio.get_running_loop().time()
        await talking.ended()

        length_s = talking.narrator.made_ms / 1000
        assert asyncio.get_running_loop().time() - began_at > length_s - 0.1


@in_virtual_time
async def test_the_second_clause_is_made_while_the_first_is_heard():
    async with talk(Answer("This is the first clause of it. And this the second.")) as talking:
        await talking.say()
        await talking.client.wait_for("clause", 2)

        gaps = [after.at - before.at for before, after in _neighbours(talking.client)]
        assert max(gaps) < 0.6  # what the client has in hand when it waits for more


@in_virtual_time
async def test_the_transcription_begins_with_the_soft_end():
    async with talk() as talking:
        await talking.say(ms=300)
        await talking.client.wait_for("transcript.final")

        assert len(talking.ears.requests) == 1
        assert talking.ears.requests[0].samples == 16 * 500  # 300 ms of speech, 200 ms of silence


@in_virtual_time
async def test_without_a_soft_end_it_begins_with_the_end():
    async with talk() as talking:
        await talking.say(ms=400, soft_end=False)
        await talking.client.wait_for("transcript.final")

        assert talking.ears.requests[-1].samples == 16 * 900


@in_virtual_time
async def test_speech_that_goes_on_cancels_what_was_begun():
    async with talk() as talking:
        take = talking.conversation.take
        await take(SpeechStart(1))
        await talking.sound(400)
        await take(SpeechSoftEnd(1))
        await talking.sound(100)
        await take(SpeechResume(1))
        await talking.sound(400)
        await take(SpeechEnd(1))
        final = (await talking.client.wait_for("transcript.final")).frame

        assert talking.ears.requests[0].was_cancelled
        assert final["text"] == "900 ms"


@in_virtual_time
async def test_what_is_said_is_shown_while_it_is_said():
    async with talk() as talking:
        await talking.say(ms=5000, soft_end=False)
        await talking.client.wait_for("transcript.final")

        partials = talking.client.told("transcript.partial")
        times = [event.at for event in talking.client.events if event.name == "transcript.partial"]
        assert len(partials) >= 3
        assert all(partial["utt"] == 1 for partial in partials)
        assert all(later - earlier >= 1 for earlier, later in pairwise(times))


@in_virtual_time
async def test_the_words_before_a_short_silence_are_told_while_it_may_go_on():
    """A client that knows them waits longer after "my number is"."""
    async with talk(ears=ScriptedEars("My number is", takes_s=0.2)) as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.sound(400)
        await talking.conversation.take(SpeechSoftEnd(1))
        partial = await talking.client.wait_for("transcript.partial")

        assert partial.frame == {"type": "transcript.partial", "utt": 1, "text": "My number is"}
        assert partial.at - talking.ears.requests[0].at == pytest.approx(0.2, abs=0.01)


@in_virtual_time
@pytest.mark.parametrize("goes_on", [SpeechResume(1), SpeechEnd(1), SpeechCancel(1)])
async def test_they_are_not_told_once_it_went_on_or_ended(goes_on):
    async with talk(ears=ScriptedEars("My number is", takes_s=0.2)) as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.sound(400)
        await talking.conversation.take(SpeechSoftEnd(1))
        await talking.sound(100)
        await talking.conversation.take(goes_on)
        await asyncio.sleep(1)

        assert talking.client.told("transcript.partial") == []


@in_virtual_time
async def test_a_short_silence_without_words_tells_none():
    async with talk(ears=ScriptedEars(NOTHING, takes_s=0.1)) as talking:
        await talking.say(ms=300)
        await talking.client.wait_for("transcript.rejected")

        assert talking.client.told("transcript.partial") == []


@in_virtual_time
async def test_a_slow_transcription_is_not_asked_twice_at_once():
    async with talk(ears=ScriptedEars(takes_s=2.5)) as talking:
        await talking.conversation.take(SpeechStart(1))
        await talking.sound(6000)

        began = [request.at for request in talking.ears.requests]
        assert len(began) >= 2
        assert all(later - earlier >= 2.5 for earlier, later in pairwise(began))


@in_virtual_time
async def test_sound_without_words_is_rejected_and_nothing_is_stored():
    async with talk(ears=ScriptedEars(NOTHING)) as talking:
        await talking.say(ms=300)
        rejected = await talking.client.wait_for("transcript.rejected")

        assert rejected.frame == {"type": "transcript.rejected", "utt": 1, "reason": "silence"}
        assert talking.turns.said == []
        assert talking.conversation.state is LiveState.IDLE


@in_virtual_time
async def test_the_same_end_twice_is_one_turn():
    async with talk() as talking:
        await talking.say()
        await talking.conversation.take(SpeechEnd(1))
        await talking.conversation.take(SpeechStart(1))
        await talking.conversation.take(SpeechEnd(1))
        await talking.ended()

        assert len(talking.turns.said) == 1
        assert len(talking.client.told("turn.start")) == 1


@in_virtual_time
async def test_an_older_utterance_means_nothing():
    async with talk() as talking:
        await talking.conversation.take(SpeechStart(7))
        await talking.sound(300)

        await talking.conversation.take(SpeechEnd(6))
        await talking.conversation.take(SpeechStart(5))

        assert talking.conversation.state is LiveState.LISTENING
        await talking.conversation.take(SpeechEnd(7))
        await talking.client.wait_for("transcript.final")
        assert len(talking.client.told("transcript.final")) == 1


@in_virtual_time
async def test_a_typed_turn_is_spoken_too():
    async with talk(Answer("Ninety euros.")) as talking:
        await talking.conversation.take(Typed("How much?", "c1"))
        await talking.ended()

        assert talking.turns.said == [("How much?", "c1", False)]
        assert talking.client.told("turn.start")[0]["client_id"] == "c1"
        assert talking.client.packets()


@in_virtual_time
async def test_a_typed_turn_sent_again_is_one_turn():
    async with talk(Answer("Ninety euros.")) as talking:
        for _ in range(2):
            await talking.conversation.take(Typed("How much?", "c1"))
        await talking.ended(2)

        assert len(talking.turns.said) == 1


@in_virtual_time
async def test_the_greeting_is_spoken_and_is_no_message():
    async with talk(greeting="Good day. How can I help?") as talking:
        end = await talking.ended()

        assert talking.client.told("turn.start")[0]["message_id"] is None
        assert [clause["text"] for clause in talking.client.told("clause")] == ["Good day.", "How can I help?"]
        assert end["reason"] == "done"
        assert talking.turns.said == []


@in_virtual_time
async def test_the_states_of_a_turn():
    async with talk(Answer("Ninety euros.")) as talking:
        states = [talking.conversation.state]

        async def watch() -> None:
            while True:
                if talking.conversation.state is not states[-1]:
                    states.append(talking.conversation.state)
                await asyncio.sleep(0.005)

        watching = asyncio.create_task(watch())
        await talking.say()
        await talking.ended()
        await asyncio.sleep(0.1)
        watching.cancel()

        assert states == [
            LiveState.IDLE,
            LiveState.LISTENING,
            LiveState.ENDPOINTING,
            LiveState.THINKING,
            LiveState.SPEAKING,
            LiveState.IDLE,
        ]


@in_virtual_time
async def test_the_marks_of_a_turn_are_told_when_asked_for():
    async with talk(Answer("Ninety euros."), tells_metrics=True) as talking:
        await talking.say()
        marks = (await talking.client.wait_for("metrics")).frame["marks"]

        assert list(marks) == [
            "soft_end",
            "commit",
            "stt_done",
            "llm_first",
            "clause1",
            "tts_first",
            "ws_first",
            "play_first",
        ]
        assert marks["soft_end"] == -300
        assert marks["commit"] == 0
        assert list(marks.values()) == sorted(marks.values())


@in_virtual_time
async def test_an_answer_begun_anew_by_another_process_is_spoken_anew():
    async with talk(Answer("One two three four. Five six. Seven.", words_per_s=2, anew_after=5)) as talking:
        await talking.say()
        end = await talking.ended(2)

        assert [frame["gen"] for frame in talking.client.told("turn.start")] == [1, 2]
        assert talking.client.told("cleared")[0]["gen"] == 1
        assert end == {"type": "turn.end", "gen": 2, "reason": "done"}
        assert talking.turns.heard == {}
        assert talking.turns.stopped == []


def _neighbours(client):
    sounding = [event for event in client.events if event.packet and event.packet.sound]
    return list(pairwise(sounding))
