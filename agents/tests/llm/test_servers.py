"""The servers people use, as their documents and issues show them: all say the same answer, and none its thoughts.

One row for each way to say it. `events` is the body as it comes: objects are events, texts are lines.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.tests.llm.asking import a_model, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

ANSWER = "A lamp costs 40 €."
PIECES = ("A lamp ", "costs ", "40 €.")
DONE = "data: [DONE]\n\n"


def chunk(finish_reason: str | None = None, choice: dict[str, Any] | None = None, **delta: Any) -> dict[str, Any]:
    choices = [{"index": 0, "delta": delta, "finish_reason": finish_reason, **(choice or {})}]
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}


def said(*pieces: str, **more: Any) -> list[dict[str, Any]]:
    return [chunk(content=piece, **more) for piece in pieces]


def counted(**more: Any) -> dict[str, Any]:
    return {**chunk(), "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14, **more}}


def whole(finish_reason: str = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", **message}}
    return {"id": "x", "object": "chat.completion", "choices": [choice]}


AZURE_FIRST = {"choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}], "model": ""}
THINK_PART = {"type": "thinking", "thinking": [{"type": "text", "text": "SECRET"}]}
DETAIL = [{"type": "reasoning.text", "text": "SECRET", "format": "unknown", "index": 0}]

STOP = (chunk("stop"), DONE)
COUNTED_STOP = (chunk("stop"), counted(), DONE)

STREAMS: dict[str, list[Any]] = {
    "OpenAI": [chunk(role="assistant", content="", refusal=None), *said(*PIECES), *COUNTED_STOP],
    "OpenAI that refuses": [chunk(refusal=piece, content=None) for piece in PIECES] + [*STOP],
    "Azure": [
        AZURE_FIRST,
        chunk(role="assistant", content="", choice={"content_filter_results": {}}),
        *said(*PIECES, choice={"content_filter_results": {"hate": {"filtered": False}}}),
        chunk("stop", choice={"content_filter_results": {}}),
        {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {}, "content_filter_results": {}}]},
        DONE,
    ],
    "Ollama with Qwen 3": [chunk(role="assistant", content="", reasoning="SECRET"), *said(*PIECES), *STOP],
    "Ollama before it knew thinking": [*said("<think>", "\nSECRET\n", "</think>", "\n\n", *PIECES), *STOP],
    "vLLM": [chunk(reasoning="SECRET"), chunk(reasoning_content="SECRET"), *said(*PIECES), *COUNTED_STOP],
    "vLLM that closes the thought in one chunk": [
        chunk(reasoning_content="SECRET"), chunk(reasoning_content="SECRET", content=PIECES[0]), *said(*PIECES[1:]),
        chunk("stop", choice={"stop_reason": None}), DONE,
    ],
    "vLLM without a parser": [*said("Okay, so the user ", "SECRET\n", "</think>", "\n\n", *PIECES), *STOP],
    "llama.cpp": [
        chunk(role="assistant", content=None), chunk(reasoning_content="SECRET"), *said(*PIECES),
        {**chunk("stop"), "timings": {"predicted_ms": 1.0}}, counted(), DONE,
    ],
    "llama.cpp with gpt-oss and no template": [
        *said("<|channel|>", "analysis", "<|message|>", "SECRET", "<|end|>", "<|start|>", "assistant", "<|channel|>"),
        *said("final", "<|message|>", *PIECES, "<|return|>"), *STOP,
    ],
    "LM Studio": [chunk(role="assistant", reasoning="SECRET"), *said(*PIECES), *STOP],
    "LM Studio with a model's own end": [*said(*PIECES, "<|im_end|>"), *STOP],
    "Mistral with Magistral": [
        chunk(role="assistant", content=""), chunk(content=[THINK_PART]), chunk(content=[THINK_PART]),
        chunk(content=[{"type": "text", "text": PIECES[0]}]), *said(*PIECES[1:]), chunk("stop", content=""), DONE,
    ],
    "Magistral elsewhere": [*said("[THINK]", "SECRET", "[/THINK]", *PIECES), *STOP],
    "Groq": [
        {**chunk(role="assistant", content=""), "x_groq": {"id": "req"}}, chunk(reasoning="SECRET", channel="analysis"),
        *said(*PIECES), {**chunk("stop"), "x_groq": {"usage": {"prompt_tokens": 9, "completion_tokens": 5}}}, DONE,
    ],
    "OpenRouter": [
        ": OPENROUTER PROCESSING\n\n",
        chunk(role="assistant", content="", reasoning="SECRET", reasoning_details=DETAIL),
        *said(*PIECES, role="assistant"),
        chunk("stop", choice={"native_finish_reason": "STOP"}, content=""), counted(), DONE,
    ],
    "Gemini": [*said(*PIECES[:2], role="assistant"), chunk("stop", content=PIECES[2], role="assistant"), DONE],
    "Gemini with its thoughts": [
        chunk(content="<thought>SECRET", extra_content={"google": {"thought": True}}), *said("</thought>", *PIECES),
        *STOP,
    ],
    "DeepSeek": [
        chunk(role="assistant", content=None, reasoning_content=""), ": keep-alive\n\n",
        chunk(content=None, reasoning_content="SECRET"),
        *(chunk(content=each, reasoning_content=None) for each in PIECES),
        {**chunk("stop", content=""), "usage": {"prompt_tokens": 9, "completion_tokens": 5}}, DONE,
    ],
    "MiniMax": [*said("<mm:think>", "SECRET", "</mm:think>", *PIECES), *STOP],
    "a gateway that answers whole": [json.dumps(whole(content=ANSWER, reasoning_content="SECRET"), indent=1)],
    "a gateway that answers whole in one event": [whole(content=ANSWER), DONE],
    "a gateway that tells of a ping": ["event: ping\ndata: {\"type\": \"ping\"}\n\n", *said(*PIECES), *STOP],
}  # fmt: skip


@pytest.mark.parametrize("events", STREAMS.values(), ids=STREAMS)
async def test_every_server_gives_the_answer_and_no_thought(fake: FakeOpenAI, events: list[Any]) -> None:
    fake.then(Script(events=tuple(events)))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text.strip() == ANSWER
    assert "SECRET" not in heard.all_text
    assert heard.cut is None


CUT: dict[str, tuple[list[Any], str]] = {
    "OpenAI's limit": ([*said(*PIECES), chunk("length"), DONE], "length"),
    "Azure's filter": ([*said(*PIECES), chunk("content_filter"), DONE], "filtered"),
    "Gemini's filter": ([*said(*PIECES), chunk("SAFETY"), DONE], "filtered"),
    "Mistral's window": ([*said(*PIECES), chunk("model_length"), DONE], "length"),
    "DeepSeek's load": ([*said(*PIECES), chunk("insufficient_system_resource"), DONE], "ended"),
    "a call of a tool": ([*said(*PIECES), chunk(tool_calls=[{"index": 0}]), chunk("tool_calls"), DONE], "ended"),
    "no reason at all": ([*said(*PIECES), DONE], "ended"),
    "a broken event": ([*said(*PIECES), 'data: {"choices": [{"delta": {"cont\n\n', *STOP], "hole"),
    "content of no known kind": ([*said(*PIECES), chunk(content=7), *STOP], "hole"),
    "a whole answer": ([json.dumps(whole("length", content=ANSWER))], "length"),
}


@pytest.mark.parametrize(("events", "cut"), CUT.values(), ids=CUT)
async def test_every_server_says_when_it_cuts_an_answer(fake: FakeOpenAI, events: list[Any], cut: str) -> None:
    fake.then(Script(events=tuple(events)))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text == ANSWER
    assert heard.cut == cut


FAILURES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "OpenAI's quota": ({"status": 429, "error": {"code": "insufficient_quota", "message": "m"}}, "rate_limited", False),
    "OpenAI's rate with status 200": ({"body": {"error": {"code": "rate_limit_exceeded"}}}, "rate_limited", True),
    "OpenRouter's rate in the body": ({"body": {"error": {"code": 429, "message": "m"}}}, "rate_limited", True),
    "OpenRouter's rate in the stream": ({"events": ({"error": {"code": 429, "message": "m"}},)}, "rate_limited", True),
    "OpenRouter without credit": ({"status": 402, "error": {"code": 402, "message": "m"}}, "rate_limited", False),
    "Gemini's rate, in a list": ({"body": [{"error": {"code": 429}}]}, "rate_limited", True),
    "Gemini's rate, with its status": (
        {"status": 429, "body": [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}]}, "rate_limited", True
    ),
    "Mistral's rate": (
        {"status": 429, "body": {"object": "error", "type": "rate_limited", "code": "1300"}}, "rate_limited", True
    ),
    "DeepSeek without credit": ({"status": 402, "error": {"message": "Insufficient Balance"}}, "rate_limited", False),
    "Ollama without the model": ({"status": 404, "error": {"message": "model not found"}}, "not_configured", False),
    "vLLM while it loads": ({"status": 503, "body": {"detail": "loading"}}, "provider_error", True),
    "Azure's filter of the question": ({"status": 400, "error": {"code": "content_filter"}}, "provider_error", False),
    "a timeout in the body": ({"body": {"error": {"type": "timeout_error"}}}, "timed_out", True),
}  # fmt: skip


@pytest.mark.parametrize(("script", "cause", "is_retryable"), FAILURES.values(), ids=FAILURES)
async def test_every_server_says_why_it_does_not_answer(
    fake: FakeOpenAI, script: dict[str, Any], cause: str, is_retryable: bool
) -> None:
    fake.then(Script(**script))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == (cause, is_retryable)
    assert len(fake.requests) == 1
