"""Compares a document with the others of its agent in the background, and stores the conflicts.

A row says that a comparison is owed. The document's keys are stored before it is compared, so that of two documents
that are compared at once at least one finds the other. Conflicts and the end of the comparison are stored together.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from knowledge.conflict_models import ComparisonQuerySet
from knowledge.conflicts.contradictions import contradictions
from knowledge.conflicts.duplicates import are_duplicates
from knowledge.conflicts.sketches import candidates, sketch
from knowledge.conflicts.statements import Statement, statements
from knowledge.models import Chunk, Comparison, Conflict, Document

log = logging.getLogger(__name__)

RULES = 2  # raise it when the rules change: all documents are compared again
MAX_TAKEOVERS = 3  # a document during which so many processes died probably kills them
STEP = 50  # passages between two checks of clock and lease; some 0.1 to 0.2 s
READ_AT_ONCE = 500  # passages of other documents
MAX_FOUND = 200  # of one document: an old and a new price list differ in every row
MAX_ALIKE = 3  # rows for the same two quotes: the footer of a site is on a thousand pages


@dataclass(frozen=True, slots=True)
class ComparedPassage:
    """A stored passage, prepared for comparing."""

    document: Document
    heading: str
    text: str

    @property
    def statements(self) -> tuple[Statement, ...]:
        return statements(self.document.name, self.heading, self.text)

    @property
    def hash(self) -> str:
        return sha256(f"{self.heading}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Found:
    """Two passages and their contradicting statements; none if they are duplicates."""

    one: ComparedPassage
    other: ComparedPassage
    stated: tuple[Statement, Statement] | None

    @property
    def alike(self) -> str:
        if self.stated:
            quotes = [f"{each.source}\n{each.start}" for each in self.stated]
        else:
            quotes = [self.one.text, self.other.text]
        return sha256("\n\n".join(sorted(quotes)).encode()).hexdigest()


class _LeaseLost(Exception):
    """Another process has taken the work over, or the passages have changed."""


def compare_next(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Compare the document that has waited longest. Returns False if nothing is owed."""
    owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
    claimed = None if is_over() else _claim(timezone.now(), owner)
    if claimed is None:
        return False
    mine = Comparison.objects.filter(pk=claimed.pk, lease_owner=owner)
    try:
        if claimed.takeovers > MAX_TAKEOVERS:
            log.warning("document %s is not compared: the server ended several times while it was", claimed.pk)
            mine.update(is_owed=False, keys=b"", lease_owner="", lease_until=None)
        else:
            _compare(claimed.document, mine, is_over)
    except _LeaseLost:
        mine.update(lease_owner="", lease_until=None)
    return True


def owe_anew() -> int:
    """Owe a comparison for documents that were compared by older rules; returns how many."""
    owed = {"is_owed": True, "takeovers": 0, "lease_owner": "", "lease_until": None}
    return Comparison.objects.exclude(rules=RULES).filter(is_owed=False).update(**owed)


def _claim(at: datetime, owner: str) -> Comparison | None:
    with transaction.atomic():
        waiting = Comparison.objects.unattended(at).select_for_update(skip_locked=True, of=("self",))
        comparison = waiting.order_by("document__updated_at", "pk").first()
        if comparison is None:
            return None
        comparison.takeovers += bool(comparison.lease_owner)  # its process died without giving it up
        comparison.lease_owner, comparison.lease_until = owner, at + Comparison.LEASE
        comparison.save(update_fields=["takeovers", "lease_owner", "lease_until"])
    return Comparison.objects.select_related("document").defer("document__text", "keys").get(pk=comparison.pk)


def _compare(document: Document, mine: ComparisonQuerySet, is_over: Callable[[], bool]) -> None:
    def step() -> None:
        if is_over() or not mine.update(lease_until=timezone.now() + Comparison.LEASE):
            raise _LeaseLost

    own = _passages(document)
    keys = _keys(own, step)
    if not mine.update(keys=keys):
        raise _LeaseLost
    found = list(_found(document, own, keys, step))
    _store(document, {passage.hash for passage in own.values()}, found, mine)


def _keys(own: dict[int, ComparedPassage], step: Callable[[], None]) -> bytes:
    def stated() -> Iterator[tuple[int, str, Iterable[Statement]]]:
        for number, (position, passage) in enumerate(own.items()):
            if number % STEP == 0:
                step()
            yield position, passage.text, passage.statements

    return sketch(stated())


def _passages(document: Document, positions: Iterable[int] | None = None) -> dict[int, ComparedPassage]:
    chunks = Chunk.objects.filter(document=document.pk)
    if positions is not None:
        chunks = chunks.filter(position__in=list(positions))
    rows = chunks.order_by("position").values_list("position", "heading", "text")
    return {position: ComparedPassage(document, heading, text) for position, heading, text in rows}


