"""The landing page: staff's words, and answers that come from the agent's knowledge, not from staff."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from access.visitors import visitor_of
from agents.llm.builtin import answer
from agents.llm.request import ChatRequest, Turn
from agents.models import Agent, LandingPage
from conversations import pages
from conversations.models import Session
from knowledge.search import encoder, knowledge_version, search
from salesagent.lib.markdown import render as render_markdown

CACHE_S = 3600  # of the answers; a change of the knowledge changes the key at once
PASSAGES = 6


@gzip_page  # here it is safe: the page has no token, and repeats nothing that was asked for in the address
@never_cache
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What the company sells, and a running conversation with its agent."""
    agent = Agent.objects.default()
    page = LandingPage.objects.prefetch_related("features").first()
    context: dict[str, Any] = {"landing": page, "agent": agent}
    if page:
        context["features"] = list(page.features.all())
    if agent:
        context |= pages.panel(agent, _latest_session(agent, visitor_of(request)))
    if agent and page:
        context["how"] = quoted(agent, page.how_question)
        context["faq"] = [found for question in page.question_list if (found := quoted(agent, question))]
    return render(request, "landing.html", context)


def quoted(agent: Agent, question: str) -> dict[str, str] | None:
    """What the built-in answerer quotes for a question, with its passage; None where knowledge has no answer."""
    if not question:
        return None
    key = f"quoted:{agent.pk}:{knowledge_version(agent.pk)}:{hashlib.sha256(question.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = _quote(agent, question) or {}
        cache.set(key, found, CACHE_S)
    return found or None


def _quote(agent: Agent, question: str) -> dict[str, str] | None:
    passages = search(agent.pk, question, PASSAGES)
    request = ChatRequest(agent.name, agent.system_prompt, (Turn("user", question),), passages)
    built = answer(request, encoder=encoder())
    if built.band != "quote":
        return None  # a hedged answer is for a visitor who can ask on, not for the front page
    passage = passages[built.cited[0]]
    return {
        "question": question,
        "document": passage.document,
        "heading": passage.heading,
        "passage": render_markdown(passage.text),
        "answer_html": render_markdown(built.text),
    }


def _latest_session(agent: Agent, visitor: str) -> Session | None:
    return Session.objects.for_visitor(visitor).begun().filter(agent=agent).order_by("-updated_at").first()
