"""How the scripted server answers a request, and what it keeps of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True)
class Script:
    """How one request is answered. A position counts tokens sent before; `None` is never."""

    text: str = ""  # becomes one token per word, when `tokens` is empty
    tokens: tuple[str, ...] = ()
    first_token_s: float = 0.0  # token i is due at arrival + first_token_s + i / rate_per_s
    rate_per_s: float = 0.0  # 0 is all at once
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None  # the error object of a status that is not 200
    finish_reason: str | None = "stop"
    stall_after_tokens: int | None = None  # silence with an open connection; -1 is before the response's headers
    # No more until `go_on`: the answer is under way as long as a test needs it. Of several, `go_on_once` lets go one.
    hold_after_tokens: int | tuple[int, ...] | None = None
    keep_alive_s: float = 0.0  # a comment line this often during the stall
    fail_after_tokens: int | None = None  # the body ends in good order, with no finish_reason and no [DONE]
    cut_after_tokens: int | None = None  # the connection closes in the middle of the body
    error_object_after: int | None = None  # an `{"error": ...}` event, then the body ends
    malformed_at: tuple[int, ...] = ()  # a broken event before each of these tokens; twice for a position given twice
    thinking: tuple[str, ...] = ()  # before the first token, at the same rate
    thinking_as: str = "reasoning_content"  # the field of the delta
    deltas: tuple[dict[str, Any], ...] = ()  # instead of tokens, as they are
    events: tuple[Any, ...] = ()  # the whole stream as it is: an object is an event, a text a line
    body: Any = None  # the whole answer as it is, whatever was asked for
    empty_choices: bool = False  # a chunk without choices before the first token
    null_content: bool = False  # a chunk whose content is null before the first token
    no_usage: bool = False
    no_done: bool = False
    stall_after_end: bool = False  # all is said, [DONE] too, and the body does not end

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """From JSON or a query; an unknown name is an error that lists the known ones."""
        known = {each.name for each in fields(cls)}
        if unknown := set(values) - known:
            raise ValueError(f"unknown in a script: {sorted(unknown)}; known: {sorted(known)}")
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**(values | lists))

    def words(self) -> tuple[str, ...]:
        if self.deltas:
            return ("",) * len(self.deltas)
        return self.tokens or tuple(re.findall(r"\s*\S+|\s+$", self.text))

    def holds(self) -> tuple[int, ...]:
        held = self.hold_after_tokens
        return () if held is None else (held,) if isinstance(held, int) else held

    def due(self, arrived_at: float, token: int) -> float:
        return arrived_at + self.first_token_s + (token / self.rate_per_s if self.rate_per_s else 0.0)


@dataclass
class Received:
    """One request as it came; times are `time.monotonic()`. `gone_at` is when the client left before the end."""

    body: dict[str, Any]
    headers: dict[str, str]
    arrived_at: float
    connection: str  # the client's host and port: the same one again is a connection used again
    tokens_sent: int = 0
    is_finished: bool = False
    gone_at: float | None = None
