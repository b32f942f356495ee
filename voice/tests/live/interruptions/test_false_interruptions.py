"""Somebody speaks over an answer: it is lowered, and goes on when nothing comes of what they said."""

import asyncio

import pytest

from voice.live.pacing import AHEAD_MS
from voice.live.protocol.frames import Interrupt, Mute, Playback, SpeechCancel, SpeechEnd, SpeechStart, Typed
from voice.tests.live.scripted import NOTHING, UNAVAILABLE, Answer, ScriptedEars, ScriptedNarrator
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))
ASKING = "Shall I send it to you? " + LONG
FIRST_SAID = "Tell me."


async def spoken_to(talking, *, ms=3000):
    """The first answer is being heard."""
    await talking.say(1)
    await talking.played(ms)


def after(talking, kind, count=1):
    """The control frames from the `count`-th of a kind on, without the clauses of the answer that goes on."""
    frames = [
        event.frame for event in talking.client.events if event.frame and event.name not in {"clause", "text.delta"}
    ]
    places = [place for place, frame in enumerate(frames) if frame["type"] == kind]
    return [frame["type"] for frame in frames[places[count - 1] :]]


@in_virtual_time
async def test_the_answer_is_lowered_while_somebody_speaks_over_it():
    async with talk(Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(2))

        assert talking.client.told("duck") == [{"type": "duck", "gen": 1}]
        assert talking.client.told("unduck") == []


@in_virtual_time
@pytest.mark.parametrize(
    ("outcome", "told"),
    [(NOTHING, "transcript.rejected"), ("  ", "transcript.rejected"), (UNAVAILABLE, "error"), (ValueError(), "error")],
    ids=["nothing heard", "no words", "no transcription", "a fault"],
)
async def test_it_is_raised_again_after_the_word_that_nothing_came_of_it(outcome, told):
    async with talk(Answer(LONG), ears=ScriptedEars(FIRST_SAID, outcome)) as talking:
        await spoken_to(talking)

        await talking.say(2)
        await talking.client.wait_for("unduck")

        assert after(talking, "duck") == ["duck", told, "unduck"]
        assert talking.client.told("unduck") == [{"type": "unduck", "gen": 1}]
        assert talking.client.told("cleared") == []


@in_virtual_time
async def test_a_misfire_of_the_microphone_raises_it_again():
    async with talk(Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(2))
        await talking.conversation.take(SpeechCancel(2))
        await talking.conversation.take(SpeechCancel(2))

        assert after(talking, "duck") == ["duck", "unduck"]


@in_virtual_time
async def test_muting_raises_it_again():
    async with talk(Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(2))
        await talking.conversation.take(Mute())

        assert after(talking, "duck") == ["duck", "unduck"]


@in_virtual_time
async def test_it_stays_low_until_the_last_of_several_utterances_came_to_nothing():
    async with talk(Answer(LONG), ears=ScriptedEars(FIRST_SAID, NOTHING, NOTHING)) as talking:
        await spoken_to(talking)

        await talking.say(2)
        await talking.conversation.take(SpeechStart(3))
        await talking.client.wait_for("transcript.rejected")
        await asyncio.sleep(1)
        assert talking.client.told("unduck") == []
        await talking.conversation.take(SpeechEnd(3))
        await talking.client.wait_for("unduck")

        assert after(talking, "duck")[-2:] == ["transcript.rejected", "unduck"]


@in_virtual_time
async def test_an_utterance_in_the_place_of_another_keeps_it_low():
    async with talk(Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(2))
        await talking.conversation.take(SpeechStart(3))
        assert talking.client.told("unduck") == []
        await talking.conversation.take(SpeechCancel(3))

        assert talking.client.told("unduck") == [{"type": "unduck", "gen": 1}]


@in_virtual_time
async def test_a_stale_utterance_lowers_nothing():
    async with talk(Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(1))

        assert talking.client.told("duck") == []


@in_virtual_time
async def test_speech_before_the_first_sound_lowers_nothing():
    async with talk(Answer(LONG, first_s=3)) as talking:
        await talking.say(1)
        await talking.client.wait_for("turn.start")

        await talking.conversation.take(SpeechStart(2))
        await talking.conversation.take(SpeechCancel(2))

        assert talking.client.told("duck") == talking.client.told("unduck") == []


@in_virtual_time
async def test_an_answer_that_is_only_read_is_not_lowered():
    async with talk(Answer(LONG, words_per_s=3), narrator=ScriptedNarrator(fails_at=1)) as talking:
        await talking.say(1)
        await talking.client.wait_for("audio.unavailable")
        await talking.played(40 * 60 - 40)  # the one clause that was spoken

        await talking.conversation.take(SpeechStart(2))

        assert talking.client.told("duck") == []


@in_virtual_time
@pytest.mark.parametrize("how", ["interrupted", "typed", "heard"])
async def test_nothing_is_raised_after_the_end_of_an_answer(how):
    ears = ScriptedEars(FIRST_SAID, NOTHING, takes_s=2)
    async with talk(Answer("This is a short answer, and it is over in a moment."), ears=ears) as talking:
        await talking.say(1)
        await talking.played(1500)
        await talking.conversation.take(SpeechStart(2))
        await talking.sound(200)
        await talking.conversation.take(SpeechEnd(2))
        if how == "interrupted":
            await talking.interrupt()
        elif how == "typed":
            await talking.conversation.take(Interrupt(1, 1500))
            await talking.conversation.take(Typed("And?"))
        await talking.client.wait_for("transcript.rejected")
        await asyncio.sleep(1)

        assert talking.client.told("duck") == [{"type": "duck", "gen": 1}]
        assert talking.client.told("turn.end")[0]["gen"] == 1
        assert talking.client.told("unduck") == []


