"""Finds passages of an agent's knowledge that no case touches, first in documents that no case touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import zip_longest

from agents.llm.gate.evidence import read
from agents.models import Agent
from conversations.replies.making import excerpt
from evaluation.coverage import last_runs
from evaluation.models import Case
from evaluation.phrases import folded, is_pattern
from evaluation.proposing.proposal import Untouched
from knowledge.copies import answering_for, said_once
from knowledge.models import Chunk

MIN_CHARS = 15  # the shortest useful passage: "A bulb lasts 3 years."
MAX_READ = 5_000  # passages; a thousand pages have some four thousand


def untouched(agent: Agent) -> Iterator[Untouched]:
    """Untouched passages, one of each document in turn. A passage is touched if an answer of the last evaluation used
    it, or if it contains everything that a case expects."""
    by_document: dict[str, list[Untouched]] = defaultdict(list)
    touched_documents = set()
    touches = _touches(agent)
    for passage in _passages(agent):
        if touches(passage):
            touched_documents.add(passage.document_id)
        elif len(passage.text) >= MIN_CHARS:
            by_document[passage.document_id].append(passage)
    for passages in by_document.values():
        passages.sort(key=lambda passage: not _has_facts(passage.text))
    in_order = sorted(by_document, key=lambda pk: pk in touched_documents)
    for row in zip_longest(*(by_document[pk] for pk in in_order)):
        yield from (passage for passage in row if passage)


def _touches(agent: Agent) -> Callable[[Untouched], bool]:
    sources = {(str(each.get("document_id")), each.get("excerpt")) for run in last_runs(agent) for each in run.sources}
    cases = [_expected(case) for case in agent.cases.prefetch_related("cites")]
    named = {document_id for document_id, _excerpt in sources} | {each for _must, cites in cases for each in cites}
    answering = answering_for(agent.pk, named)
    sources = {(answering[document_id], text) for document_id, text in sources}
    cases = [(must, {answering[each] for each in cites}) for must, cites in cases]

    def is_touched(passage: Untouched) -> bool:
        if (passage.document_id, excerpt(passage.text)) in sources:
            return True
        text = folded(passage.text)
        return any(
            must and all(phrase in text for phrase in must) and (not cites or passage.document_id in cites)
            for must, cites in cases
        )

    return is_touched


def _expected(case: Case) -> tuple[list[str], set[str]]:
    phrases = [folded(phrase) for phrase in case.must if not is_pattern(phrase)]
    return phrases, {str(document.pk) for document in case.cites.all()}


def _passages(agent: Agent) -> Iterator[Untouched]:
    documents = said_once(agent.pk)
    chunks = Chunk.objects.filter(document__in=documents.values("pk")).order_by(
        "document__name", "document", "position"
    )
    rows = chunks.values_list("pk", "document", "document__name", "heading", "text")
    for chunk, document_id, document, heading, text in rows[:MAX_READ]:
        yield Untouched(chunk, str(document_id), document, heading, text)


def _has_facts(text: str) -> bool:
    return any(figure.kind != "count" for figure in read(text))
