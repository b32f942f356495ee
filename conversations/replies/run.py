"""One attempt at an answer while it is made: collects what the model's events say, and how the attempt ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.llm.builtin.question.said import asks_visitor
from agents.llm.request import (
    ChatRequest,
    Checked,
    Cited,
    CutShort,
    Judged,
    ModelEvent,
    Started,
    Usage,
    Withheld,
)
from conversations.models import Reply
from conversations.replies import making, receipts
from conversations.replies.leases import Job, Outcome

QUESTION_MARKS = ("?", "？", "؟", "?”", "?»", "?)")  # how the last sentence of an answer that asks may end


@dataclass(slots=True)
class Run:
    """One attempt while it is made in this process."""

    job: Job
    began: float
    task: asyncio.Task[None] | None = None
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    first_token_ms: int | None = None
    told_of_thinking: float = 0.0  # when last, and since the last text
    provider: str = ""
    model: str = ""
    notice: str = ""
    certainty: str = ""
    cut: str = ""
    cited: tuple[int, ...] | None = None
    usage: Usage | None = None
    withheld: list[Withheld] = field(default_factory=list)
    figures: Mapping[str, int] = field(default_factory=dict)  # by how they are borne out
    parameters: Mapping[str, Any] = field(default_factory=dict)
    whole: ChatRequest | None = None  # before it was fitted into the token budget
    request: ChatRequest | None = None
    is_stopped: bool = False

    def ms(self) -> int:
        return round((time.monotonic() - self.began) * 1000)

    def heard(self, event: ModelEvent) -> None:
        """Keep what an event says about the answer; the caller handles its text."""
        match event:
            case Started():
                self.provider, self.model, self.notice = event.provider, event.model, event.notice
                self.request, self.parameters = event.sent or self.request, event.parameters
            case Cited(passages):
                self.cited = passages
            case Judged(certainty):
                self.certainty = certainty
            case CutShort(reason):
                self.cut = reason
            case Usage():
                self.usage = event
            case Withheld():
                self.withheld.append(event)
            case Checked(figures):
                self.figures = figures

    def begin_anew(self, job: Job) -> None:
        """Drop the text so far, which was no answer, and go on as the next attempt."""
        self.job, self.pieces, self.length, self.first_token_ms = job, [], 0, None
        self.withheld, self.figures, self.cited = [], {}, None

    def outcome(self, state: Reply.State, *, cause: str = "", error: str = "", closing: str = "") -> Outcome:
        text = "".join(self.pieces)
        passages = self.request.citable if self.request else ()
        used = making.used(text, passages, self.cited)
        return Outcome(
            state=state,
            content=f"{text.rstrip()}\n\n{closing}".lstrip() if closing else text,
            closing=closing,
            sources=making.sources(passages, used),
            provider=self.provider,
            model=self.model,
            notice=self.notice,
            certainty=self.certainty,
            cut=self.cut,
            withheld=len(self.withheld),
            asked=self._asked(text) if state == Reply.State.COMPLETE else "",
            cause=cause,
            error=error,
            input_tokens=self.usage.input_tokens if self.usage else None,
            output_tokens=self.usage.output_tokens if self.usage else None,
            first_token_ms=self.first_token_ms,
            total_ms=self.ms(),
            receipt=receipts.written(self, used),
        )

    def _asked(self, text: str) -> str:
        """The key of the question that the answer ends with; a model may have left it out."""
        if self.request is None or not self.request.asked:
            return ""
        is_asked = asks_visitor(text) or text.rstrip().endswith((*QUESTION_MARKS, self.request.closing.strip() or "?"))
        return self.request.asked if is_asked else ""
