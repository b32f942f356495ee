"""The admin's first page. Each app registers its part from its `AppConfig.ready()`, so nothing is imported upwards.

A person sees, and is told the number of, only what they have the permission for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from lib.staff.cells import Tone
from lib.staff.charts import Bars, Shares
from lib.staff.week import Week

MaySee = Callable[[HttpRequest], bool]


def permitted(*permissions: str) -> MaySee:
    """True for users with any of these Django permissions, each as `app.codename`."""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One kind of work that waits for staff; not shown while there is none."""

    name: str
    count: Callable[[HttpRequest], int]  # for this person; one query
    told: Callable[[int], str]  # "3 new leads", translated
    url: Callable[[], str]
    may_see: MaySee
    tone: Tone = Tone.WAITING
    position: int = 50  # smaller comes first: 10 for a visitor who waits, 20 for a lead


@dataclass(frozen=True, slots=True)
class Waiting:
    """A `ToDo` as one person sees it now."""

    told: str
    url: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class StaffPage:
    """An entry of the side bar for an admin page that is not a model's list."""

    name: str
    label: Any  # lazily translated
    url: Callable[[], str]
    may_see: MaySee


@dataclass(frozen=True, slots=True)
class CardLink:
    label: str
    url: str
    number: int | None = None
    opens_tab: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that staff look after, with links."""

    title: str
    url: str
    state: Any = ""  # a badge
    links: list[CardLink] = field(default_factory=list)


Figures = Callable[[HttpRequest, Week], Iterable[Bars | Shares]]
Cards = Callable[[HttpRequest], Iterable[Card]]
_to_dos: dict[str, ToDo] = {}
_figures: list[Figures] = []
_cards: list[Cards] = []
_pages: dict[str, StaffPage] = {}


def add_to_do(to_do: ToDo) -> None:
    """Register a kind of work under a name."""
    _to_dos[to_do.name] = to_do


def add_figures(figures: Figures) -> None:
    """Register a function that returns charts of the last seven days which this person may see."""
    if figures not in _figures:
        _figures.append(figures)


def add_cards(cards: Cards) -> None:
    if cards not in _cards:
        _cards.append(cards)


def add_page(page: StaffPage) -> None:
    """Register a page for the side bar under a name."""
    _pages[page.name] = page


def pages(request: HttpRequest) -> list[tuple[str, str]]:
    """(label, address) of the registered pages that this person may open."""
    return [(str(page.label), page.url()) for page in _pages.values() if page.may_see(request)]


def waiting(request: HttpRequest) -> list[Waiting]:
    """What waits for this person, the most urgent first."""
    found = []
    for to_do in sorted(_to_dos.values(), key=lambda one: (one.position, one.name)):
        if to_do.may_see(request) and (number := to_do.count(request)):
            found.append(Waiting(to_do.told(number), to_do.url(), to_do.tone))
    return found


def has_work(request: HttpRequest) -> bool:
    """Whether this person may see any kind of work at all."""
    return any(to_do.may_see(request) for to_do in _to_dos.values())


def charts(request: HttpRequest, week: Week) -> list[Bars | Shares]:
    return [chart for figures in _figures for chart in figures(request, week)]


def cards(request: HttpRequest) -> list[Card]:
    return [card for found in _cards for card in found(request)]
