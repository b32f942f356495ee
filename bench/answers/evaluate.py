"""Measures the built-in answerer: `python -m bench.answers.evaluate [--corpus all] [--lexical] [--show-wrong]`."""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from agents.llm.builtin import BuiltAnswer, answer, in_turn, search_queries
from agents.llm.builtin.weighed import LIKELY
from agents.llm.request import ChatRequest, Passage, PastMessage
from bench.answers.corpora import SETS, UNSEEN, Case, add_unseen, build_index, cases
from knowledge.text.rank import Index
from language import embeddings
from language.blocks import plain

PASSAGES = 6  # what a reply hands to a model
# What a stranger's documents and questions have to reach; an unanswerable question is never answered for sure.
MIN_FOUND, MIN_RIGHT, MAX_WRONG_SURE, MIN_SURE = 0.95, 0.85, 0.02, 0.6
_HEADING = re.compile(r"(?:\A|\n\n)\*\*[^\n]+\*\*(?=\n\n)")  # above each quote


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question answered. `right` needs a gold (or every member of a set), no forbidden text, and no refusal;
    `leads` says that the first of the quotes holds it already. A crash counts as an answer that is wrong and sure."""

    case: Case
    answer: BuiltAnswer
    right: bool
    elapsed_ms: float
    found_at: int  # place of the first passage that holds a gold, from 1; 0 if none of them does
    leads: bool = False
    crash: str = ""

    @property
    def sure(self) -> bool:
        return self.answer.band == "quote"

    @property
    def hedged(self) -> bool:
        return self.answer.band == "closest"

    @property
    def refused(self) -> bool:
        """Refused, asked back or small talk: nothing of the pages was given as an answer."""
        return not self.sure and not self.hedged

    @property
    def declined(self) -> bool:
        """Refused, or said to have no clear answer before showing what is nearest."""
        return self.refused or (self.hedged and self.answer.confidence < LIKELY)

    def found(self, passages: int) -> bool:
        return 0 < self.found_at <= passages


def run(index: Index, case: Case, encoder: embeddings.Encoder | None) -> Outcome:
    start = time.perf_counter()
    try:
        history = conversation(index, case.previous, encoder)
        start = time.perf_counter()
        found, passages = reply(index, (*history, PastMessage("user", case.question)), encoder)
    except Exception as error:  # whatever it is, a visitor gets no answer
        crash = f"{type(error).__name__}: {error}"
        return Outcome(case, BuiltAnswer("", (), "quote"), False, _ms_since(start), 0, crash=crash)
    elapsed_ms = _ms_since(start)
    right = holds_answer(case, found, found.text)
    held = [readable(f"{passage.heading}\n{passage.text}") for passage in passages]
    golds = [readable(gold) for gold in case.gold]
    return Outcome(
        case=case,
        answer=found,
        right=right,
        elapsed_ms=elapsed_ms,
        found_at=next((at for at, text in enumerate(held, 1) if any(gold in text for gold in golds)), 0),
        leads=right and holds_answer(case, found, "\n\n".join(_HEADING.split(found.text)[:2])),
    )


def conversation(index: Index, messages: Sequence[str], encoder: embeddings.Encoder | None) -> tuple[PastMessage, ...]:
    """What was said after these messages: the answers between them are the answerer's own."""
    history: tuple[PastMessage, ...] = ()
    for message in messages:
        history = (*history, PastMessage("user", message))
        history = (*history, PastMessage("assistant", reply(index, history, encoder)[0].text))
    return history


def reply(
    index: Index, history: tuple[PastMessage, ...], encoder: embeddings.Encoder | None
) -> tuple[BuiltAnswer, tuple[Passage, ...]]:
    """Searches and answers as a visitor's conversation does."""
    found = (index.search(query, PASSAGES, encoder=encoder) for query in search_queries(history))
    passages = in_turn([[hit.passage for hit in hits] for hits in found])
    return answer(ChatRequest("Ada", "", history, passages), encoder), passages


def _ms_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def holds_answer(case: Case, found: BuiltAnswer, shown: str) -> bool:
    text = readable(shown)
    return (
        found.band in ("quote", "closest")
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
    wrong = [outcome for outcome in known if not outcome.right]
    times = sorted(outcome.elapsed_ms for outcome in outcomes)
    print(f"\n{name}: {len(known)} answerable, {len(unknown)} not")
    print(f"  gold in the first passage  {share(sum(o.found(1) for o in known), len(known))}")
    print(f"    in the first three       {share(sum(o.found(3) for o in known), len(known))}")
    print(f"    in those handed over     {share(sum(o.found(PASSAGES) for o in known), len(known))}")
    print(f"  right, however sure        {share(len(right), len(known))}")
    print(f"    right and sure of it     {share(sum(o.sure for o in right), len(known))}")
    print(f"    right in the first quote {share(sum(o.leads for o in right), len(known))}")
    print(f"  wrong and sure of it       {share(sum(o.sure for o in wrong), len(known))}")
    print(f"  wrong but said unsure      {share(sum(o.hedged for o in wrong), len(known))}")
    print(f"  refused though known       {share(sum(o.refused for o in known), len(known))}")
    print(f"  unanswerable: refused      {share(sum(o.refused for o in unknown), len(unknown))}")
    print(f"    or said no clear answer  {share(sum(o.declined for o in unknown), len(unknown))}")
    print(f"    said not sure            {share(sum(o.hedged for o in unknown), len(unknown))}")
    print(f"    answered for sure        {share(sum(o.sure for o in unknown), len(unknown))}")
    if crashes := Counter(outcome.crash for outcome in outcomes if outcome.crash):
        print("  crashed: " + "; ".join(f"{count} x {what}" for what, count in crashes.items()))
    print(f"  ms a question: p50 {statistics.median(times):.1f}, p95 {times[int(len(times) * 0.95)]:.1f}")
    print("  right by kind: " + ", ".join(by_kind(known)))


def by_kind(outcomes: Sequence[Outcome]) -> list[str]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.case.kind].append(outcome.right)
    return [f"{kind} {sum(right)}/{len(right)}" for kind, right in sorted(kinds.items())]


