"""Pauses inside an utterance: each is listened to, and all of them together cost a bounded sum of transcriptions."""

import asyncio

from voice.live.protocol.frames import SpeechEnd, SpeechResume, SpeechSoftEnd, SpeechStart
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time


@in_virtual_time
async def test_silences_without_end_cost_a_few_times_the_utterance():
    async with talk() as talking:
        take = talking.conversation.take
        await take(SpeechStart(1))
        for _ in range(10):
            await talking.sound(1000)
            for _ in range(50):
                await take(SpeechSoftEnd(1))
                await asyncio.sleep(0.001)  # in which it is sent to who transcribes
                await take(SpeechResume(1))
        await take(SpeechEnd(1))
        final = (await talking.client.wait_for("transcript.final")).frame

        assert final["text"] == "10000 ms"
        guesses = [each for each in talking.ears.requests if each.was_cancelled]
        assert sum(each.samples for each in talking.ears.requests) / 16_000 < 130  # instead of 2,750 s
        assert len(guesses) > 10


@in_virtual_time
async def test_who_pauses_often_is_understood_in_each_pause():
    async with talk() as talking:
        take = talking.conversation.take
        await take(SpeechStart(1))
        for _ in range(12):
            await talking.sound(2000)
            await take(SpeechSoftEnd(1))
            await talking.sound(400)
            await take(SpeechResume(1))
        await take(SpeechEnd(1))
        await talking.client.wait_for("transcript.final")

        lengths = {each.samples for each in talking.ears.requests}
        assert {16 * (2000 + 2400 * n) for n in range(8)} <= lengths
