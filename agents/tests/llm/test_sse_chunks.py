"""The parser says what the SDK's own chunk objects say, wherever the bytes are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx2
import openai
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.llm.sse_chunks import ChunkParser, Piece, StreamChunk

# NUL is the one character that the parser takes out (PostgreSQL stores none); its own test is in the other file.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
counts = st.fixed_dictionaries({"prompt_tokens": st.integers(0, 9999), "completion_tokens": st.integers(0, 9999)})
deltas = st.one_of(
    st.fixed_dictionaries({"content": st.one_of(texts, st.none())}, optional={"role": st.just("assistant")}),
    st.fixed_dictionaries({"refusal": texts, "content": st.none()}),
    st.just({}),
)
choices = st.fixed_dictionaries({"delta": deltas, "finish_reason": st.sampled_from([None, "stop", "length"])})
chunks = st.fixed_dictionaries(
    {"choices": st.lists(choices, max_size=1)},
    optional={
        "id": texts,
        "usage": st.one_of(st.none(), counts.map(lambda usage: {**usage, "total_tokens": 0})),
        "x_unknown": st.dictionaries(texts, texts, max_size=2),
    },
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A well-formed stream in any of the shapes that servers give it."""
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    colon = draw(st.sampled_from(["data: ", "data:"]))
    lines: list[str] = []
    for chunk in draw(st.lists(chunks, max_size=5)):
        lines += draw(st.sampled_from([[], [": keep-alive"], ["event: message"], ["id: 7"], ["retry: 10"]]))
        indent, ascii_only = draw(st.sampled_from([None, 1])), draw(st.booleans())
        lines += [colon + line for line in json.dumps(chunk, indent=indent, ensure_ascii=ascii_only).split("\n")]
        lines.append("")
    if draw(st.booleans()):
        lines += [f"{colon}[DONE]", ""]
    return "".join(line + end for line in lines).encode()


def cut(body: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(body) + 1) for place in places), len(body)]
    return [body[start:stop] for start, stop in pairwise(edges)]


def parsed(parts: list[bytes]) -> list[Piece]:
    parser = ChunkParser()
    return [piece for part in parts for piece in parser.feed(part)] + parser.finish()


class _Parts(httpx2.SyncByteStream):
    def __init__(self, parts: list[bytes]):
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts


class _Sdk:
    """The official client, reading bytes that never were on a wire."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        transport = httpx2.MockTransport(lambda _: httpx2.Response(200, stream=_Parts(self._parts)))
        self._client = openai.OpenAI(api_key="any", http_client=httpx2.Client(transport=transport), max_retries=0)

    def read(self, parts: list[bytes]) -> list[StreamChunk]:
        self._parts = parts
        messages: Any = [{"role": "user", "content": "?"}]
        stream = self._client.chat.completions.create(model="any", messages=messages, stream=True)
        return [self._chunk(chunk) for chunk in stream]

    @staticmethod
    def _chunk(chunk: Any) -> StreamChunk:
        usage = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens) if chunk.usage else None
        if not chunk.choices:
            return StreamChunk(usage=usage)
        delta = chunk.choices[0].delta
        return StreamChunk(
            delta.content or getattr(delta, "refusal", None) or "", chunk.choices[0].finish_reason, usage
        )


SDK = _Sdk()


@settings(max_examples=60, deadline=None)
@given(body=bodies(), places=st.lists(st.integers(0, 10_000), max_size=12))
def test_it_says_what_the_sdk_says(body: bytes, places: list[int]) -> None:
    parts = cut(body, places)

    ours = parsed(parts)

    assert [piece for piece in ours if isinstance(piece, StreamChunk)] == SDK.read(parts)


@settings(max_examples=60, deadline=None)
@given(body=bodies(), places=st.lists(st.integers(0, 10_000), max_size=30))
def test_cuts_change_nothing(body: bytes, places: list[int]) -> None:
    whole = parsed([body])

    assert parsed(cut(body, places)) == whole
    assert parsed([bytes([byte]) for byte in body]) == whole


noise = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"data:", b"data: {", b"}", b"\r", b"\n", b"\n\n", b"[DONE]", b"data: [DONE]", b'{"error":1}', b":"]
    ),
)


@settings(max_examples=120, deadline=None)
@given(body=st.lists(noise, max_size=20).map(b"".join), places=st.lists(st.integers(0, 10_000), max_size=10))
def test_no_bytes_break_it_and_cuts_of_noise_change_nothing(body: bytes, places: list[int]) -> None:
    whole = parsed([body])

    assert parsed(cut(body, places)) == whole
