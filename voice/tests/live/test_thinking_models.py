"""A model that thinks, or whose answer is cut, in a live conversation: what it thinks is neither shown nor spoken."""

import pytest

from conversations.models import Message
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)

THOUGHT = ("They ", "ask SECRET ", "things. ")
ANSWER = "It costs ninety euros."
THINKING = {
    "kept apart": Script(thinking=THOUGHT, text=ANSWER, rate_per_s=50),
    "as text": Script(tokens=("<thi", "nk>", *THOUGHT, "</think>", ANSWER), rate_per_s=50),
    "in channels": Script(
        tokens=("<|channel|>analysis<|message|>", *THOUGHT, "<|end|><|channel|>final<|message|>", ANSWER), rate_per_s=50
    ),
    "never opened": Script(tokens=("Okay, so ", *THOUGHT, "</think>", ANSWER), rate_per_s=50),
}


def spoken(client) -> str:
    return " ".join(clause["text"] for clause in client.told("clause"))


@pytest.mark.parametrize("script", THINKING.values(), ids=THINKING)
async def test_a_thought_is_neither_shown_nor_spoken(client, upstream, script):
    upstream.then(script)
    await client.open()

    await client.ask_for("How much?")
    end = await client.hear_until("turn.end")

    assert end["reason"] == "done"
    assert client.text_of() == spoken(client) == ANSWER
    assert (await Message.objects.aget(role="assistant")).content == ANSWER


@pytest.mark.parametrize(
    ("script", "note"),
    [
        (Script(text=ANSWER, finish_reason="length"), "This answer was cut short."),
        (Script(tokens=("It costs ", "ninety ", "euros."), malformed_at=(1,), rate_per_s=50), "was lost on the way."),
    ],
)
async def test_a_listener_is_told_that_an_answer_is_not_whole(client, upstream, script, note):
    upstream.then(script)
    await client.open()

    await client.ask_for("How much?")
    await client.hear_until("turn.end")

    assert note in spoken(client)
    assert (await Message.objects.aget(role="assistant")).content == ANSWER
