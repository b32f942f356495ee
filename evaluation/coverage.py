"""What an agent's cases do not touch: documents that no answer used, and questions that the agent never asked."""

from __future__ import annotations

from dataclasses import dataclass

from agents.models import Agent
from evaluation.models import CaseRun, Evaluation
from knowledge.copies import answering_for, said_once


@dataclass(frozen=True, slots=True)
class Coverage:
    """The names of what none of an agent's cases touch, and how many there are in all."""

    documents: list[str]
    document_count: int
    questions: list[str]
    question_count: int


def coverage_of(agent: Agent) -> Coverage:
    """What an agent's cases do not touch.

    A document in use is touched if a case names it, or an answer of the last complete evaluation used it. A question is
    touched if one of these answers asks it.
    """
    documents = dict(said_once(agent.pk).values_list("pk", "name"))
    questions = dict(agent.questions.values_list("key", "label"))
    runs = last_runs(agent)
    touched = {str(pk) for pk in agent.cases.values_list("cites", flat=True) if pk}
    touched |= {str(source.get("document_id")) for run in runs for source in run.sources}
    touched = set(answering_for(agent.pk, touched).values())
    asked = {run.asked for run in runs}
    return Coverage(
        documents=sorted(name for pk, name in documents.items() if str(pk) not in touched),
        document_count=len(documents),
        questions=[label for key, label in questions.items() if key not in asked],
        question_count=len(questions),
    )


def last_runs(agent: Agent) -> list[CaseRun]:
    """The answers of the agent's last complete evaluation, with their sources and the questions they asked."""
    ended = [Evaluation.Status.PASSED, Evaluation.Status.FAILED]
    last = agent.evaluations.filter(status__in=ended, error="").first()
    return list(CaseRun.objects.filter(case__evaluation=last).only("sources", "asked")) if last else []