def _found(
    document: Document, own: dict[int, ComparedPassage], keys: bytes, step: Callable[[], None]
) -> Iterator[_Found]:
    by_document: dict[uuid.UUID, list[tuple[int, int]]] = defaultdict(list)
    sketches = Comparison.objects.filter(document__agent=document.agent_id).exclude(pk=document.pk)
    packed = sketches.values_list("pk", "keys").iterator(chunk_size=READ_AT_ONCE)
    for position, other, there in candidates(keys, ((pk, bytes(each)) for pk, each in packed)):
        by_document[other].append((position, there))
    others = Document.objects.answering().filter(pk__in=by_document).defer("text").order_by("created_at", "pk")
    if document.text_hash:  # a whole copy is reported as one, not by passages
        others = others.exclude(text_hash=document.text_hash)
    number = 0
    for beside in others:
        pairs = by_document[beside.pk]
        for start in range(0, len(pairs), STEP):
            step()
            some = pairs[start : start + STEP]
            theirs = _passages(beside, {there for _own, there in some})
            for position, there in some:
                if position in own and there in theirs:
                    for each in _conflicts(own[position], theirs[there]):
                        yield each
                        number += 1
                        if number == MAX_FOUND:
                            return


def _conflicts(one: ComparedPassage, other: ComparedPassage) -> Iterator[_Found]:
    for stated in contradictions(one.statements, other.statements):
        yield _Found(one, other, stated)
    is_one_site = one.document.website_id is not None and one.document.website_id == other.document.website_id
    if not is_one_site and are_duplicates(one.text, other.text):
        yield _Found(one, other, None)


@transaction.atomic
def _store(document: Document, hashes: set[str], found: list[_Found], mine: ComparisonQuerySet) -> None:
    """Store the conflicts and the end of the comparison, if the passages are unchanged and the lease is still ours."""
    if mine.select_for_update().first() is None:
        raise _LeaseLost
    known = {row.alike + str(row.one_id) + str(row.other_id): row for row in _of(document)}
    seen = set()
    new: dict[str, list[Conflict]] = defaultdict(list)
    for each in found:
        row = _row(document, each)
        key = row.alike + str(row.one_id) + str(row.other_id)
        if key in seen:
            continue
        seen.add(key)
        if key in known:
            _renew(known[key], row)
        elif len(new[row.alike]) < MAX_ALIKE:
            new[row.alike].append(row)
    _add(document, new)
    for key, row in known.items():
        side = row.one_hash if row.one_id == document.pk else row.other_hash
        is_gone = row.agent_id != document.agent_id or (key not in seen and side not in hashes)
        if row.state == Conflict.State.OPEN and is_gone:
            row.state = Conflict.State.RESOLVED
            row.save(update_fields=["state", "changed_at"])
    mine.update(is_owed=False, rules=RULES, takeovers=0, lease_owner="", lease_until=None)


def _of(document: Document) -> Iterable[Conflict]:
    return Conflict.objects.filter(one=document.pk) | Conflict.objects.filter(other=document.pk)


def _add(document: Document, new: dict[str, list[Conflict]]) -> None:
    """Add missing rows, at most MAX_ALIKE for the same two quotes, and dismissed if these were dismissed elsewhere."""
    stored: dict[str, list[Conflict]] = defaultdict(list)
    for row in Conflict.objects.filter(agent=document.agent_id, alike__in=list(new)):
        stored[row.alike].append(row)
    rows = []
    for alike, some in new.items():
        dismissed = next((row for row in stored[alike] if row.state == Conflict.State.DISMISSED), None)
        room = MAX_ALIKE - sum(row.state != Conflict.State.RESOLVED for row in stored[alike])
        for row in some[: max(0, room)]:
            if dismissed:
                row.state, row.reason, row.note = dismissed.state, dismissed.reason, dismissed.note
                row.closed_by = dismissed.closed_by
            rows.append(row)
    Conflict.objects.bulk_create(rows, ignore_conflicts=True)


def _renew(known: Conflict, row: Conflict) -> None:
    """Update a known conflict, whose passages may have changed around the quotes."""
    if known.state == Conflict.State.RESOLVED:
        known.state = Conflict.State.OPEN
    for name in ("agent_id", *(f"{side}_{field}" for side in ("one", "other") for field in _SIDE)):
        setattr(known, name, getattr(row, name))
    known.save()


_SIDE = ("heading", "text", "hash", "quote", "start", "end")


def _row(document: Document, found: _Found) -> Conflict:
    """A row for it. Its sides are ordered by document id, whichever document was compared."""
    one, other = (found.one, found.stated and found.stated[0]), (found.other, found.stated and found.stated[1])
    if str(one[0].document.pk) > str(other[0].document.pk):
        one, other = other, one
    values = {**_side("one", *one), **_side("other", *other)}
    kind = Conflict.Kind.CONTRADICTION if found.stated else Conflict.Kind.DUPLICATE
    topic = found.stated[0].kind if found.stated else ""
    return Conflict(agent_id=document.agent_id, kind=kind, topic=topic, alike=found.alike, **values)


def _side(name: str, passage: ComparedPassage, statement: Statement | None) -> dict[str, object]:
    values: dict[str, object] = {"heading": passage.heading, "text": passage.text, "hash": passage.hash}
    if statement:
        values |= {"quote": statement.source, "start": statement.start, "end": statement.end}
    return {name: passage.document, **{f"{name}_{field}": value for field, value in values.items()}}
