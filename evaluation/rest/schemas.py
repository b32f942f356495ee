"""How cases and evaluations are written in the API."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from evaluation.models import (
    MAX_CASES,
    MAX_PHRASES,
    MAX_QUESTION_CHARS,
    MAX_TURN_CHARS,
    MAX_TURNS,
    Case,
    CaseRun,
    EvaluatedCase,
    Evaluation,
)
from evaluation.phrases import MAX_CHARS
from evaluation.publishing import MAX_REASON_CHARS
from evaluation.running import MAX_REPEAT
from lib.rest.fields import Body, FilledLine, FilledText, Whole, without_defaults

MAX_CITED = 20
Phrase = Annotated[
    FilledLine, Field(max_length=MAX_CHARS, description="In any case of letters; between slashes it is a pattern.")
]
Phrases = Annotated[list[Phrase], Field(max_length=MAX_PHRASES)]
DocumentId = Annotated[uuid.UUID, Field(strict=False)]  # JSON has no type of its own for it
Position = Annotated[int, Field(ge=1, le=1_000_000), Whole]


class CaseTurn(Body):
    """What was said before the question."""

    role: Literal["user", "assistant"]
    text: Annotated[FilledText, Field(max_length=MAX_TURN_CHARS)]


class CaseFields(Body):
    """What an answer is measured by; at least one of these is needed."""

    history: Annotated[list[CaseTurn], Field(max_length=MAX_TURNS)] = []
    must: Phrases = Field([], description="Each must be in the answer.")
    must_not: Phrases = Field([], description="None may be in the answer.")
    cites: Annotated[list[DocumentId], Field(max_length=MAX_CITED)] = Field(
        [], description="The ids of documents that the answer must name as its sources."
    )
    refuses: bool = Field(False, description="The agent must say that it does not know.")


class CaseIn(CaseFields):
    """A new case; it comes behind the others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "How much is a Brook 90?", "must": ["$2,400"], "must_not": ["/\\$\\d+ off/"]}]
        }
    )

    question: Annotated[FilledText, Field(max_length=MAX_QUESTION_CHARS)]


class CaseChange(CaseFields):
    """Any subset; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    question: Annotated[FilledText, Field(max_length=MAX_QUESTION_CHARS)] = ""
    position: Position = Field(1, description="The smaller, the earlier it is asked.")


class CaseOut(Schema):
    """A question with what its answer must and must not hold."""

    id: uuid.UUID
    agent_id: uuid.UUID
    position: int
    question: str
    history: list[CaseTurn]
    must: list[str]
    must_not: list[str]
    cites: list[uuid.UUID]
    refuses: bool
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_cites(case: Case) -> list[uuid.UUID]:
        return sorted(document.pk for document in case.cites.all())


class CaseList(Schema):
    cases: list[CaseOut] = Field(description=f"All of them, in the order they are asked; at most {MAX_CASES}.")
    total: int


class EvaluationIn(Body):
    """Which prompt version is tried, and how often each case is asked."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1), Whole] | None = Field(
        None, description="The number of a prompt version; the published one when left out."
    )
    repeat: Annotated[int, Field(ge=1, le=MAX_REPEAT), Whole] = Field(
        1, description="A case passes only when each of so many answers does."
    )


class CitedSource(Schema):
    """A passage that an answer was taken from."""

    document_id: uuid.UUID
    document: str
    heading: str
    excerpt: str


class CaseRunOut(Schema):
    """One answer to a case."""

    number: int
    passed: bool
    faults: list[str] = Field(description="What failed, a sentence each; empty when it passed.")
    answer: str
    sources: list[CitedSource]
    certainty: str = Field(description="`answered`, `hedged`, `refused`, or empty where the model does not say.")
    model: str
    total_ms: int | None

    @classmethod
    def of(cls, run: CaseRun) -> CaseRunOut:
        return cls(
            number=run.number,
            passed=run.has_passed,
            faults=run.faults,
            answer=run.answer,
            sources=[CitedSource(**source) for source in run.sources],
            certainty=run.certainty,
            model=run.model,
            total_ms=run.total_ms,
        )


class CaseResult(Schema):
    """A case as it was asked, with its answers so far."""

    case_id: uuid.UUID | None = Field(description="Null when the case was deleted meanwhile.")
    question: str
    passed: bool | None = Field(description="Null until all its runs are through.")
    passed_runs: int = Field(description="How many of its answers passed, of `repeat`.")
    runs: list[CaseRunOut]

    @classmethod
    def of(cls, case: EvaluatedCase, repeat: int) -> CaseResult:
        runs = list(case.runs.all())
        has_failed = any(run.faults for run in runs)
        passed = False if has_failed else True if len(runs) == repeat else None
        shown = [CaseRunOut.of(run) for run in runs]
        return cls(
            case_id=case.case_id, question=case.question, passed=passed, passed_runs=case.passed_runs, runs=shown
        )


class OverrideIn(Body):
    """Why a version is published although its cases failed."""

    reason: Annotated[FilledLine, Field(max_length=MAX_REASON_CHARS)]


class OverrideOut(Schema):
    """Who published a version although its cases failed, and why."""

    reason: str
    by: str
    at: datetime


class EvaluationOut(Schema):
    """An agent's cases asked of one prompt version."""

    id: uuid.UUID
    agent_id: uuid.UUID
    version: int
    repeat: int
    status: Literal["waiting", "running", "passed", "failed"]
    total: int = Field(description="How many cases.")
    progress: float = Field(ge=0, le=1)
    passed: int
    failed: int
    error: str = Field(description="Why it could not be finished; empty where all cases were asked.")
    publishes: bool = Field(description="Whether the version is published when all cases pass.")
    override: OverrideOut | None
    created_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_version(evaluation: Evaluation) -> int:
        return evaluation.version.number

    @staticmethod
    def resolve_override(evaluation: Evaluation) -> OverrideOut | None:
        if evaluation.overridden_at is None:
            return None
        return OverrideOut(reason=evaluation.override_reason, by=evaluation.overridden_by, at=evaluation.overridden_at)


class EvaluationWithResults(EvaluationOut):
    """The same with what was answered."""

    results: list[CaseResult]

    @staticmethod
    def resolve_results(evaluation: Evaluation) -> list[CaseResult]:
        return [CaseResult.of(case, evaluation.repeat) for case in evaluation.cases.prefetch_related("runs")]


class EvaluationList(Schema):
    evaluations: list[EvaluationOut] = Field(description="Newest first.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")


class CoverageOut(Schema):
    """What no case touches."""

    documents: list[str]
    document_count: int
    questions: list[str]
    question_count: int
