"""Makes an answer as a visitor would get it, without storing anything: no session, no message, no fact."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from django.utils import timezone, translation

from agents.llm.request import ModelError, ModelEvent, Passage, PastMessage, TakenBack, Text, Thinking
from agents.models import Agent
from conversations.messages.events import MessageData
from conversations.messages.history import PastEntry
from conversations.models import Message, Reply
from conversations.replies import making
from conversations.replies.leases import Job, Outcome, job_of, said_before, with_question
from conversations.replies.run import Run
from knowledge.search import knowledge_version
from lib.database import in_database


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What to rehearse: an agent with any prompt, the conversation so far, and the question.

    `stored` is a visitor's stored question; its session, with files and facts, is then used instead of `history`.
    """

    agent: Agent
    system_prompt: str
    question: str
    history: Sequence[PastMessage] = ()
    stored: Message | None = None
    passages: tuple[Passage, ...] | None = None  # what is given, instead of what would be found now


Step = Text | Thinking | TakenBack | Outcome


async def rehearse(rehearsal: Rehearsal) -> Outcome:
    """The answer with its sources and figures, made exactly like one for a visitor: with the same request, knowledge,
    guides and models. A failure is an outcome, too, with its cause."""
    async with aclosing(follow(rehearsal)) as steps:
        async for step in steps:
            if isinstance(step, Outcome):
                return step
    raise AssertionError("unreachable")


async def follow(rehearsal: Rehearsal) -> AsyncGenerator[Step, None]:
    """Like `rehearse`, step by step: the text as it comes, then the outcome. Closing the generator stops the model.

    Between two steps the language is the answer's.
    """
    run = Run(await _job(rehearsal), began=time.monotonic())
    with translation.override(run.job.language):
        async with aclosing(_steps(rehearsal, run)) as steps:
            async for step in steps:
                yield step


async def _steps(rehearsal: Rehearsal, run: Run) -> AsyncGenerator[Step, None]:
    try:
        run.whole = await making.request_for(run.job)
        if rehearsal.passages is not None:
            run.whole = replace(run.whole, passages=rehearsal.passages)
        run.request = making.fitted(run.whole)
        async with aclosing(making.stream(run.request)) as events:
            async for event in events:
                _take(run, event)
                if isinstance(event, Text | Thinking | TakenBack):
                    yield event
    except ModelError as error:
        yield run.outcome(Reply.State.FAILED, cause=error.cause, error=str(error))
        return
    yield run.outcome(Reply.State.COMPLETE)


def _take(run: Run, event: ModelEvent) -> None:
    match event:
        case Text(text):
            if text and run.first_token_ms is None:
                run.first_token_ms = run.ms()
            run.pieces.append(text)
        case TakenBack():
            run.begin_anew(run.job)
        case _:
            run.heard(event)


@in_database
def _job(rehearsal: Rehearsal) -> Job:
    """The job that a stored question would have. Its session does not exist unless the question is stored."""
    agent, stored = rehearsal.agent, rehearsal.stored
    if stored:
        turns, entries = with_question(said_before(stored), stored)
    else:
        turns = (*rehearsal.history, PastMessage("user", rehearsal.question))
        entries = tuple(_past(turns))
    message = MessageData(
        id=str(uuid.uuid4()),
        session_id=str(stored.session_id if stored else uuid.uuid4()),
        seq=len(turns) + 1,
        role=Message.Role.ASSISTANT,
        content="",
        message_type=Message.Type.TEXT,
        created_at=timezone.now(),
        status=Reply.State.RUNNING,
        attempt=1,
    )
    job = job_of(agent, rehearsal.system_prompt, message, turns, entries)
    return replace(job, knowledge_version=knowledge_version(agent.pk))


def _past(turns: Sequence[PastMessage]) -> list[PastEntry]:
    """The turns as entries, from which guides read how the conversation went."""
    entries: list[PastEntry] = []
    for seq, turn in enumerate(turns, start=1):
        is_answer = turn.role == "assistant"
        question = entries[-1].id if is_answer and entries and entries[-1].role == "user" else None
        state, asked, certainty = (Reply.State.COMPLETE.value, "", "") if is_answer else (None, None, None)
        entries.append(PastEntry(uuid.uuid4(), seq, turn.role, turn.text, None, "", state, question, asked, certainty))
    return entries
