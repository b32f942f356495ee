"""One answer while it comes: its time limits, the text to show, and whether it is complete in the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from agents.llm.answer_filter import AnswerFilter
from agents.llm.asking import ServerRefusal
from agents.llm.blanks import is_blank
from agents.llm.failures import UPSTREAM_FAILURES
from agents.llm.request import CutReason, CutShort, ModelError, ModelEvent, TakenBack, Text, Thinking, Usage
from agents.llm.sse_chunks import Piece, StreamChunk, StreamError, StreamSign

logger = logging.getLogger(__name__)

MAX_MALFORMED = 3  # one broken event is a hiccup of a proxy; more is another protocol

# Why an answer ended, in the words of OpenAI, Azure, Mistral, Gemini, DeepSeek, OpenRouter, Ollama, vLLM and Zhipu.
# A reason that is not among them ("stop", "eos", "end_turn") is an end.
_CUTS: dict[str, CutReason] = {
    **dict.fromkeys(
        ("length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded"), "length"
    ),
    **dict.fromkeys(("content_filter", "safety", "recitation", "prohibited_content", "blocklist", "spii"), "filtered"),
    **dict.fromkeys(("sensitive", "refusal", "guardrail_intervened"), "filtered"),
    **dict.fromkeys(("error", "tool_calls", "tool_use", "function_call", "malformed_function_call"), "ended"),
    **dict.fromkeys(("abort", "cancelled", "insufficient_system_resource", "network_error", "other"), "ended"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an answer may be. Text and thinking are signs of life, keep-alive lines are not."""

    connect_s: float = 5.0  # a server that is there accepts within one lost packet or two (1 s, then 2 s)
    first_token_s: float = 30.0  # what a visitor waits at most, says the design; for text, or for thinking to begin
    between_tokens_s: float = 15.0  # the slowest pause seen while a model writes is a few seconds
    thinking_s: float = 120.0  # in all, before or in an answer; MAX_THINKING_S
    tail_s: float = 2.0  # after the finish reason only the token count is missing: not worth a visitor's wait
    drain_s: float = 0.1  # after [DONE] only the body's end is missing; with it read, the connection is used again
    answer_chars: int = 60_000  # about 15,000 tokens, a hundred times a chat answer: a model that runs away


DEFAULT_LIMITS = Limits()


