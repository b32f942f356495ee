"""Searches conversations for the inbox: by the visitor's details, by what the visitor wrote, by title and agent."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Q, QuerySet

from agents.models import Agent
from conversations.messages.searching import read_since, said
from conversations.models import Message, Session
from leads.models import Lead
from lib.staff.search_words import search_words

MAX_CHARS = 200
_NUMBER = re.compile(r"[\d\s()+./-]+")
MIN_DIGITS = 4  # fewer digits occur in too many telephone numbers


def matching(sessions: QuerySet[Session], query: str) -> QuerySet[Session]:
    """The sessions in which each word or "quoted phrase" of the query is found, or the query as a telephone number."""
    since = read_since()
    for word in _terms(query):
        sessions = sessions.filter(_holds(word, since))
    return sessions


def _terms(query: str) -> list[str]:
    """The words and phrases of a query; a telephone number is one term even if it has spaces."""
    return [query] if _digits(query) else search_words(query)


def _holds(word: str, since: datetime | None) -> Q:
    by_visitors = said(word, since).filter(role=Message.Role.USER)
    return (
        Q(title__icontains=word)
        | Q(agent__in=Agent.objects.filter(name__icontains=word).values("pk"))
        | Q(pk__in=Lead.objects.filter(_is_of(word)).values("session"))
        | Q(pk__in=by_visitors.values("session"))
    )


def _is_of(word: str) -> Q:
    """A condition for leads: the word is in their details, or in the details of the lead they were merged into."""
    found = Q()
    for lead in ("", "merged_into__"):
        for column in ("name", "email", "company"):
            found |= Q(**{f"{lead}{column}__icontains": word})
        if digits := _digits(word):
            found |= Q(**{f"{lead}phone__contains": digits})
    return found


def _digits(word: str) -> str:
    """The digits of a telephone number without leading zeros, which not all ways to write it have; "" if it is none."""
    digits = re.sub(r"\D", "", word).lstrip("0")
    return digits if _NUMBER.fullmatch(word) and len(digits) >= MIN_DIGITS else ""
