"""What the first page of the admin shows; each app registers its part from its `AppConfig.ready()`.

No app is imported upwards for it, and a person is shown, and counted for, only what they may see.
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
    """Whoever has any of these Django permissions, each as `app.codename`."""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One kind of work that waits for somebody; not shown while there is none."""

    name: str
    count: Callable[[HttpRequest], int]  # for this person; one query
    told: Callable[[int], str]  # "3 new leads", translated
    url: Callable[[], str]
    may_see: MaySee
    tone: Tone = Tone.WAITING
    position: int = 50  # the smaller, the sooner it is read: 10 for a person who waits, 20 for a lead


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a `ToDo` says to one person now."""

    told: str
    url: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of the admin that is no list of a model, for the side bar."""

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
    """One thing that staff look after, with ways on."""

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
    """Register a kind of work, by its name."""
    _to_dos[to_do.name] = to_do


def add_figures(figures: Figures) -> None:
    """Register charts of the last seven days; the function gives those this person may see."""
    if figures not in _figures:
        _figures.append(figures)


def add_cards(cards: Cards) -> None:
    if cards not in _cards:
        _cards.append(cards)


def add_page(page: StaffPage) -> None:
    """Register a page for the side bar, by its name."""
    _pages[page.name] = page


def pages(request: HttpRequest) -> list[tuple[str, str]]:
    """(label, address) of those this person may open."""
    return [(str(page.label), page.url()) for page in _pages.values() if page.may_see(request)]


def waiting(request: HttpRequest) -> list[Waiting]:
    """What waits for this person, the most urgent first."""
    found = []
    for to_do in sorted(_to_dos.values(), key=lambda one: (one.position, one.name)):
        if to_do.may_see(request) and (number := to_do.count(request)):
            found.append(Waiting(to_do.told(number), to_do.url(), to_do.tone))
    return found


def has_work(request: HttpRequest) -> bool:
    """Whether this person is told of any kind of work at all."""
    return any(to_do.may_see(request) for to_do in _to_dos.values())


def charts(request: HttpRequest, week: Week) -> list[Bars | Shares]:
    return [chart for figures in _figures for chart in figures(request, week)]


def cards(request: HttpRequest) -> list[Card]:
    return [card for found in _cards for card in found(request)]
