"""Answers a visitor who has decided: says that this message alone tells nobody, and how to book or order."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from agents.llm.builtin.endings import cited_ways
from agents.llm.builtin.question.decisions import QUESTIONS
from agents.llm.builtin.question.followups import Resolved
from agents.llm.builtin.quoting import quoted
from agents.llm.builtin.weighed import BuiltAnswer, weighed_up
from agents.llm.offers import offer
from agents.llm.request import ChatRequest, PastMessage
from language.embeddings import Encoder


def taken_up(request: ChatRequest, encoder: Encoder | None, *, is_known: bool) -> BuiltAnswer:
    """How to reach the team and, if a quote is sure, the steps of a booking or an order. `is_known`: see `offer`."""
    way = offer("decided", request.reach, request.promise, is_known=is_known)
    found = [one for question in QUESTIONS if (one := _said_of(question, request, encoder)).band == "quote"]
    if not found:
        return BuiltAnswer(way, cited_ways(request) if request.promise is None else (), "talk", answerer="decided")
    steps = max(found, key=lambda one: one.confidence)
    if any(steps.text in turn.text for turn in request.history):
        return BuiltAnswer(way, (), "talk", answerer="decided")
    return replace(steps, text=f"{way} {_('This is how it goes on:')}\n\n{steps.text}", answerer="decided")


def _said_of(question: str, request: ChatRequest, encoder: Encoder | None) -> BuiltAnswer:
    asked = replace(request, history=(PastMessage("user", question),))
    weighed = weighed_up(asked, Resolved(question, question), encoder, lone=True)
    return quoted(weighed) if weighed.evidence.scored else BuiltAnswer("", (), "none")
