"""Bytes of a chat completion in, streamed or whole, what they say out. No network in here.
Own code, because building the SDK's object costs 62 us a chunk, and this a few; that both say the same is tested."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import Any, NamedTuple

import orjson

# A token is about 200 bytes; a server that repeats the whole prompt in a chunk stays below. More is not a chat chunk.
MAX_EVENT_BYTES = 1024 * 1024
MAX_LINE_BYTES = MAX_EVENT_BYTES + len(b"data: ")


class StreamChunk(NamedTuple):
    """One chunk: a piece of the answer (may be empty), why it ended, the tokens (input, output) if it tells them.

    `thinks`: it holds thinking, or the call of a tool, that the server has kept apart from the answer.
    """

    text: str = ""
    finish_reason: str | None = None
    usage: tuple[int, int] | None = None
    thinks: bool = False


class StreamError(NamedTuple):
    """The server gave up in the middle: `code` is its machine-readable word for why, empty when it has none."""

    code: str = ""


class StreamSign(Enum):
    """What is no chunk: the server says that nothing follows; an event of broken JSON or over MAX_EVENT_BYTES."""

    DONE = "done"
    MALFORMED = "malformed"


Piece = StreamChunk | StreamError | StreamSign


class ChunkParser:
    """Takes the body as it arrives, cut anywhere, and gives the same pieces whatever the cuts.

    Lines end in LF, CRLF or CR; an event ends at an empty line. Lenient where servers are sloppy: events that no empty
    line separates, a last event without one, empty `data:` lines as keep-alive, text that is not UTF-8, and a body
    that is no stream but one JSON object, as some give it whatever was asked for.
    """

    def __init__(self) -> None:
        self._partial = bytearray()  # the line whose end has not come
        self._partial_is_over_long = False  # and is thrown away as it comes
        self._after_cr = False  # a LF that comes next belongs to the CR before it
        self._data: list[bytes] = []  # the event whose empty line has not come
        self._data_bytes = 0
        self._is_done = False
        self._is_whole: bool | None = (
            None  # one JSON object instead of events; told by the first line that is not empty
        )

    def feed(self, data: bytes) -> list[Piece]:
        pieces: list[Piece] = []
        for line in self._lines(data):
            self._take(line, pieces)
        return pieces

    def finish(self) -> list[Piece]:
        """What the end of the body completes. A last event that was cut is not malformed: it is just not there."""
        pieces: list[Piece] = []
        if not self._partial_is_over_long:
            self._take(bytes(self._partial), pieces)
        self._partial.clear()
        if self._is_whole:
            self._dispatch(pieces)
        self._take(b"", pieces)
        return [piece for piece in pieces if piece is not StreamSign.MALFORMED]

    def _lines(self, data: bytes) -> list[bytes | None]:
        """The lines that `data` ends, nothing in place of an over-long one."""
        if self._after_cr and data:
            self._after_cr = False
            data = data.removeprefix(b"\n")
        if b"\r" in data:
            self._after_cr = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ended, rest = data.split(b"\n")
        lines = [self._line(end) for end in ended]
        self._partial += rest
        if len(self._partial) > MAX_LINE_BYTES:
            self._partial_is_over_long = True
        if self._partial_is_over_long:
            self._partial.clear()
        return lines

    def _line(self, end: bytes) -> bytes | None:
        if self._partial_is_over_long:
            self._partial_is_over_long = False
            return None
        if self._partial:
            end = bytes(self._partial) + end
            self._partial.clear()
        return end if len(end) <= MAX_LINE_BYTES else None

    def _take(self, line: bytes | None, pieces: list[Piece]) -> None:
        if self._is_done:
            return
        if self._is_whole is None and line is not None and line.strip():
            self._is_whole = line.lstrip(b"\xef\xbb\xbf \t").startswith((b"{", b"["))
        if self._is_whole:
            self._add(line or b"", size_bytes=MAX_LINE_BYTES if line is None else len(line))
        elif line is None:
            self._add(b"", size_bytes=MAX_LINE_BYTES)
        elif line:
            name, _, value = line.partition(b":")
            if name == b"data":
                value = value.removeprefix(b" ")
                if self._data and value.startswith((b"{", b"[DONE]")) and self._data[-1].endswith(b"}"):
                    self._dispatch(pieces)  # in no JSON does a line that opens follow one that closes: an event each
                self._add(value, size_bytes=len(value))
        elif self._data:
            self._dispatch(pieces)

    def _add(self, value: bytes, *, size_bytes: int) -> None:
        self._data_bytes += size_bytes + 1  # the line's end counts, or a million empty lines would not
        if self._data_bytes > MAX_EVENT_BYTES:
            self._data = [b""]  # the event stays open until its empty line; its size alone says that it is malformed
        else:
            self._data.append(value)

    def _dispatch(self, pieces: list[Piece]) -> None:
        data = b"\n".join(self._data)
        piece = (
            _read(data, is_whole=bool(self._is_whole)) if self._data_bytes <= MAX_EVENT_BYTES else StreamSign.MALFORMED
        )
        self._data, self._data_bytes = [], 0
        if piece is not None:
            pieces.append(piece)
        self._is_done = self._is_done or piece is StreamSign.DONE


def _read(data: bytes, *, is_whole: bool) -> Piece | None:
    """What one event says; nothing for a keep-alive."""
    if data.startswith(b"[DONE]"):
        return StreamSign.DONE
    if not data.strip():
        return None
    chunk = _decoded(data.lstrip(b"\xef\xbb\xbf"))
    if is_whole and isinstance(chunk, list) and chunk:
        chunk = chunk[0]  # Gemini's errors come in a list
    if not isinstance(chunk, dict):
        return StreamSign.MALFORMED
    if (code := error_code(chunk)) is not None:
        return StreamError(code)
    read = _chunk(chunk)
    if is_whole and isinstance(read, StreamChunk) and read.finish_reason is None and chunk.get("choices"):
        return read._replace(finish_reason="stop")  # it has come whole: so has the answer
    return read


def _decoded(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        # Slower and more forgiving: bytes that are no UTF-8, NaN among log probabilities, half of a surrogate pair.
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _chunk(chunk: dict[str, Any]) -> Piece:
    choices = chunk.get("choices")
    usage = _usage(chunk.get("usage"))
    if not choices or not isinstance(choices, list) or not isinstance(choices[0], dict):
        return StreamChunk(usage=usage)
    choice = choices[0]
    if choice.get("error"):  # OpenRouter tells in here of what failed upstream
        return StreamError(error_code(choice) or "")
    said = choice.get("delta") or choice.get("message")
    if not isinstance(said, dict):
        said = {"content": choice.get("text")}
    text = _text_of(said.get("content") or said.get("refusal"))
    if text is None:
        return StreamSign.MALFORMED
    finish_reason = choice.get("finish_reason")
    return StreamChunk(
        _storable(text),
        finish_reason if isinstance(finish_reason, str) and finish_reason else None,
        usage,
        any(said.get(name) for name in _THINKING) or _has_thinking_part(said.get("content")),
    )


# DeepSeek, Qwen, llama.cpp, SGLang and vLLM; vLLM since 0.10, Ollama, Groq and LM Studio; OpenRouter; LiteLLM; tools.
_THINKING = (
    *("reasoning_content", "reasoning", "reasoning_details", "reasoning_text", "thinking", "thinking_blocks"),
    *("tool_calls", "function_call"),
)


def _text_of(content: Any) -> str | None:
    """The answer's text, in any of its shapes; thinking is no part of it. None for a shape that may hide some."""
    if not content:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [_text_of(part) for part in content]
        return None if None in texts else "".join(text for text in texts if text)
    if not isinstance(content, dict):
        return None
    if content.get("type", "text") in ("text", "output_text", "refusal"):
        return _text_of(next((content[name] for name in ("text", "value", "refusal") if name in content), ""))
    return ""  # Mistral's thinking and references, pictures, sound


