"""The made-up sites that the cross-encoder was not trained on, as corpora with questions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bench.answers.corpora import Case, index_of
from bench.cross_encoder import sites
from knowledge.text.rank import Index
from language.embeddings import Encoder


@dataclass(frozen=True, slots=True)
class MadeSite:
    """Half of the cases have an answer; the others are near misses."""

    name: str
    index: Index
    cases: tuple[Case, ...]


def made_sites(encoder: Encoder | None) -> Iterator[MadeSite]:
    """Each site that is kept apart from training."""
    by_site: dict[str, list[sites.MadePassage]] = defaultdict(list)
    for passage in sites.passages():
        if sites.is_kept_apart(passage.site):
            by_site[passage.site].append(passage)
    for site, passages in by_site.items():
        asked = [question for passage in passages for question in passage.asked]
        cases = tuple(_case(f"{site}-{at}", question) for at, question in enumerate(asked, 1))
        yield MadeSite(site, index_of(_pages(passages), encoder), cases)


def _pages(passages: list[sites.MadePassage]) -> dict[str, str]:
    """One page for each first part of a heading; the rest of the heading names a section."""
    sections: dict[str, list[str]] = defaultdict(list)
    for passage in passages:
        page, _, section = passage.heading.partition(" > ")
        sections[page].append(f"## {section.replace(' > ', ' – ')}\n\n{passage.text}" if section else passage.text)
    return {
        f"{re.sub(r'[^a-z0-9]+', '-', page.lower()).strip('-')}.md": "\n\n".join(
            [f"# {page}", *sorted(texts, key=lambda text: text.startswith("## "))]
        )
        for page, texts in sections.items()
    }


def _case(name: str, question: sites.Question) -> Case:
    """A stretch of a table answers with each of its cells."""
    cells = [cell.strip(" *") for cell in (question.answer or "").split("|") if cell.strip(" *")]
    gold, every = tuple(cells[:1]), tuple(cells[1:])
    return Case(name, question.text, question.why or "answered", gold=gold, wrong=(), every=every)
