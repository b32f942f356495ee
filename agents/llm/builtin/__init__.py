"""Answers from knowledge without a language model: quotes with the heading, compares, or says it does not know."""

from agents.llm.builtin.answering import answer
from agents.llm.builtin.model import BuiltinModel
from agents.llm.builtin.question.followups import is_follow_up, search_query
from agents.llm.builtin.question.several import in_turn, search_queries
from agents.llm.builtin.weighed import BuiltAnswer

__all__ = ["BuiltAnswer", "BuiltinModel", "answer", "in_turn", "is_follow_up", "search_queries", "search_query"]
