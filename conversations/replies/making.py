"""Makes one answer: the agent's prompt, its knowledge and the history go to a model, events come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from agents.llm.builtin import BuiltinModel, search_query
from agents.llm.configured import configured, is_configured
from agents.llm.offers import offer
from agents.llm.prompt import fit
from agents.llm.request import ChatModel, ChatRequest, ModelEvent, Passage, Promise
from conversations.replies import guides
from conversations.replies.guidance import Guidance
from conversations.replies.leases import Job
from knowledge.search import build_index, find, known_index, ways_to_reach
from knowledge.text.grounding import supporting
from knowledge.text.rank import Index
from lib.database import with_fresh_connection
from lib.text import shorten

PASSAGES = 6  # five carry the evidence in the measurements; one to spare for a question about two things
EXCERPT_CHARS = 1800  # a passage is at most some 120 words; only a single enormous line is longer


async def request_for(job: Job) -> ChatRequest:
    """The job with what the agent's knowledge has to say about it, inside the token budget."""
    (passages, reach), guidance = await asyncio.gather(_passages(job, search_query(job.history)), _guidance(job))
    request = ChatRequest(
        agent_name=job.agent_name,
        system_prompt=job.system_prompt,
        history=job.history,
        passages=passages,
        reach=reach,
        model=job.model,
        temperature=job.temperature,
        max_tokens=job.max_tokens,
        guidance=guidance.instruction,
        closing=guidance.closing,
        asked=guidance.asked,
        instead=guidance.instead,
        thanks=guidance.thanks,
        promise=guidance.promise,
    )
    return fit(request, context_tokens=settings.CONTEXT_TOKENS, history_messages=settings.HISTORY_MESSAGES)


async def _guidance(job: Job) -> Guidance:
    return job.guidance or await guides.guidance_for(job)


async def _passages(job: Job, query: str) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """What belongs to the question, and what says how to reach people.

    Not on the database's own threads: building an index and encoding a question take longer than any query."""
    index = known_index(job.agent_id, job.knowledge_version)
    if index is None:
        index = await asyncio.to_thread(with_fresh_connection(build_index), job.agent_id)
    return await asyncio.to_thread(_found, index, query) if index.passages else ((), ())


def _found(index: Index, query: str) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    return find(index, query, PASSAGES), ways_to_reach(index)


def stream(request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
    """The answer, as it comes; raises ModelError when it cannot be finished."""
    return model().stream(request)


@lru_cache
def model() -> ChatModel:
    """Who answers by the settings: the configured models in their order, the built-in one last, or it alone."""
    if not is_configured():
        return BuiltinModel()
    from agents.llm.chain import Chain, Patience  # not at the top: who has no model needs none of it

    return Chain(
        configured(),
        fallback_model=settings.OPENAI_FALLBACK_MODEL,
        last=BuiltinModel(strict=True),
        patience=Patience(thinking_s=settings.MAX_THINKING_S),
    )


def sources(text: str, passages: tuple[Passage, ...], cited: tuple[int, ...] | None) -> tuple[dict[str, object], ...]:
    """The passages an answer was taken from, one entry each: those the model names, else those that bear it out."""
    if not text or not passages:
        return ()
    used = cited if cited is not None else supporting(text, passages)
    return tuple(
        {
            "document_id": passages[index].document_id,
            "document": passages[index].document,
            "heading": passages[index].heading,
            "excerpt": excerpt(passages[index].text),
        }
        for index in used
        if 0 <= index < len(passages)
    )


def excerpt(text: str) -> str:
    """A passage as shown under an answer: whole with its line breaks, or one shortened line where it is very long."""
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
    """What the visitor reads when no answer could be made: the agent's own words for the cause, else the product's
    with the ways to reach people. `is_begun`: something of the answer was said."""
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