@in_virtual_time
async def test_words_that_take_the_turn_raise_nothing():
    async with talk(Answer(LONG), Answer(LONG)) as talking:
        await spoken_to(talking)

        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)
        await asyncio.sleep(5)

        assert after(talking, "duck")[:5] == ["duck", "transcript.final", "cleared", "turn.end", "turn.start"]
        assert talking.client.told("unduck") == []


@in_virtual_time
async def test_a_backchannel_is_no_turn_and_the_answer_goes_on():
    async with talk(Answer(LONG), ears=ScriptedEars(FIRST_SAID, "Yeah, okay."), language="en") as talking:
        await spoken_to(talking)

        await talking.say(2)
        end = await talking.ended()

        assert talking.client.told("transcript.rejected") == [
            {"type": "transcript.rejected", "utt": 2, "reason": "backchannel"}
        ]
        assert after(talking, "duck") == ["duck", "transcript.rejected", "unduck", "turn.end"]
        assert end["reason"] == "done"
        assert len(talking.turns.said) == 1


@in_virtual_time
async def test_after_a_question_the_same_words_are_its_answer():
    async with talk(Answer(ASKING), ears=ScriptedEars(FIRST_SAID, "Yeah, okay."), language="en") as talking:
        await spoken_to(talking, ms=2600)  # the question takes 1,380 ms

        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)

        assert [said[0] for said in talking.turns.said] == [FIRST_SAID, "Yeah, okay."]


@in_virtual_time
async def test_long_after_the_question_they_are_not():
    async with talk(Answer(ASKING), ears=ScriptedEars(FIRST_SAID, "Yeah, okay."), language="en") as talking:
        await spoken_to(talking, ms=7000)

        await talking.say(2)
        await talking.client.wait_for("transcript.rejected")

        assert len(talking.turns.said) == 1


@in_virtual_time
async def test_words_that_outlive_the_answer_are_a_turn():
    ears = ScriptedEars(FIRST_SAID, "Yeah.")
    async with talk(Answer("This answer is over in a moment."), ears=ears, language="en") as talking:
        await talking.say(1)
        await talking.played(1500)
        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)

        assert [said[0] for said in talking.turns.said] == [FIRST_SAID, "Yeah."]


@in_virtual_time
async def test_whoever_fell_silent_the_agent_with_them_takes_a_turn():
    async with talk(Answer(LONG), ears=ScriptedEars(FIRST_SAID, "Okay."), language="en") as talking:
        await spoken_to(talking)

        await talking.conversation.take(SpeechStart(2))
        await talking.interrupt()
        await talking.conversation.take(SpeechEnd(2))
        await talking.client.wait_for("turn.start", 2)

        assert [said[0] for said in talking.turns.said] == [FIRST_SAID, "Okay."]


@in_virtual_time
async def test_the_same_words_in_the_silence_are_a_turn():
    async with talk(ears=ScriptedEars("Yeah."), language="en") as talking:
        await talking.say(1)
        await talking.ended()

        assert [said[0] for said in talking.turns.said] == ["Yeah."]


class Pausing:
    """Plays in real time until `pause`, and goes on to say that nothing more was played."""

    def __init__(self, talking):
        self._talking = talking
        self.is_paused = False
        self.paused_at_ms = 0
        talking.client.on_playback = self.on_playback

    async def on_playback(self, gen, played_ms):
        if not self.is_paused:
            self.paused_at_ms = played_ms
        await self._talking.conversation.take(Playback(gen, self.paused_at_ms))


@in_virtual_time
async def test_a_client_that_has_paused_gets_no_more_and_no_end_of_the_answer():
    async with talk(Answer("This is a short answer, and it is over soon.")) as talking:
        pausing = Pausing(talking)
        await talking.say(1)
        await talking.played(1000)

        pausing.is_paused = True
        await asyncio.sleep(60)

        assert talking.client.told("turn.end") == []
        assert talking.client.packets()[-1].ms + 40 <= pausing.paused_at_ms + AHEAD_MS


@in_virtual_time
async def test_what_was_heard_until_the_pause_counts_when_the_turn_is_taken():
    ears = ScriptedEars(FIRST_SAID, "And the price of that?", takes_s=5)
    async with talk(Answer(LONG), Answer("Ninety."), ears=ears, language="en") as talking:
        pausing = Pausing(talking)
        await talking.say(1)
        await talking.played(3100)

        pausing.is_paused = True
        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)

        assert pausing.paused_at_ms < 3200
        assert talking.turns.heard["a1"] == "This is sentence number 0 of the answer. This is"


@in_virtual_time
async def test_a_client_that_goes_on_after_its_pause_hears_the_rest():
    async with talk(Answer("This is a short answer, and it is over soon.")) as talking:
        pausing = Pausing(talking)
        await talking.say(1)
        await talking.played(1000)
        pausing.is_paused = True
        await asyncio.sleep(10)

        pausing.is_paused = False
        end = await talking.ended()

        assert end["reason"] == "done"
        assert sum(len(packet.sound) for packet in talking.client.packets()) >= talking.narrator.made_ms * 48
