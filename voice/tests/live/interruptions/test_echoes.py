"""The agent's own words that the microphone hears are nobody's turn; whatever a visitor says over them is."""

import asyncio

import pytest

from voice.live.echoes import is_echo
from voice.tests.live.scripted import Answer, ScriptedEars
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time

SPOKEN = "The Pharos 2 is our brightest lamp. It costs ninety euros and ships within three days."
LONG = " ".join(f"Lamp number {i} is made of brass and glass." for i in range(1, 13))


@pytest.mark.parametrize(
    "said",
    [
        "It costs ninety euros and ships within three days.",
        "the farrows two is our brightest lamp it cost ninety euros",
        "brightest amp. It costs 90 euros and ships within three",
        "our brightest lamp. It costs ninety euros and ships with in tree days",
    ],
)
def test_its_own_words_are_known_again(said):
    assert is_echo(said, SPOKEN)


@pytest.mark.parametrize(
    "said",
    [
        "Yes.",
        "Ninety euros?",
        "The Pharos 2.",
        "I would like the Pharos 2, please.",
        "Does the Pharos 2 ship within three days?",
        "It costs ninety euros and ships within three days?",
        "Stop, I want something cheaper than that one.",
        "",
    ],
)
def test_a_visitors_words_are_a_turn(said):
    assert not is_echo(said, SPOKEN)


@in_virtual_time
async def test_an_echo_is_rejected_and_the_answer_goes_on():
    ears = ScriptedEars("Tell me.", "is made of brass and glass. Lamp number")
    async with talk(Answer(LONG), ears=ears) as talking:
        await talking.say(1)
        await talking.played(3_000)

        await talking.say(2)
        await talking.client.wait_for("transcript.rejected")

        rejected = talking.client.told("transcript.rejected")
        assert rejected == [{"type": "transcript.rejected", "utt": 2, "reason": "echo"}]
        assert talking.client.told("cleared") == []
        assert len(talking.turns.said) == 1


LATE = "It is made of brass and glass and it ships within three days."


@in_virtual_time
@pytest.mark.parametrize(
    ("answer", "after_s", "said", "is_turn"),
    [
        (LATE, 0.2, "brass and glass and it ships within three days", False),
        (LATE, 1.3, "and glass and it ships within three days.", False),
        (LATE, 1.7, "and glass and it ships within three days.", True),
        (LATE, 0.2, "within three days", True),
        (LATE, 0.2, "and it ships within three days?", True),
        (LATE, 0.2, "I would like to order one of them", True),
        ("Do you want it in red, or in dark blue with a gold rim?", 0.2, "In dark blue with a gold rim.", True),
    ],
)
async def test_the_end_of_an_answer_may_come_back_late(answer, after_s, said, is_turn):
    async with talk(Answer(answer), Answer("Good."), ears=ScriptedEars("Tell me.", said)) as talking:
        await talking.say(1)
        await talking.ended()
        await asyncio.sleep(after_s)

        await talking.say(2, soft_end=False)
        await talking.client.wait_for("turn.start" if is_turn else "transcript.rejected", 2 if is_turn else 1)

        reasons = [frame["reason"] for frame in talking.client.told("transcript.rejected")]
        assert reasons == ([] if is_turn else ["echo"])
        assert len(talking.turns.said) == 1 + is_turn
        assert talking.client.told("duck") == []


@in_virtual_time
async def test_other_words_over_an_answer_are_a_turn():
    ears = ScriptedEars("Tell me.", "I do not want brass at all, show me steel")
    async with talk(Answer(LONG), Answer("Here."), ears=ears) as talking:
        await talking.say(1)
        await talking.played(3_000)

        await talking.say(2)
        await talking.client.wait_for("turn.start", 2)

        assert talking.client.told("transcript.rejected") == []
        assert len(talking.turns.said) == 2
