"""What no case touches: documents that no answer was taken from, and questions that the agent never asked."""

from __future__ import annotations

from dataclasses import dataclass

from agents.models import Agent
from evaluation.models import CaseRun, Evaluation
from knowledge.copies import said_once


@dataclass(frozen=True, slots=True)
class Coverage:
    """Names of what is touched by none of an agent's cases, and how many there are in all."""

    documents: list[str]
    document_count: int
    questions: list[str]
    question_count: int


def coverage_of(agent: Agent) -> Coverage:
    """Of the documents that are answered from, by those that cases name and those that the answers of the last whole
    evaluation were taken from; a question is touched when one of these answers asks it."""
    documents = dict(said_once(agent.pk).values_list("pk", "name"))
    questions = dict(agent.questions.values_list("key", "label"))
    runs = last_runs(agent)
    touched = {str(pk) for pk in agent.cases.values_list("cites", flat=True) if pk}
    touched |= {str(source.get("document_id")) for run in runs for source in run.sources}
    asked = {run.asked for run in runs}
    return Coverage(
        documents=sorted(name for pk, name in documents.items() if str(pk) not in touched),
        document_count=len(documents),
        questions=[label for key, label in questions.items() if key not in asked],
        question_count=len(questions),
    )


def last_runs(agent: Agent) -> list[CaseRun]:
    """The answers of the agent's last whole evaluation, with what they were taken from and what they asked."""
    ended = [Evaluation.Status.PASSED, Evaluation.Status.FAILED]
    last = agent.evaluations.filter(status__in=ended, error="").first()
    return list(CaseRun.objects.filter(case__evaluation=last).only("sources", "asked")) if last else []