def table(outcomes_of: Mapping[str, Sequence[Outcome]]) -> str:
    """One Markdown row for each set: percentages of the answerable questions, then counts of the unanswerable ones."""
    rows = [
        "| set | answerable | hit@1 | hit@3 | right | right, sure | wrong, sure | wrong, hedged | refused "
        "| unanswerable: refused / hedged / sure |",
        "|" + " --- |" * 10,
    ]
    for name, outcomes in outcomes_of.items():
        known = [outcome for outcome in outcomes if outcome.case.gold]
        unknown = [outcome for outcome in outcomes if not outcome.case.gold]
        counts = (
            sum(o.found(1) for o in known),
            sum(o.found(3) for o in known),
            sum(o.right for o in known),
            sum(o.right and o.sure for o in known),
            sum(o.sure and not o.right for o in known),
            sum(o.hedged and not o.right for o in known),
            sum(o.refused for o in known),
        )
        cells = [name, str(len(known)), *(f"{count / len(known):.0%}" for count in counts)]
        ends = " / ".join(
            str(sum(ended)) for ended in zip(*((o.refused, o.hedged, o.sure) for o in unknown), strict=True)
        )
        rows.append(f"| {' | '.join([*cells, ends])} |")
    return "\n".join(rows)


def against_goals(outcomes: Sequence[Outcome]) -> str:
    """One line for the sets that nothing was tuned on."""
    known = [outcome for outcome in outcomes if outcome.case.gold]
    unknown = [outcome for outcome in outcomes if not outcome.case.gold]
    found, right, wrong = (
        sum(outcome.found(3) for outcome in known) / len(known),
        sum(outcome.right for outcome in known) / len(known),
        sum(outcome.sure and not outcome.right for outcome in known) / len(known),
    )
    sure_at_all = sum(outcome.sure for outcome in known) / len(known)
    sure = sum(outcome.sure for outcome in unknown)
    parts = [
        f"hit@3 {found:.0%} {_met(found >= MIN_FOUND)}",
        f"right {right:.0%} {_met(right >= MIN_RIGHT)}",
        f"sure at all {sure_at_all:.0%} {_met(sure_at_all >= MIN_SURE)}",
        f"wrong and sure {wrong:.1%} {_met(wrong <= MAX_WRONG_SURE)}",
        f"unanswerable but sure {sure}/{len(unknown)} {_met(not sure)}",
    ]
    return f"unseen sets, {len(known)} answerable and {len(unknown)} not: " + ", ".join(parts)


def _met(is_met: bool) -> str:
    return "(met)" if is_met else "(missed)"


def share(count: int, total: int) -> str:
    return f"{count}/{total} = {count / total:.0%}" if total else "-"


def show_wrong(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        good = outcome.right if outcome.case.gold else outcome.refused
        if good:
            continue
        case, found = outcome.case, outcome.answer
        print(f"\n[{case.id} {case.kind}] {' | '.join([*case.previous, case.question])}")
        if outcome.crash:
            print(f"  {outcome.crash}")
            continue
        print(f"  gold {list(case.gold)}; in passage: {outcome.found_at}; {found.band} {found.confidence:.2f}")
        print(f"  by {found.answerer or 'itself'}; doubt: {found.doubt or 'none'}")
        print("  " + found.text.replace("\n", "\n  ") if found.band not in ("none", "ask") else "  -")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", choices=[*SETS, "all"], default="all")
    parser.add_argument("--lexical", action="store_true", help="without the embedding model")
    parser.add_argument("--show-wrong", action="store_true", help="except for sets that nothing is tuned on")
    parser.add_argument("--half", choices=["odd", "even"], help="every second question only, to keep some unseen")
    parser.add_argument(
        "--unseen", type=Path, nargs="+", default=[], help="folders with pages/*.md and questions.jsonl"
    )
    options = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=False)
    encoder = None if options.lexical else embeddings.load()
    kept_elsewhere = [add_unseen(folder) for folder in options.unseen]
    outcomes_of: dict[str, list[Outcome]] = {}
    for name in SETS if options.corpus == "all" else [options.corpus, *kept_elsewhere]:
        index = build_index(SETS[name], encoder)
        asked = cases(name)
        if options.half:
            asked = asked[options.half == "even" :: 2]
        outcomes = [run(index, case, encoder) for case in asked]
        report(f"{name}{' without vectors' if options.lexical else ''}", outcomes)
        if options.show_wrong and name not in UNSEEN:
            show_wrong(outcomes)
        outcomes_of[name] = outcomes
    print(f"\n{table(outcomes_of)}")
    if unseen := [outcome for name in UNSEEN & outcomes_of.keys() for outcome in outcomes_of[name]]:
        print(f"\n{against_goals(unseen)}")


if __name__ == "__main__":
    main()
