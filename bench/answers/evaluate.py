"""Measures the built-in answerer: `python -m bench.answers.evaluate [--corpus all] [--lexical] [--show-wrong]`."""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from agents.llm import embeddings
from agents.llm.builtin import BuiltAnswer, answer, search_query
from agents.llm.builtin.answering import LIKELY
from agents.llm.builtin.blocks import plain
from agents.llm.request import ChatRequest, Turn
from bench.answers.corpora import SETS, Case, build_index, cases
from knowledge.text.rank import Index

PASSAGES = 6  # what a reply hands to a model
_HEADING = re.compile(r"(?:\A|\n\n)\*\*[^\n]+\*\*(?=\n\n)")  # above each quote


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question answered. `right` needs a gold (or every member of a set), no forbidden text, and no refusal;
    `leads` says that the first of the quotes holds it already."""

    case: Case
    answer: BuiltAnswer
    right: bool
    elapsed_ms: float
    found: bool  # the passages handed over hold a gold
    leads: bool = False

    @property
    def refused(self) -> bool:
        return self.answer.band in ("none", "ask")

    @property
    def unsure(self) -> bool:
        return self.answer.band == "closest"

    @property
    def declined(self) -> bool:
        """Refused, or said to have no clear answer before showing what is nearest."""
        return self.refused or (self.unsure and self.answer.confidence < LIKELY)


def run(index: Index, case: Case, encoder: embeddings.Encoder | None) -> Outcome:
    turns = [Turn("user", case.previous), Turn("assistant", "…")] if case.previous else []
    history = (*turns, Turn("user", case.question))
    start = time.perf_counter()
    hits = index.search(search_query(history), PASSAGES, encoder=encoder)
    request = ChatRequest("Ada", "", history, tuple(hit.passage for hit in hits))
    found = answer(request, encoder)
    elapsed_ms = (time.perf_counter() - start) * 1000
    right = holds_answer(case, found, found.text)
    held = readable("\n".join(hit.passage.text for hit in hits))
    return Outcome(
        case=case,
        answer=found,
        right=right,
        elapsed_ms=elapsed_ms,
        found=any(readable(gold) in held for gold in case.gold),
        leads=right and holds_answer(case, found, "\n\n".join(_HEADING.split(found.text)[:2])),
    )


def holds_answer(case: Case, found: BuiltAnswer, shown: str) -> bool:
    text = readable(shown)
    return (
        found.band not in ("none", "ask", "talk")
        and any(readable(gold) in text for gold in case.gold)
        and all(readable(member) in text for member in case.every)
        and not any(readable(wrong) in text for wrong in case.wrong)
    )


def readable(markdown: str) -> str:
    return " ".join(plain(line) for line in markdown.splitlines()).replace("’", "'").casefold()


def report(name: str, outcomes: Sequence[Outcome]) -> None:
    known = [outcome for outcome in outcomes if outcome.case.gold]
    unknown = [outcome for outcome in outcomes if not outcome.case.gold]
    right = [outcome for outcome in known if outcome.right]
    confident = [o for o in known if not o.right and o.answer.band == "quote"]
    times = sorted(outcome.elapsed_ms for outcome in outcomes)
    print(f"\n{name}: {len(known)} answerable, {len(unknown)} not")
    print(f"  right, however sure        {share(len(right), len(known))}")
    print(f"    right and sure of it     {share(sum(o.answer.band == 'quote' for o in right), len(known))}")
    print(f"    right in the first quote {share(sum(o.leads for o in right), len(known))}")
    print(f"  wrong and sure of it       {share(len(confident), len(known))}")
    print(f"  wrong but said unsure      {share(sum(not o.right and o.unsure for o in known), len(known))}")
    print(f"  refused though known       {share(sum(o.refused for o in known), len(known))}")
    print(f"  passages hold the answer   {share(sum(o.found for o in known), len(known))}")
    print(f"  unanswerable: refused      {share(sum(o.refused for o in unknown), len(unknown))}")
    print(f"    or said no clear answer  {share(sum(o.declined for o in unknown), len(unknown))}")
    print(f"    or said not sure         {share(sum(o.refused or o.unsure for o in unknown), len(unknown))}")
    print(f"  ms a question: p50 {statistics.median(times):.1f}, p95 {times[int(len(times) * 0.95)]:.1f}")
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in known:
        kinds[outcome.case.kind].update({"n": 1, "right": int(outcome.right)})
    by_kind = (f"{kind} {counts['right']}/{counts['n']}" for kind, counts in sorted(kinds.items()))
    print("  by kind: " + ", ".join(by_kind))


def share(count: int, total: int) -> str:
    return f"{count}/{total} = {count / total:.0%}" if total else "-"


def show_wrong(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        good = outcome.right if outcome.case.gold else outcome.refused
        if good:
            continue
        case, found = outcome.case, outcome.answer
        print(f"\n[{case.id} {case.kind}] {case.previous + ' | ' if case.previous else ''}{case.question}")
        print(f"  gold {list(case.gold)}; in passages: {outcome.found}; {found.band} {found.confidence:.2f}")
        print("  " + found.text.replace("\n", "\n  ") if found.band not in ("none", "ask") else "  -")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", choices=[*SETS, "all"], default="all")
    parser.add_argument("--lexical", action="store_true", help="without the embedding model")
    parser.add_argument("--show-wrong", action="store_true")
    parser.add_argument("--half", choices=["odd", "even"], help="every second question only, to keep some unseen")
    options = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=False)
    encoder = None if options.lexical else embeddings.load()
    for name in SETS if options.corpus == "all" else [options.corpus]:
        index = build_index(SETS[name], encoder)
        asked = cases(name)
        if options.half:
            asked = asked[options.half == "even" :: 2]
        outcomes = [run(index, case, encoder) for case in asked]
        report(f"{name}{' without vectors' if options.lexical else ''}", outcomes)
        if options.show_wrong:
            show_wrong(outcomes)


if __name__ == "__main__":
    main()
