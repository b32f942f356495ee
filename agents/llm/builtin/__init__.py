"""Answers from knowledge without a language model: quotes with the heading, compares, or says it does not know."""

from agents.llm.builtin.answering import BuiltAnswer, answer
from agents.llm.builtin.model import Builtin
from agents.llm.builtin.question.followups import search_query

__all__ = ["BuiltAnswer", "Builtin", "answer", "search_query"]
