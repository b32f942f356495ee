"""Answers "which plans are there" or "what do you sell" with the list, table or sections of that name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.features import label_of, stems_of
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.question.asks import GENERIC_NOUNS, kinds_in, names_kind, noun, share_of_kinds
from agents.llm.builtin.question.question import TRAIL, AskedQuestion
from agents.llm.builtin.shapes.quote import page_name
from agents.llm.builtin.shapes.rendering import rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table, Unit, units
from language.words import SYNONYM_SHARE, content_words, stem, synonyms, word_share

SHOWN = 12  # members of a long set
SHOWN_COLUMNS = 8  # rows of a table whose members are columns
MAX_WORDS = 160  # of sections listed with their first sentence
MAX_SECTIONS = 0.75  # this share of sibling sections must have what is asked for; otherwise they are chapters
_MONEY = frozenset({"money"})


@dataclass(frozen=True, slots=True)
class Collection:
    """Things listed in one place. `own` is the nearest heading, `trail` are the headings above it."""

    at: tuple[int, ...]
    own: str
    trail: str
    text: str  # all of it, to see which kinds of fact it has
    body: str  # Markdown
    is_sections: bool = False  # or paragraphs, each about a member
    side_by_side: bool = False  # a table whose members are its columns


def whole_set(
    question: AskedQuestion, passages: Sequence[Passage], evidence: Evidence
) -> tuple[str, tuple[int, ...]] | None:
    """The collection that has the name in the question, or None."""
    if not question.set_of:
        return None
    near = {at: max((s.score for s in evidence.scored if s.passage == at), default=-9.0) for at in range(len(passages))}
    best: Collection | None = None
    best_fit = 0.0
    for found in collections(question, passages):
        fit = _fit(question, found)
        if fit:
            fit += 0.03 * max(near[at] for at in found.at)
        if fit > best_fit:
            best, best_fit = found, fit
    if best is None:
        return None
    return best.body, best.at


def _fit(question: AskedQuestion, found: Collection) -> float:
    """How well the collection's name matches what is asked for, from 0 to about 2.5 for the same words."""
    *rest, head = question.set_of
    kinds = share_of_kinds(question.wants, found.text) if question.wants else 0.0
    if question.wants and not kinds:
        return 0.0
    shares = [max(_held(word, found.own), 0.8 * _held(word, found.trail)) for word in rest]
    shares.append(_held(head, found.own) or _generic(head, found))
    if min(shares) == 0.0 or (found.is_sections and noun_of_plural(head, found.own) < 1.0):
        return 0.0
    named = f"{found.own} {found.trail}"
    told = stems_of(named if found.is_sections else f"{named} {found.text}")
    if any(not word_share(word, told) for word in question.topic if not {noun(word), word} & set(question.set_of)):
        return 0.0
    own_words = content_words(found.own)
    asked = stems_of(question.text)
    precise = sum(word_share(word, asked) for word in own_words) / max(1, len(own_words))
    return sum(shares) / len(shares) + 0.5 * precise + kinds


def _held(wanted: str, name: str) -> float:
    nouns = {noun(word) for word in content_words(name)}
    if wanted in nouns:
        return 1.0
    stemmed = {stem(word) for word in nouns}
    return SYNONYM_SHARE if synonyms(stem(wanted)) & (stemmed - {stem(wanted)}) else 0.0


def noun_of_plural(wanted: str, name: str) -> float:
    """1 if the name has the noun in the plural: "Our bikes", and not "Rent a bike"."""
    return float(any(noun(word) == wanted != word for word in content_words(name)))


def _generic(head: str, found: Collection) -> float:
    """How well a price list matches general words such as plans or packages, which its columns seldom have."""
    priced = "amount" in kinds_in(found.text) and names_kind(_MONEY, f"{found.own} {found.trail}")
    return 0.7 if head in GENERIC_NOUNS and priced and found.side_by_side else 0.0


