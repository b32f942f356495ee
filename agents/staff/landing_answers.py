"""What the app that answers tells the landing page's form: which questions its page cannot show."""

from __future__ import annotations

from collections.abc import Callable

from agents.models import LandingPage

Finder = Callable[[LandingPage], list[str]]
_finders: list[Finder] = []


def tell_unanswered(finder: Finder) -> None:
    """Register, from an app's `ready()`, who knows which of a page's questions have no answer."""
    if finder not in _finders:
        _finders.append(finder)


def unanswered(page: LandingPage) -> list[str]:
    """The page's questions that are not shown, in the order they are written in."""
    return [question for finder in _finders for question in finder(page)]
