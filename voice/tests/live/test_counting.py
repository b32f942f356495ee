"""Nobody is asked for the words of an utterance before its turn is counted, and for those of a repeat nobody at all."""

import pytest

from access import rates
from access.rates import RateLimited
from voice.live.protocol.frames import SpeechEnd, SpeechStart
from voice.tests.live.scripted import Answer, ScriptedEars, ScriptedTurns
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

pytestmark = pytest.mark.django_db(transaction=True)


class Full(ScriptedTurns):
    """The visitor has had all the turns they may have for a while."""

    async def admit(self, client_id):
        raise RateLimited(30)


@in_virtual_time
async def test_who_may_say_no_more_is_told_so_and_nobody_is_asked():
    ears = ScriptedEars("Tell me.")
    async with talk(ears=ears) as talking:
        talking.conversation._ears._admit = Full().admit
        await talking.say(1, ms=2_000)
        error = (await talking.client.wait_for("error")).frame

        assert error["code"] == "rate_limited"
        assert error["utt"] == 1
        assert ears.requests == []
        assert talking.turns.said == []


@in_virtual_time
async def test_a_turn_that_is_stored_already_is_not_transcribed_again():
    ears = ScriptedEars("Tell me.")
    async with talk(Answer("Yes."), ears=ears) as talking:
        await talking.turns.say("Tell me.", "once", is_spoken=True)
        await talking.conversation.take(SpeechStart(1, "once"))
        await talking.sound(300)
        await talking.conversation.take(SpeechEnd(1))
        final = (await talking.client.wait_for("transcript.final")).frame

        assert final["text"] == "Tell me."
        assert ears.requests == []
        assert len(talking.turns.said) == 1


async def test_one_utterance_is_one_turn(client, upstream, settings, monkeypatch):
    counted = []
    monkeypatch.setattr(rates, "count_turn", lambda *what: counted.append(what))
    await client.open()

    await client.speak()
    await client.hear_until("turn.end")

    assert len(counted) == 1
