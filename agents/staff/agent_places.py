"""Where staff work on an agent: on its card on the first page, and in a bar over every page that belongs to it.

The places of other apps are told by them from their `ready()`; each is one click from any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from lib.staff import home
from lib.staff.cells import Tone, badge
from lib.staff.home import Card, CardLink, MaySee, permitted

MAX_CARDS = 12  # more are found in the list of agents


@dataclass(frozen=True, slots=True)
class AgentPlace:
    """One place of an agent's, as `name` known to the page that stands there."""

    name: str
    label: Any  # lazily translated
    url: Callable[[Agent], str]
    may_see: MaySee
    position: int
    number: Any = None  # what is there, as a subquery on agents: it must not multiply rows
    opens_tab: bool = False


_places: dict[str, AgentPlace] = {}
may_see_agents = permitted("agents.view_agent", "agents.change_agent")


def add_place(place: AgentPlace) -> None:
    """Register a place, by its name."""
    _places[place.name] = place


def connect() -> None:
    add_place(AgentPlace("settings", gettext_lazy("Settings"), settings_of, may_see_agents, 0))
    add_place(AgentPlace("chat", gettext_lazy("Try it out"), _chat_of, may_see_agents, 90, opens_tab=True))
    home.add_cards(_cards)


def settings_of(agent: Agent) -> str:
    return reverse("admin:agents_agent_change", args=[agent.pk])


def _chat_of(agent: Agent) -> str:
    """ "" for an agent that is off: its page takes no questions."""
    return agent.get_absolute_url() if agent.is_active else ""


def places_of(request: HttpRequest, agent: Agent) -> list[tuple[str, CardLink]]:
    """The places this person may go to, in order, each by its name; without a query."""
    found = []
    for place in sorted(_places.values(), key=lambda one: one.position):
        if place.may_see(request) and (url := place.url(agent)):
            number = getattr(agent, f"{place.name}_number", None)
            found.append((place.name, CardLink(str(place.label), url, number, place.opens_tab)))
    return found


def _cards(request: HttpRequest) -> Iterator[Card]:
    if not may_see_agents(request):
        return
    counted = {
        f"{place.name}_number": place.number
        for place in _places.values()
        if place.number is not None and place.may_see(request)
    }
    agents = Agent.objects.annotate(**counted).order_by("-is_active", "-is_default", "name")
    for agent in agents[:MAX_CARDS]:
        yield Card(agent.name, settings_of(agent), _state(agent), [link for _name, link in places_of(request, agent)])


def _state(agent: Agent) -> Any:
    if not agent.is_active:
        return badge(_("off"))
    return badge(_("on the landing page"), Tone.ACCENT) if agent.is_default else badge(_("active"), Tone.SUCCESS)
