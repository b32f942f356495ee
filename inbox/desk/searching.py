"""Which conversations a search of the inbox finds: by who the visitor is, by what they said, by agent."""

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
MIN_DIGITS = 4  # fewer stand in half of all telephone numbers


def matching(sessions: QuerySet[Session], query: str) -> QuerySet[Session]:
    """Those in which each word, or "phrase", or the one telephone number of the query is found."""
    since = read_since()
    for word in _terms(query):
        sessions = sessions.filter(_holds(word, since))
    return sessions


def _terms(query: str) -> list[str]:
    """A telephone number is one term, however it is spaced."""
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
    """Of a lead: by its own details, or by those of the same person from another conversation."""
    found = Q()
    for lead in ("", "merged_into__"):
        for column in ("name", "email", "company"):
            found |= Q(**{f"{lead}{column}__icontains": word})
        if digits := _digits(word):
            found |= Q(**{f"{lead}phone__contains": digits})
    return found


def _digits(word: str) -> str:
    """The digits of a telephone number as far as all ways of writing it share them, "" if it is none."""
    digits = re.sub(r"\D", "", word).lstrip("0")
    return digits if _NUMBER.fullmatch(word) and len(digits) >= MIN_DIGITS else ""
