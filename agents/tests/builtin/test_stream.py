"""The built-in answerer streams like any model: who answers, what it cites, then the text word by word."""

from __future__ import annotations

import pytest

from agents.llm import embeddings
from agents.llm.builtin import Builtin
from agents.llm.request import ChatRequest, Cited, Judged, ModelError, Passage, Started, Text, Turn

PASSAGES = (Passage("1", "bikes.md", "Bikes › Harbour", "The Harbour weighs 14 kg.\n\n- steel frame\n- basket"),)


def request(question: str) -> ChatRequest:
    return ChatRequest("Ada", "", (Turn("user", question),), PASSAGES)


class Pace:
    """Counts the waits instead of waiting."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_events_come_in_order_and_make_up_the_whole_text() -> None:
    pace = Pace()

    events = [
        event
        async for event in Builtin(pace=pace).stream(request("is there a basket and a steel frame on the Harbour"))
    ]

    assert isinstance(events[0], Started)
    assert events[0].provider == "builtin"
    assert events[1:3] == [Judged("answered"), Cited((0,))]
    pieces = [event.text for event in events[3:] if isinstance(event, Text)]
    assert len(pieces) == len(events) - 3
    assert "".join(pieces) == "**Bikes › Harbour**\n\nThe Harbour weighs 14 kg.\n\n- steel frame\n- basket"


async def test_the_first_word_does_not_wait() -> None:
    pace = Pace()

    events = [event async for event in Builtin(words_per_s=50, pace=pace).stream(request("hello"))]

    words = [event for event in events if isinstance(event, Text)]
    assert len(pace.waits) == len(words) - 1
    assert set(pace.waits) == {0.02}


async def test_what_the_pages_do_not_answer_is_said_and_judged() -> None:
    events = [event async for event in Builtin(pace=Pace()).stream(request("do you sell helicopters to airports?"))]

    assert Judged("refused") in events
    assert "I do not know" in "".join(event.text for event in events if isinstance(event, Text))


async def test_strict_raises_instead_of_refusing() -> None:
    with pytest.raises(ModelError) as caught:
        [event async for event in Builtin(strict=True).stream(request("do you sell helicopters to airports?"))]

    assert caught.value.cause == "provider_error"


async def test_strict_still_answers_what_it_knows() -> None:
    events = [event async for event in Builtin(strict=True, pace=Pace()).stream(request("what does the Harbour weigh"))]

    assert any(isinstance(event, Cited) for event in events)


async def test_works_without_the_embedding_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "available", lambda: False)

    events = [event async for event in Builtin(pace=Pace()).stream(request("how much does the Harbour weigh"))]

    assert events[0] == Started("builtin", "word-quotes")
    assert "14 kg" in "".join(event.text for event in events if isinstance(event, Text))
