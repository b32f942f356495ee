"""Says what the company is and sells, in its own words, and what its pages are about."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agents.llm.builtin.question.overview import (
    introduces_by_name,
    is_introduction,
    lists_offer,
    overview_share,
)
from agents.llm.builtin.question.question import TRAIL
from agents.llm.builtin.shapes.quote import page_name
from agents.llm.builtin.shapes.rendering import escaped, rendered
from agents.llm.request import Passage
from language.blocks import tables, units
from language.words import words

INTRODUCTION_WORDS = 60
OFFER_WORDS = 90
MAX_TOPICS = 10


def overview(passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """The introduction, the list of what is sold, and the pages' titles; None if there is no page."""
    first = {passage.document_id: at for at, passage in reversed(list(enumerate(passages)))}
    openings = sorted(first.values(), key=lambda at: -overview_share(passages[at], opens=True))
    if not openings:
        return None
    told = [at for at in openings if is_introduction(passages[at])][:1]
    told = told or [at for at in openings if introduces_by_name(passages[at]) and _is_prose(passages[at])][:1]
    offers = [at for at, passage in enumerate(passages) if lists_offer(passage) and _has_list(passage)][:1]
    parts = [_beginning(passages[at], INTRODUCTION_WORDS) for at in told]
    parts += [_beginning(passages[at], OFFER_WORDS) for at in offers if at not in told]
    cited = tuple(dict.fromkeys([*told, *offers]))
    others = dict.fromkeys(_title(passages[at]) for at in sorted(openings) if at not in cited)
    if others:
        topics = "; ".join(escaped(title) for title in list(others)[:MAX_TOPICS])
        parts.append(_("I can tell you more about: %(topics)s.") % {"topics": topics})
    return "\n\n".join(parts), cited or tuple(openings[:2])


def _title(passage: Passage) -> str:
    """The name of a page; "Ferries" of "Ferries | Port Lennan to Hestra"."""
    return (passage.heading.split(TRAIL)[0] or page_name(passage.document)).partition(" | ")[0].rstrip(" .")


def _is_prose(passage: Passage) -> bool:
    return [unit.kind for unit in units(passage.text)[:1]] == ["sentence"]


def _has_list(passage: Passage) -> bool:
    return any(unit.kind in ("item", "row") for unit in units(passage.text))


def _beginning(passage: Passage, most: int) -> str:
    """The beginning of a passage, up to `most` words; a list or table is not cut."""
    found = units(passage.text)
    taken: list[int] = []
    count = 0
    for at, unit in enumerate(found):
        count += len(words(unit.text))
        if taken and count > most and unit.block != found[at - 1].block:
            break
        if taken and count > most and unit.kind not in ("item", "row"):
            break
        taken.append(at)
    return rendered(found, taken, tables(passage.text))
