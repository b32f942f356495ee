"""Where an agent's pages in the admin lead: other apps tell what they have of it, and only to those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from agents.models import Agent
from lib.staff.cells import Tone


@dataclass(frozen=True, slots=True)
class AgentLink:
    """One way on from an agent's page."""

    label: str
    url: str
    told: str = ""  # what is to be found there: "14 documents"
    tone: Tone = Tone.QUIET


@dataclass(frozen=True, slots=True)
class AgentCount:
    """A column of numbers in the list of agents; each leads to what it counts."""

    name: str
    label: Any  # lazily translated
    expression: Any  # for a queryset of agents; a subquery, so that columns do not multiply each other's rows
    url: Callable[[Agent], str]
    may_see: Callable[[HttpRequest], bool]


Finder = Callable[[HttpRequest, Agent], Iterable[AgentLink]]
_finders: list[Finder] = []
_counts: dict[str, AgentCount] = {}


def lead_on(finder: Finder) -> None:
    """Register, from an app's `ready()`, links for an agent's page; the finder gives those this person may follow."""
    if finder not in _finders:
        _finders.append(finder)


def count_in_list(count: AgentCount) -> None:
    """Register, from an app's `ready()`, a column of the list of agents."""
    _counts[count.name] = count


def links(request: HttpRequest, agent: Agent) -> list[AgentLink]:
    return [link for finder in _finders for link in finder(request, agent)]


def counts(request: HttpRequest) -> list[AgentCount]:
    return [count for count in _counts.values() if count.may_see(request)]
