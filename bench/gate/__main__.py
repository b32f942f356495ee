"""`python -m bench.gate`: how well the gate tells what is borne out from what is not, on 200 constructed answers.

`development.json` may be looked at while the gate is worked on; `held_out.json` was written before, and never is. An
answer is right when it is said unchanged (1), or withheld (0). `mixed` are figures that are given, for another thing.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SETS = ("development", "held_out", "whose_development", "whose_held_out")


@dataclass(frozen=True)
class Case:
    """One answer to a visitor of one company; `is_supported` is what is right."""

    company: str
    is_supported: bool
    sort: str
    answer: str
    is_withheld: bool

    @property
    def is_right(self) -> bool:
        return self.is_withheld != self.is_supported


def cases(name: str) -> Iterator[Case]:
    from agents.llm.gate.checking import Gate
    from agents.llm.gate.evidence import StatedEvidence
    from agents.llm.request import ChatRequest, Passage, PastMessage, Withheld

    for company in json.loads((HERE / f"{name}.json").read_text()):
        placed = (["", each] if isinstance(each, str) else each for each in company["passages"])
        passages = tuple(Passage(str(at), "Page", heading, text) for at, (heading, text) in enumerate(placed))
        history = tuple(PastMessage("user", text) for text in company["said"])
        request = ChatRequest("Ada", company["prompt"], history, passages)
        evidence = StatedEvidence.of(request)
        for is_supported, sort, answer in company["answers"]:
            gate = Gate(request, evidence)
            events = [*gate.feed(answer), *gate.close()]
            is_withheld = any(isinstance(event, Withheld) for event in events)
            yield Case(company["name"], bool(is_supported), sort, answer, is_withheld)


def report(name: str, found: list[Case], *, with_misses: bool) -> None:
    withheld = [case for case in found if case.is_withheld]
    unsupported = [case for case in found if not case.is_supported]
    hits = sum(case.is_right for case in withheld)
    print(f"{name}: {len(found)} answers, {len(unsupported)} of them not borne out")
    print(f"  precision {hits / len(withheld):.3f} ({hits} of {len(withheld)} withheld were not borne out)")
    print(f"  recall    {hits / len(unsupported):.3f} ({hits} of {len(unsupported)} not borne out were withheld)")
    right, total = Counter(case.sort for case in found if case.is_right), Counter(case.sort for case in found)
    print("  right by sort:", ", ".join(f"{sort} {right[sort]}/{total[sort]}" for sort in sorted(total)))
    for case in found if with_misses else ():
        if not case.is_right:
            print(f"    {'said' if not case.is_withheld else 'withheld'}: {case.company}: {case.answer!r}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list the wrong ones of the development set")
    parser.add_argument("--held-out-misses", action="store_true", help="of the other one, once work has ended")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    import django

    django.setup()
    for name in SETS:
        shows = options.held_out_misses if "held_out" in name else options.misses
        report(name, list(cases(name)), with_misses=shows)


if __name__ == "__main__":
    main()