def collections(question: AskedQuestion, passages: Sequence[Passage]) -> Iterator[Collection]:
    for at, passage in enumerate(passages):
        *parents, own = passage.heading.split(TRAIL)
        trail = " ".join([page_name(passage.document), *parents])
        for table in whole_tables(at, passages):
            if len(table.rows) >= 2:
                text = " ".join(" ".join(row) for row in table.rows)
                name = f"{own} {table.header[0]}"
                body = _table(question, table)
                yield Collection((at,), name, trail, text, body, side_by_side=not table.header[0])
        yield from _lists(at, passage, own, trail)
    yield from _sections(question, passages)


def _table(question: AskedQuestion, table: Table) -> str:
    rows = table.rows
    if not table.header[0] and len(rows) > SHOWN_COLUMNS:
        wanted = [row for row in rows if share_of_kinds(question.wants, " ".join(row)) == 1.0]
        rows = tuple(wanted if question.wants and wanted else rows)[:SHOWN_COLUMNS]
    return _with_rest(rows_markdown(table, rows[:SHOWN]), len(rows[:SHOWN]), len(table.rows))


def _with_rest(body: str, shown: int, total: int) -> str:
    if shown >= total:
        return body
    return f"{body}\n\n{_('And %(count)d more.') % {'count': total - shown}}"


def _lists(at: int, passage: Passage, own: str, trail: str) -> Iterator[Collection]:
    found = units(passage.text)
    for block in dict.fromkeys(unit.block for unit in found):
        group = [unit for unit in found if unit.block == block]
        if group[0].kind == "item" and len(group) >= 2:
            shown = group if len(group) <= SHOWN else group[:SHOWN]
            lead = _lead_before(found, group[0])
            body = _with_rest("\n".join(unit.source for unit in shown), len(shown), len(group))
            text = " ".join(unit.text for unit in group)
            whole = f"{lead}\n\n{body}" if lead else body
            yield Collection((at,), f"{own} {group[0].context}", trail, text, whole)
    named = [unit for unit in found if unit.kind == "sentence" and unit.source.lstrip().startswith(("**", "The **"))]
    if len(named) >= 2 and len(dict.fromkeys(unit.block for unit in named)) == len(named):
        blocks = dict.fromkeys(unit.block for unit in found)
        body = "\n\n".join(" ".join(unit.source for unit in found if unit.block == block) for block in blocks)
        yield Collection((at,), own, trail, passage.text, body, is_sections=True)


def _lead_before(found: Sequence[Unit], item: Unit) -> str:
    before = [unit for unit in found if unit.block == item.block - 1]
    return before[-1].source if before and before[-1].kind == "lead" else ""


def _sections(question: AskedQuestion, passages: Sequence[Passage]) -> Iterator[Collection]:
    """Collections of sibling sections: each section with its first sentence, or with the fact asked for."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for at, passage in enumerate(passages):
        *parents, own = passage.heading.split(TRAIL)
        if parents and own:
            groups.setdefault((passage.document_id, TRAIL.join(parents)), {}).setdefault(own, at)
    for (_document, parent), members in groups.items():
        if len(members) < 2:
            continue
        places = list(members.values())
        lines, text = [], []
        for at in places:
            own = passages[at].heading.split(TRAIL)[-1]
            unit = _telling(question, passages[at])
            text.append(unit.text)
            lines.append(f"- **{own}** – {unit.text}" if label_of(unit) != own else f"- {unit.source}")
        telling = sum(share_of_kinds(question.wants, line) > 0 for line in text)
        if question.wants and telling < MAX_SECTIONS * len(text):
            continue
        if sum(len(line.split()) for line in lines) > MAX_WORDS:
            lines = [f"- {passages[at].heading.split(TRAIL)[-1]}" for at in places]
        trail = parent.split(TRAIL)
        yield Collection(tuple(places), trail[-1], " ".join(trail[:-1]), " ".join(text), "\n".join(lines), True)


def _telling(question: AskedQuestion, passage: Passage) -> Unit:
    found = units(passage.text)
    return max(found[:6], key=lambda unit: (share_of_kinds(question.wants, unit.text), -found.index(unit)))
