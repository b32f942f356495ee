"""A model that fails in a live conversation: what was said is kept, shown and heard, and the visitor is told."""

import asyncio
from functools import cache

import pytest

from agents.llm.builtin import BuiltinModel
from agents.llm.chain import Chain, Patience
from agents.llm.openai_compatible import Limits, OpenAICompatible
from conversations.models import Message
from conversations.replies import making
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from voice.tests.live.scripted import ScriptedNarrator
from voice.tests.live.voice_client import VoiceClient, application

pytestmark = pytest.mark.django_db(transaction=True)

TOKENS = ("It", " costs", " ninety", " euros.", " It", " is", " in", " stock.")
SAID = "It costs ninety euros. It"
FALLBACKS = {"broken": "I could not finish this answer.", "timed_out": "The answer is taking too long."}

MID_ANSWER = {
    "stalled": (Script(tokens=TOKENS, stall_after_tokens=5), "timed_out"),
    "cut": (Script(tokens=TOKENS, cut_after_tokens=5), "broken"),
    "ended early": (Script(tokens=TOKENS, fail_after_tokens=5), "broken"),
    "an error in it": (Script(tokens=TOKENS, error_object_after=5), "broken"),
    "garbage in it": (Script(tokens=TOKENS, malformed_at=(5, 5, 5, 5)), "broken"),
}
DOWN = {
    "broken": [Script(status=500)] * 3,
    "busy": [Script(status=429)] * 3,
    "refused": [Script(status=401)],
    "silent": [Script(tokens=TOKENS, stall_after_tokens=0)] * 3,
}


@pytest.fixture
def only_model(upstream, monkeypatch):
    """The model without one behind it, which waits for a second and not for fifteen."""
    limits = Limits(first_token_s=1.0, between_tokens_s=1.0)
    model = OpenAICompatible(base_url=upstream.base_url, model="scripted", limits=limits)
    monkeypatch.setattr(making, "model", cache(lambda: model))
    return model


@pytest.mark.parametrize(("script", "cause"), MID_ANSWER.values(), ids=MID_ANSWER)
async def test_what_was_said_is_kept_and_the_rest_is_apologised_for(
    client, narrator, upstream, only_model, script, cause
):
    upstream.then(script)
    await client.open()

    await client.ask_for("How much?")
    end = await client.hear_until("turn.end")

    answer = await Message.objects.aget(role="assistant")
    assert end == {"type": "turn.end", "gen": 1, "reason": "error"}
    assert answer.content.startswith(SAID)
    assert FALLBACKS[cause] in answer.content
    assert client.text_of() == answer.content
    assert " ".join(clause["text"] for clause in client.told("clause")).split() == answer.content.split()
    assert answer.heard is None


@pytest.mark.parametrize("script", [scripts[0] for scripts in DOWN.values()], ids=DOWN)
async def test_a_model_that_says_nothing_is_apologised_for_and_the_next_turn_works(
    client, upstream, only_model, script
):
    upstream.then(script, Script(text="Ninety euros."))
    await client.open()

    await client.ask_for("How much?")
    await client.hear_until("turn.end", reason="error")
    await client.ask_for("How much?")
    await client.hear_until("turn.end", reason="done")

    first, second = [message async for message in Message.objects.filter(role="assistant").order_by("seq")]
    assert client.text_of(1) == first.content
    assert first.content
    assert client.packets
    assert second.content == "Ninety euros."


@pytest.mark.parametrize("scripts", DOWN.values(), ids=DOWN)
async def test_the_built_in_agent_speaks_for_a_model_that_is_down(client, upstream, only_model, monkeypatch, scripts):
    patience = Patience(built_in_s=10, backoff_s=0.01)
    model = Chain(only_model, last=BuiltinModel(strict=True), patience=patience)
    monkeypatch.setattr(making, "model", cache(lambda: model))
    upstream.then(*scripts)
    await client.open()

    await client.ask_for("How much?")
    end = await client.hear_until("turn.end")

    answer = await Message.objects.aget(role="assistant")
    assert end["reason"] == "done"
    assert client.text_of() == answer.content
    assert client.packets


async def test_an_interruption_ends_the_models_request_and_the_speech(agent, ears, upstream):
    upstream.then(Script(text="One two three. " * 200, rate_per_s=50))
    narrator = ScriptedNarrator(first_s=0, times_real_time=1.5)
    client = VoiceClient(application(ears, narrator))
    await client.open()
    await client.ask_for("Tell me.")
    await client.hear_sound(5)

    await client.say({"type": "interrupt", "gen": 1, "played_ms": 100})
    await client.hear_until("turn.end", reason="interrupted")
    async with asyncio.timeout(PATIENCE_S):
        while upstream.requests[0].gone_at is None:  # noqa: ASYNC110 the other server's own loop
            await asyncio.sleep(0.01)

    assert not upstream.requests[0].is_finished
    assert len(narrator.closed) == 1
    await client.leave()
