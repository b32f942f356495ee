"""What the parser makes of servers that are sloppy, broken or hostile."""

from __future__ import annotations

import json

import pytest

from agents.llm.sse_chunks import MAX_EVENT_BYTES, ChunkParser, Piece, StreamChunk, StreamError, StreamSign


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode()


def parsed(*parts: bytes) -> list[Piece]:
    parser = ChunkParser()
    return [piece for part in parts for piece in parser.feed(part)] + parser.finish()


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_lines_may_end_in_any_way(end: bytes) -> None:
    assert parsed(event("a") + end + event("b") + end) == [StreamChunk("a"), StreamChunk("b")]


def test_events_need_no_empty_line_between_them() -> None:
    parser = ChunkParser()

    before_the_end = parser.feed(event("a") + b"\n" + event("b") + b"\n")

    assert before_the_end == [StreamChunk("a")]
    assert parser.feed(b"data: [DONE]\n\n") == [StreamChunk("b"), StreamSign.DONE]


def test_the_last_event_needs_no_empty_line() -> None:
    assert parsed(event("a") + b"\n\n" + event("b")) == [StreamChunk("a"), StreamChunk("b")]


def test_a_last_event_that_was_cut_is_not_there() -> None:
    assert parsed(event("a") + b"\n\n" + event("b")[:-4]) == [StreamChunk("a")]


def test_keep_alives_say_nothing() -> None:
    assert parsed(b": ping\n\ndata:\n\ndata: \n\n\n\n" + event("a") + b"\n\n") == [StreamChunk("a")]


def test_nothing_follows_done() -> None:
    assert parsed(b"data: [DONE]\n\n" + event("late") + b"\n\n") == [StreamSign.DONE]


@pytest.mark.parametrize("data", [b"{", b"[1]", b"7", b'"text"', b"\xff\xfe", b"[" * 5000, b"NaN"])
def test_what_is_no_object_is_malformed(data: bytes) -> None:
    assert parsed(b"data: " + data + b"\n\n" + event("a") + b"\n\n") == [StreamSign.MALFORMED, StreamChunk("a")]


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"choices": None},
        {"choices": []},
        {"choices": {}},
        {"choices": [None]},
        {"choices": [{}]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": None}}]},
        {"choices": [{"delta": {"content": []}, "finish_reason": 7}]},
        {"choices": [], "usage": "many"},
        {"choices": [], "usage": {"prompt_tokens": "7"}},
    ],
)
def test_a_chunk_without_what_is_looked_for_is_an_empty_chunk(chunk: object) -> None:
    assert parsed(b"data: " + json.dumps(chunk).encode() + b"\n\n") == [StreamChunk()]


def test_usage_comes_with_empty_choices() -> None:
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}\n\n'

    assert parsed(usage) == [StreamChunk(usage=(5, 2))]


def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a\xffb"}}]}\n\n') == [StreamChunk("a�b")]


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a\\ud83d"}}]}\n\n') == [StreamChunk("a�")]


def test_nul_is_taken_out() -> None:
    assert parsed(event("a\0b") + b"\n\n") == [StreamChunk("ab")]


def test_nan_among_the_log_probabilities_does_not_matter() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a"}, "logprobs": NaN}]}\n\n') == [StreamChunk("a")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"error": {"message": "m", "code": "rate_limit_exceeded"}}', "rate_limit_exceeded"),
        (b'{"error": {"message": "m", "type": "server_error", "code": null}}', "server_error"),
        (b'{"error": {"message": "m", "code": 429}}', "429"),
        (b'{"error": "a text that may quote the visitor"}', ""),
        (b'{"object": "error", "message": "m", "type": "BadRequestError", "code": 400}', "400"),
    ],
)
def test_an_error_object_gives_its_code_and_never_its_message(data: bytes, code: str) -> None:
    assert parsed(b"data: " + data + b"\n\n") == [StreamError(code)]


@pytest.mark.parametrize("pieces", [1, 40])
def test_an_over_long_line_is_malformed_and_what_follows_is_read(pieces: int) -> None:
    line = event("x" * (MAX_EVENT_BYTES + 100))
    size = len(line) // pieces + 1
    parts = [line[start : start + size] for start in range(0, len(line), size)]

    assert parsed(*parts, b"\n\n" + event("a") + b"\n\n") == [StreamSign.MALFORMED, StreamChunk("a")]


