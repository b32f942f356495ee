"""Networks that delay, lose and cut: no gap in the sound, no sound too much, and what was heard is told to a word."""

import asyncio
from itertools import cycle

import pytest

from voice.live.pacing import AHEAD_MS
from voice.live.protocol.frames import Playback
from voice.tests.live.scripted import Answer, ScriptedClient, ScriptedNarrator, now
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

DELAYS_S = (0.0, 0.08, 0.02, 0.06, 0.0, 0.03, 0.07)
LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))
# Words of one letter and of twelve, so that characters in proportion are not right by themselves.
VARIED = " ".join(
    "A lamp is a thing of beauty. Manufacturing takes considerable preparation and unhurried craftsmanship. I do it so."
    " We sell them in a shop at the old harbour. Extraordinarily comfortable illumination surrounds everybody."
    for _ in range(3)
)


class JitteryClient(ScriptedClient):
    """Every packet comes a little late, in its order; so does the word of what was played."""

    def __init__(self) -> None:
        super().__init__(starts_after_s=0.08)
        self._delays_s = cycle(DELAYS_S)
        self._arrives_at = 0.0

    async def play(self, packet: bytes) -> None:
        self._arrives_at = max(self._arrives_at, now() + next(self._delays_s))
        asyncio.get_running_loop().call_at(self._arrives_at, self.arrive, packet)

    def tells(self, talking) -> None:
        async def on_playback(gen, played_ms):
            await asyncio.sleep(next(self._delays_s))
            await talking.conversation.take(Playback(gen, played_ms))

        self.on_playback = on_playback


@pytest.mark.parametrize("times_real_time", [1.2, 3.3])
def test_jitter_makes_no_gap(times_real_time):
    @in_virtual_time
    async def scenario():
        client = JitteryClient()
        narrator = ScriptedNarrator(times_real_time=times_real_time)
        async with talk(Answer(LONG), narrator=narrator, client=client) as talking:
            client.tells(talking)
            await talking.say()
            end = await talking.ended()

        assert end["reason"] == "done"
        assert client.gaps == 0
        assert client.queued_most_ms <= AHEAD_MS + 80

    scenario()


def test_speech_slower_than_it_plays_makes_gaps():
    """Or the test above could not fail."""

    @in_virtual_time
    async def scenario():
        client = JitteryClient()
        async with talk(Answer(LONG), narrator=ScriptedNarrator(times_real_time=0.8), client=client) as talking:
            client.tells(talking)
            await talking.say()
            await talking.ended()

        assert client.gaps > 0

    scenario()


@pytest.mark.parametrize("played_ms", [500, 2000, 10_000])
def test_what_was_heard_is_right_to_a_word(played_ms):
    @in_virtual_time
    async def scenario():
        narrator = ScriptedNarrator(ms_per_char=45, ms_per_word=100)
        async with talk(Answer(VARIED), narrator=narrator) as talking:
            await talking.say()
            await talking.played(played_ms)

            at_ms = talking.client.played_ms
            await talking.interrupt(played_ms=at_ms)

            heard = talking.client.told("cleared")[0]["heard_text"].split()
            assert heard == VARIED.split()[: len(heard)]
            assert abs(len(heard) - len(_said_within(at_ms, narrator))) <= 1

    scenario()


def _said_within(ms: int, narrator: ScriptedNarrator) -> list[str]:
    """The words whose sound had ended by then."""
    said, at_ms = [], 0
    for clause in narrator.clauses:
        for place, word in enumerate(clause.split()):
            at_ms += (len(word) + (place > 0)) * narrator.ms_per_char + narrator.ms_per_word
            if at_ms > ms:
                return said
            said.append(word)
        at_ms = -(-at_ms // 40) * 40  # filled up to a frame
    return said


@in_virtual_time
async def test_words_of_what_was_played_that_get_lost_do_not_stop_the_answer():
    async with talk(Answer(LONG)) as talking:
        is_lost = cycle([False, True, True, False, True])

        async def on_playback(gen, played_ms):
            if not next(is_lost):
                await talking.conversation.take(Playback(gen, played_ms))

        talking.client.on_playback = on_playback
        await talking.say()
        end = await talking.ended()

        assert end["reason"] == "done"
        assert talking.client.queued_most_ms <= AHEAD_MS + 40


@in_virtual_time
async def test_a_slow_reader_is_sent_less_than_a_second_and_has_no_more_waiting_than_is_made_ahead():
    class Slow(ScriptedClient):
        """Plays at a fifth of the pace, and says so."""

        @property
        def played_ms(self) -> int:
            return self._got_ms and min(self._got_ms, int((now() - self.events[0].at) * 200))

    client = Slow()
    async with talk(Answer(LONG, words_per_s=1000), client=client) as talking:
        sent_ahead_ms = 0

        async def on_playback(gen, played_ms):
            nonlocal sent_ahead_ms
            sent_ahead_ms = max(sent_ahead_ms, client.packets()[-1].ms + 40 - played_ms)
            await talking.conversation.take(Playback(gen, played_ms))

        client.on_playback = on_playback
        await talking.say()
        await asyncio.sleep(20)

        assert 0 < sent_ahead_ms <= 1000
        assert talking.narrator.made_ms <= client.played_ms + AHEAD_MS + 3000 + 2 * talking.narrator.piece_ms


@in_virtual_time
async def test_a_client_that_never_tells_what_it_played_hears_all_of_it():
    async with talk(Answer(LONG), client=ScriptedClient()) as talking:
        await talking.say()
        end = await talking.ended()

        assert end["reason"] == "done"
        assert sum(len(packet.sound) for packet in talking.client.packets()) >= talking.narrator.made_ms * 48


@in_virtual_time
async def test_a_word_about_another_answer_means_nothing():
    async with talk(Answer(LONG), client=ScriptedClient()) as talking:
        await talking.say()
        await talking.client.wait_for("sound")

        await talking.conversation.take(Playback(99, 60_000))
        await asyncio.sleep(0.5)

        assert talking.client.packets()[-1].ms < 600


@in_virtual_time
async def test_slow_speech_is_heard_with_gaps_and_to_its_end():
    async with talk(Answer("One clause. And another."), narrator=ScriptedNarrator(times_real_time=0.5)) as talking:
        await talking.say()

        assert (await talking.ended())["reason"] == "done"