class Answer:
    """Takes the pieces of one answer as they come, and gives the events that they mean."""

    def __init__(self, limits: Limits, asked_at: float, *, within_thought: bool, may_begin_anew: bool):
        self._limits = limits
        self._filter = AnswerFilter(within_thought=within_thought)
        self._is_within = within_thought
        self._may_begin_anew = may_begin_anew
        self._opening = ""  # blanks before the first word
        self._chars = 0
        self._malformed = 0
        self._is_finished = False
        self._finish_reason: str | None = None
        self._usage: tuple[int, int] | None = None
        self._thinks_since: float | None = None
        self._thought_s = 0.0
        self._has_thought = False
        self.has_begun = False  # something was said that a visitor can see
        self.error: ModelError | ServerRefusal | None = None
        self.deadline = asked_at + limits.first_token_s

    @property
    def has_ended(self) -> bool:
        """Whether the model goes on writing in somebody else's name, so that the rest is not part of the answer."""
        return self._filter.has_ended

    @property
    def began_within_thought(self) -> bool | None:
        """Whether the model began inside a thought, for its next answers; None if that is unknown."""
        return True if self._filter.closed_only else False if self._is_within else None

    async def next_of(self, body: AsyncGenerator[bytes, None]) -> bytes | None:
        """The next bytes, or None at the end. What goes wrong after the finish reason is an end, and not an error."""
        try:
            async with asyncio.timeout_at(self.deadline):
                return await anext(body, None)
        except UPSTREAM_FAILURES as exc:
            if self._is_finished:
                return None
            if not isinstance(exc, TimeoutError):
                raise
        if self._thinks_since is not None and self._thought_until() <= _now():
            raise ModelError("timed_out", f"still thinking after {self._limits.thinking_s:.0f} s") from None
        raise ModelError("timed_out", f"silent after {self._chars} characters", retryable=True) from None

    def take(self, pieces: list[Piece]) -> list[ModelEvent]:
        """The events for these pieces; sets `error` if the answer cannot go on."""
        events: list[ModelEvent] = []
        thinks = False
        for piece in pieces:
            if self.error is not None:
                break
            if isinstance(piece, StreamChunk):
                thinks = thinks or piece.thinks or bool(piece.text and self._filter.is_thinking)
            self._take(piece, events)
        thinks = thinks or self._filter.is_thinking
        self._has_thought = self._has_thought or thinks
        said = any(isinstance(event, Text) for event in events)
        self._keep_time(said, thinks and bool(pieces))
        if not said and thinks and pieces and not self._is_finished:
            events.append(Thinking())
        return events

    def closing(self) -> list[ModelEvent]:
        """The last events when no more text comes; raises ModelError if there is no answer."""
        events: list[ModelEvent] = []
        if not self._is_finished and not self.has_ended:
            raise ModelError("provider_error", f"cut after {self._chars} characters", retryable=True)
        cut = self._cut()
        self._say(*self._filter.finish(is_cut=cut == "length"), events)
        if not self.has_begun:
            is_retryable = cut in (None, "hole") and not self._has_thought  # it would think as long again
            reason = f"finished without a word ({cut or 'stop'})"
            raise ModelError("provider_error", reason, retryable=is_retryable)
        if cut is not None:
            logger.warning("an answer is not whole: %s", cut)
            events.append(CutShort(cut))
        if self._usage is not None:
            events.append(Usage(*self._usage))
        return events

    # --- one piece ----------------------------------------------------------------------------------------------

    def _take(self, piece: Piece, events: list[ModelEvent]) -> None:
        match piece:
            case StreamChunk(text, finish_reason, usage):
                self._usage = usage or self._usage
                if text:
                    # One token of a whole megabyte is cut before anything looks at it.
                    self._say(*self._filter.feed(text[: self._limits.answer_chars + 1]), events)
                if finish_reason is not None:
                    self._finish_reason = finish_reason
                    self._finish(self._limits.tail_s)
            case StreamError(code):
                refusal = ServerRefusal.of_code(code)
                self.error = refusal.error if self.has_begun else refusal
            case StreamSign.DONE:
                self._finish(self._limits.drain_s)
            case StreamSign.MALFORMED:
                self._lose()

    def _lose(self) -> None:
        """A piece of the answer may have been in there: before the first word it is asked for anew, later marked."""
        self._malformed += 1
        logger.warning("an event of a model's answer could not be read, after %d characters", self._chars)
        if not self.has_begun and self._may_begin_anew:
            error = ModelError("provider_error", "the answer begins with an event that is broken", retryable=True)
            self.error = ServerRefusal(error, status=200, code=ServerRefusal.HOLE)
        elif self._malformed > MAX_MALFORMED:
            self.error = ModelError("provider_error", "the stream is no chat completion", retryable=True)

    def _say(self, text: str, takes_back: bool, events: list[ModelEvent]) -> None:
        if takes_back and self.has_begun:
            events[:] = [event for event in events if not isinstance(event, Text)]
            events.append(TakenBack())
            self.has_begun, self._chars = False, 0
        if not self.has_begun:
            self._opening += text
            if is_blank(self._opening):
                self._opening = self._opening[-self._limits.answer_chars :]
                return
            text, self._opening = self._without_blank_lines(self._opening), ""
            self.has_begun = True
        room = self._limits.answer_chars - self._chars
        if len(text) > room:
            self.error = ModelError("provider_error", f"an answer of more than {self._limits.answer_chars} characters")
        if text := text[:room]:
            self._chars += len(text)
            if events and isinstance(events[-1], Text):
                text = events.pop().text + text  # type: ignore[union-attr]  # it is a Text
            events.append(Text(text))

    @staticmethod
    def _without_blank_lines(text: str) -> str:
        """Without what stands before the first word's line; its indentation is Markdown."""
        start = next(position for position, char in enumerate(text) if not is_blank(char))
        return text[text.rfind("\n", 0, start) + 1 :].lstrip("\u200b\u2060\ufeff")

    def _cut(self) -> CutReason | None:
        if self._malformed:
            return "hole"
        if self.has_ended:
            return None
        return "ended" if self._finish_reason is None else _CUTS.get(self._finish_reason.lower())

    # --- time ---------------------------------------------------------------------------------------------------

    def _keep_time(self, said: bool, thinks: bool) -> None:
        now = _now()
        if self._is_finished:
            return
        if said:
            if self._thinks_since is not None:
                self._thought_s += now - self._thinks_since
                self._thinks_since = None
            self.deadline = now + self._limits.between_tokens_s
        elif thinks:
            self._thinks_since = now if self._thinks_since is None else self._thinks_since
            self.deadline = min(now + self._limits.between_tokens_s, self._thought_until())

    def _thought_until(self) -> float:
        return (self._thinks_since or 0.0) + self._limits.thinking_s - self._thought_s

    def _finish(self, wait_s: float) -> None:
        self._is_finished = True
        self.deadline = _now() + wait_s


def _now() -> float:
    return asyncio.get_running_loop().time()
