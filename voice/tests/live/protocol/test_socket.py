"""The live voice socket as a client sees it: what a turn is, what is stored of it, and what outlives it."""

import pytest

from conversations.models import Message, Reply
from conversations.tests.asking import until
from conversations.tests.socket.json_client import JsonClient
from fakes.scripts import Script
from voice.tests.live.scripted import NOTHING, UNAVAILABLE
from voice.tests.live.voice_client import VoiceClient, application

pytestmark = pytest.mark.django_db(transaction=True)

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))


async def test_words_become_a_turn_and_the_answer_is_spoken(client, ears, upstream):
    ears.answers.append("How much is it?")
    upstream.then(Script(text="It costs ninety euros. It is in stock."))
    await client.open()

    await client.speak()
    end = await client.hear_until("turn.end")

    start = next(frame for frame in client.frames if frame["type"] == "turn.start")
    question, answer = [message async for message in Message.objects.order_by("seq")]
    assert (question.content, question.message_type) == ("How much is it?", "voice")
    assert (answer.content, answer.message_type) == ("It costs ninety euros. It is in stock.", "voice")
    assert answer.heard is None
    assert start["message_id"] == str(answer.pk)
    assert end == {"type": "turn.end", "gen": start["gen"], "reason": "done"}
    text = "".join(frame["delta"] for frame in client.frames if frame["type"] == "text.delta")
    assert text == answer.content
    assert client.packets[-1].flags


async def test_the_same_end_twice_is_one_turn(client, upstream):
    upstream.then(Script(text="Yes."))
    await client.open()

    await client.speak()
    await client.say({"type": "speech.end", "utt": 1})
    await client.hear_until("turn.end")
    await client.ask({"type": "ping"})

    assert await Message.objects.acount() == 2
    assert len(upstream.requests) == 1


async def test_the_model_is_told_only_what_was_heard(client, ears, upstream):
    ears.answers.extend(["Tell me all.", "And the price?"])
    upstream.then(Script(text=LONG, rate_per_s=100), Script(text="Ninety euros."))
    client.acks = False
    await client.open()
    await client.speak()
    await client.hear_sound(15)  # 600 ms of them, the lead

    await client.say({"type": "interrupt", "gen": 1, "played_ms": 500, "reason": "speech"})
    cleared = await client.hear_until("cleared")
    client.acks = True
    await client.speak(2)
    await client.hear_until("turn.end", gen=2)

    first, second = [message async for message in Message.objects.filter(role="assistant").order_by("seq")]
    assert cleared["heard_text"] == first.heard == "This is"
    assert second.heard is None
    asked = upstream.requests[1].body["messages"]
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    assert asked[2]["content"] == "This is"
    assert asked[3]["content"].endswith("\n\nAnd the price?")
    assert "interrupted" in asked[3]["content"]


async def test_an_interrupted_reply_stops(client, upstream):
    upstream.then(Script(text=LONG, rate_per_s=20))
    await client.open()
    await client.speak()
    await client.hear_sound(3)

    await client.say({"type": "interrupt", "gen": 1, "played_ms": 100})
    await client.hear_until("turn.end")
    await until(_all_ended)

    reply = await Reply.objects.select_related("message").aget()
    assert reply.state == Reply.State.STOPPED
    assert len(reply.message.content) < len(LONG)


@pytest.mark.parametrize("rate_per_s", [20, 2000], ids=["half written", "written"])
async def test_others_who_show_the_conversation_see_what_was_heard(client, upstream, rate_per_s):
    upstream.then(Script(text=LONG, rate_per_s=rate_per_s))
    opened = await client.open()
    onlooker = JsonClient()
    await onlooker.open(token=opened["token"])
    client.acks = False
    await client.speak()
    await client.hear_sound(15)
    if rate_per_s == 2000:
        assert (await onlooker.final())["heard_content"] is None

    await client.say({"type": "interrupt", "gen": 1, "played_ms": 500})
    while (message := await onlooker.final())["heard_content"] is None:
        pass  # the end may come first

    assert message["heard_content"] == "This is"
    assert message["status"] == ("stopped" if rate_per_s == 20 else "complete")
    await onlooker.leave()


async def test_no_sound_of_an_old_answer_comes_after_it_was_cleared(client, upstream):
    upstream.then(Script(text=LONG, rate_per_s=200), Script(text=LONG, rate_per_s=200))
    await client.open()
    await client.speak()
    await client.hear_sound(20)
    await client.say({"type": "interrupt", "gen": 1, "played_ms": 500})
    await client.speak(2)
    await client.hear_until("turn.start", gen=2)
    await client.hear_sound(60)

    cleared_at = client.order.index(("cleared", 1))

    assert ("sound", 1) in client.order[:cleared_at]
    assert ("sound", 1) not in client.order[cleared_at:]
    assert ("sound", 2) in client.order[cleared_at:]


async def test_a_lost_socket_leaves_the_reply_and_what_was_heard(app, agent, upstream):
    upstream.then(Script(text=LONG, rate_per_s=400))
    client = VoiceClient(app)
    client.acks = False
    token = (await client.open())["token"]
    await client.speak()
    await client.hear_sound(15)
    await client.say({"type": "playback", "gen": 1, "played_ms": 500, "queued_ms": 180})
    await client.hear_sound(16)  # it was taken: more comes

    await client.leave()
    await until(_all_ended)

    answer = await Message.objects.aget(role="assistant")
    assert answer.content == LONG
    assert answer.heard == "This is"
    back = VoiceClient(app)
    ready = await back.open(token=token)
    assert [message["role"] for message in ready["messages"]] == ["user", "assistant"]
    assert back.packets == []
    await back.leave()


async def test_sound_without_words_stores_nothing(client, ears, upstream):
    ears.answers.append(NOTHING)
    await client.open()

    await client.speak()
    rejected = await client.hear()

    assert rejected == {"type": "transcript.rejected", "utt": 1, "reason": "silence"}
    assert await Message.objects.acount() == 0


async def test_without_transcription_nothing_is_stored_and_typing_still_works(client, ears, upstream):
    ears.answers.append(UNAVAILABLE)
    upstream.then(Script(text="Yes."))
    await client.open()

    await client.speak()
    error = await client.hear()
    await client.say({"type": "text", "text": "Is it in stock?", "client_id": "c1"})
    await client.hear_until("turn.end")

    assert (error["code"], error["retryable"]) == ("stt_unavailable", True)
    assert (await Message.objects.aget(role="user")).message_type == "text"


async def test_without_speech_the_answer_is_read(client, narrator, upstream):
    narrator.fails_at = 0
    upstream.then(Script(text="Yes. It is."))
    await client.open()

    await client.speak()
    end = await client.hear_until("turn.end")

    assert end["reason"] == "text_only"
    assert [frame["type"] for frame in client.frames].count("audio.unavailable") == 1
    assert client.packets == []


async def test_a_new_conversation_is_greeted_once(app, agent, ears, narrator, upstream):
    upstream.then(Script(text="Yes."))
    greeting = application(ears, narrator, greeting="Good day.")
    client = VoiceClient(greeting)
    token = (await client.open(greet=True))["token"]
    await client.hear_until("turn.end", reason="done")
    await client.speak()
    await client.hear_until("turn.end", gen=2)
    await client.leave()

    back = VoiceClient(greeting)
    await back.open(token=token, greet=True)

    assert await back.ask({"type": "ping"}) == {"type": "pong"}
    await back.leave()


async def _all_ended() -> bool:
    return not await Reply.objects.running().aexists()
