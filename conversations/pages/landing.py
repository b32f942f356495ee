"""The landing page: words by staff, and answers from the agent's knowledge."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from access.visitors import visitor_of
from agents.llm.builtin import answer
from agents.llm.request import ChatRequest, PastMessage
from agents.models import Agent, LandingPage
from conversations.pages import contexts
from knowledge.search import encoder, has_knowledge, knowledge_version, search
from language.markdown import render as render_markdown

CACHE_S = 3600  # of the answers; a change of the knowledge changes the key at once
PASSAGES = 6


@gzip_page  # here it is safe: the page has no token, and repeats nothing that was asked for in the address
@never_cache
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What the company sells, and a running conversation with its agent."""
    context = _context(visitor_of(request))
    if context["agent"]:
        contexts.speak_for(request, context["agent"])
    return render(request, "landing.html", context)


def prepare() -> None:
    """Do at the start what the first visitor would wait for: answers, the model, compiled templates.

    Without any knowledge the model is loaded later, by indexing: that takes half a second and 110 MB.
    """
    context = _context("")
    render_to_string("landing.html", context)
    if context["is_open"]:
        agent = context["agent"]
        render_to_string("chat/page.html", contexts.chat_page(agent, None, ""))
    if has_knowledge():
        encoder()


def _context(visitor: str) -> dict[str, Any]:
    agent = Agent.objects.of_landing_page()
    is_open = agent is not None and agent.is_active
    page = LandingPage.objects.filter(agent=agent).prefetch_related("features").first() if agent else None
    context: dict[str, Any] = {"landing": page, "agent": agent, "is_open": is_open}
    if page:
        context["features"] = list(page.features.all())
    if agent and is_open:
        context |= contexts.panel(agent, contexts.latest_session(agent, visitor))
    if agent and page:
        context["how"] = quoted(agent, page.how_question)
        context["faq"] = [found for question in page.question_list if (found := quoted(agent, question))]
    return context


def quoted(agent: Agent, question: str) -> dict[str, str] | None:
    """The built-in agent's quotation for a question, with its passage; None if the knowledge has no answer."""
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
    if not passages:
        return None
    request = ChatRequest(agent.name, agent.system_prompt, (PastMessage("user", question),), passages)
    built = answer(request, encoder=encoder())
    if built.band != "quote":
        return None  # a hedged answer is for a visitor who can ask on, not for the front page
    passage = passages[built.cited[0]]
    return {
        "question": question,
        "document": passage.document,
        "heading": passage.heading,
        "answer_html": render_markdown(built.text),
    }


def unanswered(page: LandingPage) -> list[str]:
    """The page's questions that the agent's knowledge does not answer, and which are therefore not shown."""
    agent = page.agent
    asked = [question for question in (page.how_question, *page.question_list) if question]
    return [question for question in dict.fromkeys(asked) if quoted(agent, question) is None]


@require_safe
def privacy(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """What the chat of an agent stores and sends where, with links to the company's own pages."""
    if slug is None:
        agent = Agent.objects.default()
    else:
        agent = get_object_or_404(Agent.objects.select_related("brand"), slug=slug)
    has_provider = bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)
    return render(request, "privacy.html", {"agent": agent, "has_provider": has_provider})
