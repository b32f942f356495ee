"""The built-in answerer streams like any model: who answers, how sure it is, what it cites, then the text."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltinModel
from agents.llm.request import ChatRequest, Cited, Judged, ModelError, Passage, PastMessage, Started, Text
from language import embeddings

PASSAGES = (Passage("1", "bikes.md", "Bikes › Harbour", "The Harbour weighs 14 kg.\n\n- steel frame\n- basket"),)


def request(question: str) -> ChatRequest:
    return ChatRequest("Ada", "", (PastMessage("user", question),), PASSAGES)


async def test_events_come_in_order_and_the_text_comes_at_once() -> None:
    question = "is there a basket and a steel frame on the Harbour"

    events = [event async for event in BuiltinModel().stream(request(question))]

    assert isinstance(events[0], Started)
    assert events[0].provider == "builtin"
    assert events[1:] == [
        Judged("answered"),
        Cited((0,)),
        Text("The Harbour weighs 14 kg.\n\n- steel frame\n- basket"),
    ]


async def test_what_the_pages_do_not_answer_is_said_and_judged() -> None:
    events = [event async for event in BuiltinModel().stream(request("do you sell helicopters to airports?"))]

    assert Judged("refused") in events
    assert "I do not know" in "".join(event.text for event in events if isinstance(event, Text))


async def test_strict_raises_instead_of_refusing() -> None:
    with pytest.raises(ModelError) as caught:
        [event async for event in BuiltinModel(strict=True).stream(request("do you sell helicopters to airports?"))]

    assert caught.value.cause == "provider_error"


async def test_strict_still_answers_what_it_knows() -> None:
    events = [event async for event in BuiltinModel(strict=True).stream(request("what does the Harbour weigh"))]

    assert any(isinstance(event, Cited) for event in events)


async def test_works_without_the_embedding_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "available", lambda: False)

    events = [event async for event in BuiltinModel().stream(request("how much does the Harbour weigh"))]

    assert events[0] == Started("builtin", "word-quotes")
    assert "14 kg" in "".join(event.text for event in events if isinstance(event, Text))
