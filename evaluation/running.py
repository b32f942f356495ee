"""Asks an agent its cases in the steps of a task. It may be killed at any point: stored answers are not asked again."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from agents.llm.configured import is_configured
from agents.llm.request import PastMessage
from agents.models import Agent, PromptVersion
from conversations.models import Reply
from conversations.replies.leases import Outcome
from conversations.replies.rehearsing import Rehearsal, rehearse
from evaluation.judging import faults, not_cited
from evaluation.models import CaseRun, EvaluatedCase, Evaluation
from evaluation.publishing import publish_passed
from lib.database import in_database

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

QUEUE = "models"  # of tasks that ask a model, so that reading visitors' messages never waits for them
MAX_REPEAT = 10
BEGINS_S = 5.0  # a step starts no more answers after this time, so that it ends within a task's 45 s
ANSWER_S = 35.0  # of one answer; a visitor who has waited half a minute is gone
AT_ONCE = 4  # answers of a model; most providers allow more, but visitors' answers must not wait
_SLOW = Outcome(Reply.State.FAILED, "", cause="timed_out")

Asked = tuple[EvaluatedCase, int]


class NothingToEvaluate(Exception):
    """The agent has no cases; `str()` says so."""

    def __str__(self) -> str:
        return _("This agent has no cases yet. Add one first.")


def usual_repeat() -> int:
    """How often each case is asked by default: once without a model, as the built-in agent always answers the same."""
    return settings.PUBLISH_REPEAT if is_configured() else 1


@transaction.atomic
def begin(
    version: PromptVersion, *, repeat: int = 1, author: User | None = None, publishes: bool = False
) -> Evaluation:
    """Start an evaluation of a prompt version; with `publishes` it is published if it passes. Raises
    NothingToEvaluate."""
    agent = version.agent
    cases = list(agent.cases.prefetch_related("cites"))
    if not cases:
        raise NothingToEvaluate
    evaluation = Evaluation.objects.create(
        agent=agent, version=version, repeat=repeat, total=len(cases), author=author, publishes=publishes
    )
    EvaluatedCase.objects.bulk_create(
        EvaluatedCase(
            evaluation=evaluation,
            case=case,
            position=position,
            question=case.question,
            history=case.history,
            must=case.must,
            must_not=case.must_not,
            cites={str(document.pk): document.name for document in case.cites.all()},
            refuses=case.refuses,
        )
        for position, case in enumerate(cases, start=1)
    )
    work.enqueue(str(evaluation.pk))
    return evaluation


@task(queue_name=QUEUE)
def work(evaluation_id: str) -> None:
    """The task: do one step of an evaluation and start the next one. May be killed at any point and run again."""
    evaluation = _found(evaluation_id)
    if evaluation is None or not evaluation.claim(timezone.now()):
        return  # it has ended, or another worker is at it, which will start the next step
    step(evaluation)
    with transaction.atomic():
        evaluation.release()
        if Evaluation.objects.under_way().filter(pk=evaluation.pk).exists():
            work.enqueue(evaluation_id)


def step(evaluation: Evaluation) -> None:
    """Ask as much as a step may, and end the evaluation after the last run. The caller must have claimed it."""
    owed = unasked(evaluation)
    if owed:
        asyncio.run(_ask(evaluation, owed))
    if not unasked(evaluation):
        _finish(evaluation)


def unasked(evaluation: Evaluation) -> list[Asked]:
    """The missing runs, each as case and number: first all cases once."""
    done = set(CaseRun.objects.filter(case__evaluation=evaluation).values_list("case", "number"))
    cases = list(evaluation.cases.select_related("evaluation"))
    numbers = range(1, evaluation.repeat + 1)
    return [(case, number) for number in numbers for case in cases if (case.pk, number) not in done]


def failed_cases(evaluation: Evaluation) -> list[EvaluatedCase]:
    """The cases with a failed run, each with its runs."""
    cases = evaluation.cases.prefetch_related("runs")
    return [case for case in cases if any(run.faults for run in case.runs.all())]


async def _ask(evaluation: Evaluation, owed: Sequence[Asked]) -> None:
    began = time.monotonic()
    at_once = AT_ONCE if is_configured() else 1
    try:
        for first in range(0, len(owed), at_once):
            if first and time.monotonic() - began > BEGINS_S:
                return
            await asyncio.gather(*(_ask_one(evaluation, *asked) for asked in owed[first : first + at_once]))
    finally:
        if is_configured():
            from agents.llm.openai_compatible import close_clients  # they end with this loop

            await close_clients()


async def _ask_one(evaluation: Evaluation, case: EvaluatedCase, number: int) -> None:
    rehearsal = Rehearsal(
        agent=evaluation.agent,
        system_prompt=evaluation.version.text,
        question=case.question,
        history=[PastMessage(turn["role"], turn["text"]) for turn in case.history],
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            outcome = await rehearse(rehearsal)
    except TimeoutError:
        outcome = _SLOW
    except Exception:  # an unexpected error fails this case, not the evaluation
        log.exception("evaluation %s: case %s could not be asked", evaluation.pk, case.pk)
        outcome = Outcome(Reply.State.FAILED, "", cause="provider_error")
    await _judge(case, number, outcome)


async def _judge(case: EvaluatedCase, number: int, outcome: Outcome) -> None:
    # 40 slow patterns take 8 s; on a database thread they would make every visitor wait.
    missing = await in_database(not_cited)(case, outcome)
    await _keep(case, number, outcome, await asyncio.to_thread(faults, case, outcome, missing))


@in_database
def _keep(case: EvaluatedCase, number: int, outcome: Outcome, found: list[str]) -> None:
    if not EvaluatedCase.objects.filter(pk=case.pk).exists():
        return  # the agent was deleted meanwhile
    CaseRun.objects.get_or_create(
        case=case,
        number=number,
        defaults={
            "faults": found,
            "answer": outcome.content,
            "sources": list(outcome.sources),
            "certainty": outcome.certainty,
            "asked": outcome.asked[:40],
            "provider": outcome.provider[:40],
            "model": outcome.model[:100],
            "input_tokens": outcome.input_tokens,
            "output_tokens": outcome.output_tokens,
            "total_ms": outcome.total_ms,
        },
    )


def _finish(evaluation: Evaluation) -> None:
    failed = len(failed_cases(evaluation))
    with transaction.atomic():
        evaluation.finish(evaluation.total - failed, failed, timezone.now())
        publish_passed(evaluation)


def break_off(evaluation_id: str) -> None:
    """End an evaluation whose task was given up as failed; it can be started again."""
    evaluation = _found(evaluation_id)
    if evaluation is None or not evaluation.is_under_way:
        return
    failed = len(failed_cases(evaluation))
    runs = CaseRun.objects.filter(case__evaluation=evaluation, faults=[]).values("case").annotate(count=Count("pk"))
    passed = runs.filter(count=evaluation.repeat).count()
    words = _("It could not be finished: its work failed again and again. The server's log says why. Run it again.")
    evaluation.break_off(words, passed, failed, timezone.now())


def _found(evaluation_id: str | uuid.UUID) -> Evaluation | None:
    return Evaluation.objects.select_related("agent", "version").filter(pk=evaluation_id).first()


def published_or(agent: Agent, number: int | None) -> PromptVersion | None:
    """The version with a number, or without a number the published one; None if there is none."""
    if number is None:
        return agent.published_prompt
    return agent.prompt_versions.filter(number=number).first()
