"""Makes one answer: the agent's prompt, its knowledge and the history go to a model, events come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from agents.llm.builtin import BuiltinModel, in_turn, search_queries
from agents.llm.configured import configured, is_configured
from agents.llm.offers import offer
from agents.llm.prompt import fit
from agents.llm.request import ChatModel, ChatRequest, ModelEvent, Passage, PastMessage, Promise
from conversations.attachments import showing
from conversations.replies import guides
from conversations.replies.guidance import Guidance
from conversations.replies.leases import Job
from knowledge.search import build_index, find, known_index, ways_to_reach
from knowledge.text.grounding import supporting
from knowledge.text.rank import Index
from lib.database import with_fresh_connection, with_kept_connection
from lib.text import shorten

PASSAGES = 6  # for each question; five carry the evidence in the measurements
EXCERPT_CHARS = 1800  # a passage is at most some 120 words; only a single enormous line is longer


async def request_for(job: Job) -> ChatRequest:
    """The request for a job: its conversation, with the passages and the guidance that belong to the question."""
    queries = search_queries(job.history)
    (passages, reach), guidance, history = await asyncio.gather(_passages(job, queries), _guidance(job), _history(job))
    return ChatRequest(
        agent_name=job.agent_name,
        system_prompt=job.system_prompt,
        history=history,
        passages=passages,
        reach=reach,
        model=job.model,
        temperature=job.temperature,
        max_tokens=job.max_tokens,
        checks_answers=job.checks_answers,
        guidance=guidance.instruction,
        closing=guidance.closing,
        asked=guidance.asked,
        instead=guidance.instead,
        thanks=guidance.thanks,
        promise=guidance.promise,
    )


def fitted(request: ChatRequest) -> ChatRequest:
    """The request, shortened to the token budget."""
    return fit(request, context_tokens=settings.CONTEXT_TOKENS, history_messages=settings.HISTORY_MESSAGES)


async def _history(job: Job) -> tuple[PastMessage, ...]:
    """The history with the contents of attached files, if there is a model that can read them."""
    if not is_configured() or not any(turn.attached for turn in job.history):
        return job.history
    return await asyncio.to_thread(with_fresh_connection(showing.with_contents), job.history)


async def _guidance(job: Job) -> Guidance:
    return job.guidance or await guides.guidance_for(job)


async def _passages(job: Job, queries: Sequence[str]) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """The passages that belong to each question, and those that say how to reach people.

    Not on the database's own threads: building an index and encoding a question take longer than any query.
    """
    index = known_index(job.agent_id, job.knowledge_version)
    if index is None:
        index = await asyncio.to_thread(with_fresh_connection(build_index), job.agent_id)
    return await asyncio.to_thread(with_kept_connection(_found), index, queries) if len(index) else ((), ())


def _found(index: Index, queries: Sequence[str]) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    return in_turn([find(index, query, PASSAGES) for query in queries]), ways_to_reach(index)


def stream(request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
    """The answer as it is made; that of a language model through the gate. Raises ModelError if it fails."""
    events = model().stream(request)
    if not is_configured():
        return events
    from agents.llm.gate.stream import checked  # not at the top, as below

    return checked(events, request)


@lru_cache
def model() -> ChatModel:
    """The model by the settings: the configured ones with the built-in one last, or the built-in one alone."""
    if not is_configured():
        return BuiltinModel()
    from agents.llm.chain import Chain, Patience  # not at the top: only needed where a model is configured

    return Chain(
        configured(),
        fallback_model=settings.OPENAI_FALLBACK_MODEL,
        last=BuiltinModel(strict=True),
        patience=Patience(thinking_s=settings.MAX_THINKING_S),
    )


def used(text: str, passages: tuple[Passage, ...], cited: tuple[int, ...] | None) -> tuple[int, ...]:
    """The indexes of the passages an answer was taken from: those the model names, else those that support its text."""
    if not text or not passages:
        return ()
    found = cited if cited is not None else supporting(text, passages)
    return tuple(index for index in found if 0 <= index < len(passages))


def sources(passages: tuple[Passage, ...], used: tuple[int, ...]) -> tuple[dict[str, object], ...]:
    """Those passages as they are shown, one entry each."""
    return tuple(
        {
            "document_id": passages[index].document_id,
            "document": passages[index].document,
            "heading": passages[index].heading,
            "page": passages[index].page,
            "excerpt": excerpt(passages[index].text),
            **({"url": passages[index].url} if passages[index].url else {}),
        }
        for index in used
    )


def excerpt(text: str) -> str:
    """A passage as shown under an answer: whole with its line breaks, or as one shortened line if it is very long."""
    return text if len(text) <= EXCERPT_CHARS else shorten(text, EXCERPT_CHARS)


def cut_text(cut: str) -> str:
    """What a voice says behind an answer that is not whole, "" behind one that is; on a page it stands under it."""
    texts = {
        "length": _("This answer was cut short. Ask me to go on."),
        "filtered": _("A part of this answer was held back."),
        "hole": _("A part of this answer was lost on the way. Please ask me again before you rely on it."),
        "ended": _("This answer ended early. Please ask me again."),
    }
    return texts.get(cut, "")


def fallback_text(
    cause: str,
    own: dict[str, str],
    reach: tuple[Passage, ...] = (),
    *,
    promise: Promise | None = None,
    is_begun: bool = True,
) -> str:
    """The text for the visitor when no answer could be made: the agent's own for this cause, else the product's with
    the ways to reach people. `is_begun`: some of the answer was shown."""
    texts = {
        "rate_limited": _("I am getting more questions than I can answer right now. Please try again in a minute."),
        "timed_out": _("The answer is taking too long. Please try again, or ask it in a shorter way."),
        "not_configured": _("I cannot answer at the moment. Please try again later."),
    }
    generic = (
        _("I could not finish this answer. Your question is saved; please try again in a moment.")
        if is_begun
        else _(
            "I cannot answer this at the moment, and this company's pages hold no answer that I could show you "
            "instead. Your question is saved; please try again in a moment."
        )
    )
    return own.get(cause) or " ".join(filter(None, (texts.get(cause) or generic, offer("failed", reach, promise))))
