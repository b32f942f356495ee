"""What the parser makes of servers that are sloppy, broken or hostile."""

from __future__ import annotations

import json

import pytest

from agents.llm.sse_chunks import MAX_EVENT_BYTES, Chunk, ChunkParser, Piece, Sign, StreamError


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode()


def parsed(*parts: bytes) -> list[Piece]:
    parser = ChunkParser()
    return [piece for part in parts for piece in parser.feed(part)] + parser.finish()


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_lines_may_end_in_any_way(end: bytes) -> None:
    assert parsed(event("a") + end + event("b") + end) == [Chunk("a"), Chunk("b")]


def test_events_need_no_empty_line_between_them() -> None:
    parser = ChunkParser()

    before_the_end = parser.feed(event("a") + b"\n" + event("b") + b"\n")

    assert before_the_end == [Chunk("a")]
    assert parser.feed(b"data: [DONE]\n\n") == [Chunk("b"), Sign.DONE]


def test_the_last_event_needs_no_empty_line() -> None:
    assert parsed(event("a") + b"\n\n" + event("b")) == [Chunk("a"), Chunk("b")]


def test_a_last_event_that_was_cut_is_not_there() -> None:
    assert parsed(event("a") + b"\n\n" + event("b")[:-4]) == [Chunk("a")]


def test_keep_alives_say_nothing() -> None:
    assert parsed(b": ping\n\ndata:\n\ndata: \n\n\n\n" + event("a") + b"\n\n") == [Chunk("a")]


def test_nothing_follows_done() -> None:
    assert parsed(b"data: [DONE]\n\n" + event("late") + b"\n\n") == [Sign.DONE]


@pytest.mark.parametrize("data", [b"{", b"[1]", b"7", b'"text"', b"\xff\xfe", b"[" * 5000, b"NaN"])
def test_what_is_no_object_is_malformed(data: bytes) -> None:
    assert parsed(b"data: " + data + b"\n\n" + event("a") + b"\n\n") == [Sign.MALFORMED, Chunk("a")]


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
        {"choices": [{"delta": {"content": ["part"]}, "finish_reason": 7}]},
        {"choices": [], "usage": "many"},
        {"choices": [], "usage": {"prompt_tokens": "7"}},
    ],
)
def test_a_chunk_without_what_is_looked_for_is_an_empty_chunk(chunk: object) -> None:
    assert parsed(b"data: " + json.dumps(chunk).encode() + b"\n\n") == [Chunk()]


def test_usage_comes_with_empty_choices() -> None:
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}\n\n'

    assert parsed(usage) == [Chunk(usage=(5, 2))]


def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a\xffb"}}]}\n\n') == [Chunk("a�b")]


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a\\ud83d"}}]}\n\n') == [Chunk("a�")]


def test_nul_is_taken_out() -> None:
    assert parsed(event("a\0b") + b"\n\n") == [Chunk("ab")]


def test_nan_among_the_log_probabilities_does_not_matter() -> None:
    assert parsed(b'data: {"choices": [{"delta": {"content": "a"}, "logprobs": NaN}]}\n\n') == [Chunk("a")]


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

    assert parsed(*parts, b"\n\n" + event("a") + b"\n\n") == [Sign.MALFORMED, Chunk("a")]


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

    assert parsed(lines + b"\n" + event("a") + b"\n\n") == [Sign.MALFORMED, Chunk("a")]
