"""Answers a visitor who wants a person with how to reach one, and never with "I do not know"."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agents.llm.builtin.question.asks import has_kind
from agents.llm.builtin.shapes.quote import told_apart
from agents.llm.offers import offer
from agents.llm.request import Passage, Promise
from language.blocks import Unit, units
from language.words import STOP_WORDS, stem, words

MAX_PASSAGES = 2
MAX_UNITS = 4  # ways to reach someone from one passage


def handed_over(
    message: str, passages: Sequence[Passage], promise: Promise | None = None, *, is_known: bool = False
) -> tuple[str, tuple[int, ...]]:
    """How to reach the team: by leaving contact details, if that is promised, and in the ways that the passages name.

    `is_known` is as in `offer`.
    """
    asked = {stem(word) for word in words(message) if word not in STOP_WORDS}
    found = [(at, _ways(passage, asked)) for at, passage in enumerate(passages)]
    shown = [(at, ways) for at, ways in found if ways][:MAX_PASSAGES]
    if not shown:
        return offer("person", passages, promise, is_known=is_known), ()
    lead = (
        f"{offer('person', (), promise, is_known=is_known)} {_('You can also reach them directly:')}"
        if promise
        else _("I am an AI assistant and cannot connect you, but this is how you reach the team:")
    )
    listed = [_listed(ways) for _at, ways in shown]
    told = told_apart(listed, [passages[at] for at, _ways_found in shown]) if len(shown) > 1 else listed[0]
    return f"{lead}\n\n{told}", tuple(at for at, _ways_found in shown)


def _ways(passage: Passage, asked: set[str]) -> list[Unit]:
    """Sentences with a telephone number or an address (those that the message names first), and the opening hours."""
    found = units(passage.text)
    ways = [unit for unit in found if has_kind("contact", unit.text)]
    if not ways:
        return []
    ways.sort(key=lambda unit: -len(asked & {stem(word) for word in words(unit.text)}))
    hours = [unit for unit in found if unit not in ways and has_kind("hours", unit.text) and unit.kind != "row"][:1]
    kept = ways[:MAX_UNITS] + hours
    return [unit for unit in found if unit in kept]


def _listed(ways: Sequence[Unit]) -> str:
    if all(unit.kind == "sentence" for unit in ways):
        return " ".join(unit.source for unit in ways)
    return "\n".join(f"- {unit.source.lstrip('-*+• ')}" for unit in ways)