def _has_thinking_part(content: Any) -> bool:
    return isinstance(content, list) and any(
        isinstance(part, dict) and part.get("type") not in (None, "text", "output_text", "refusal") for part in content
    )


def _storable(text: str) -> str:
    if "\0" in text:  # PostgreSQL stores no NUL
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, that no socket and no database takes
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _usage(usage: Any) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    tokens = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if isinstance(tokens[0], int) and isinstance(tokens[1], int):
        return tokens[0], tokens[1]
    return None


def error_code(body: Any) -> str | None:
    """The machine-readable word of an error, "" where it has none; None for what is no error.

    Never its message, which may quote the visitor or a key. Of several words the telling one: a status or a name, and
    not a number of the vendor's own, as Mistral's "1300".
    """
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    is_bare = body.get("object") == "error" or (
        "choices" not in body and ("detail" in body or isinstance(body.get("message"), str))
    )
    if not error and not is_bare:  # vLLM before 0.6 and Mistral send the fields at the top
        return None
    said = [fields for fields in (error, body) if isinstance(fields, dict)]
    words = [
        str(fields[name]) for fields in said for name in ("code", "type", "status", "status_code") if fields.get(name)
    ]
    telling = [word for word in words if _TELLING.search(word.lower())]
    return next((word for word in (*telling, *words) if not word.isdecimal() or len(word) == 3), "")


_TELLING = re.compile(r"context|rate_?limit|quota|exhausted|timeout|content_filter")  # more than the status beside it