@pytest.mark.parametrize("over", [-3, -2, -1, 0, 1, 2])
def test_the_size_limit_is_the_same_for_every_cut(over: int) -> None:
    line = event("x" * (MAX_EVENT_BYTES + over - len(event("")) + len(b"data: "))) + b"\n\n"

    assert parsed(line) == parsed(line[:-2], line[-2:]) == parsed(line[:1000], line[1000:-1], line[-1:])


def test_an_over_long_line_does_not_stay_in_memory() -> None:
    parser = ChunkParser()

    for _ in range(64):
        parser.feed(b"x" * 65536)

    assert len(parser._partial) == 0


def test_an_event_of_endless_lines_is_malformed() -> None:
    lines = (b"data: " + b"x" * 1000 + b"\n") * 2000

    assert parsed(lines + b"\n" + event("a") + b"\n\n") == [StreamSign.MALFORMED, StreamChunk("a")]


def a_delta(**fields: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": fields}]}).encode() + b"\n\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], StreamChunk("ab")),
        ([{"type": "output_text", "text": "a"}], StreamChunk("a")),
        ([{"type": "text", "text": {"value": "a"}}], StreamChunk("a")),
        (["a", "b"], StreamChunk("ab")),
        ({"type": "text", "text": "a"}, StreamChunk("a")),
        ([{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}], StreamChunk(thinks=True)),
        ([{"type": "reference", "reference_ids": [1]}, {"type": "text", "text": "a"}], StreamChunk("a", thinks=True)),
        (7, StreamSign.MALFORMED),
        ([7], StreamSign.MALFORMED),
    ],
)
def test_content_may_be_a_list_of_parts(content: object, expected: Piece) -> None:
    assert parsed(a_delta(content=content)) == [expected]


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "hm"},
        {"reasoning": "hm", "content": ""},
        {"reasoning_details": [{"type": "reasoning.text", "text": "hm"}], "content": None},
        {"thinking": "hm"},
        {"thinking_blocks": [{"type": "thinking", "thinking": "hm"}]},
        {"tool_calls": [{"index": 0, "function": {"name": "find", "arguments": ""}}]},
    ],
)
def test_thinking_that_is_kept_apart_is_a_sign_of_life_and_no_text(fields: dict[str, object]) -> None:
    assert parsed(a_delta(**fields)) == [StreamChunk(thinks=True)]


def test_thinking_and_answer_may_come_in_one_chunk() -> None:
    assert parsed(a_delta(reasoning="hm", content="a")) == [StreamChunk("a", thinks=True)]


@pytest.mark.parametrize("space", [b"", b"\n\n", b"  ", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("indent", [None, 2])
def test_one_object_instead_of_a_stream_is_the_whole_answer(space: bytes, indent: int | None) -> None:
    message = {"role": "assistant", "content": "Four euros.", "reasoning_content": "hm"}
    whole = {
        "choices": [{"index": 0, "message": message, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
    }

    assert parsed(space + json.dumps(whole, indent=indent).encode()) == [
        StreamChunk("Four euros.", "length", (5, 2), True)
    ]


def test_one_object_without_a_reason_of_its_end_has_come_whole() -> None:
    assert parsed(b'{"choices": [{"message": {"content": "a"}}]}') == [StreamChunk("a", "stop")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": {"message": "slow down", "code": 429, "status": "RESOURCE_EXHAUSTED"}}, "RESOURCE_EXHAUSTED"),
        ([{"error": {"code": 429, "message": "slow down"}}], "429"),
        ({"error": {"message": "m", "type": "tokens", "code": "rate_limit_exceeded"}}, "rate_limit_exceeded"),
        ({"object": "error", "message": "m", "type": "rate_limited", "code": "1300"}, "rate_limited"),
        ({"error": {"code": 400, "type": "exceed_context_size_error", "n_ctx": 256}}, "exceed_context_size_error"),
        ({"detail": "Not Found"}, ""),
        ({"error": "model is loading"}, ""),
        ({"message": "no more", "status_code": 402}, "402"),
    ],
)
def test_an_error_that_comes_instead_of_a_stream_gives_its_code(body: object, code: str) -> None:
    assert parsed(json.dumps(body).encode()) == [StreamError(code)]


def test_an_error_of_one_choice_is_an_error() -> None:
    choice = {"delta": {"content": ""}, "finish_reason": "error", "error": {"code": 502, "message": "upstream"}}

    assert parsed(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n") == [StreamError("502")]
