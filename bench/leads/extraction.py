"""Measures how facts are read out of messages: `python -m bench.leads.extraction [--show-wrong [FILE ...]]`.

The messages of `development/` were looked at, and their faults mended as kinds: the goal is for them. Nobody who writes
rules has looked at those of `held_out/`, which say what to expect of visitors. README.md beside this says how a line
looks; `--check FILE` says where one does not, without reading a fact.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.leads.labels import DECLINED, Case, cases, questions
from leads.extraction.reading import read
from leads.terms import KnownFact

HERE = Path(__file__).parent
AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # a Wednesday: what "next Tuesday" counts from
MIN_PRECISION, MIN_RECALL = 0.99, 0.95  # a wrong fact misleads a seller, a missed one is asked for again


@dataclass
class Score:
    """Facts that were read rightly, read wrongly, and missed, by kind."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    messages: int = 0
    took_s: float = 0

    def precision(self, kind: str = "") -> float:
        right, wrong = _count(self.right, kind), _count(self.wrong, kind)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, kind: str = "") -> float:
        right, missed = _count(self.right, kind), _count(self.missed, kind)
        return right / (right + missed) if right + missed else 1.0

    def add(self, other: Score) -> None:
        """Counts what was measured elsewhere too."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.mistakes += other.mistakes
        self.messages += other.messages
        self.took_s += other.took_s


def _count(counted: Counter[str], kind: str) -> int:
    return counted[kind] if kind else counted.total()


def files(folder: str) -> list[Path]:
    """The sets of `development` or `held_out`."""
    return sorted((HERE / folder).glob("*.jsonl"))


def found(case: Case) -> dict[str, str]:
    """The values that are read out of a message, by key; DECLINED for what the visitor does not want to say."""
    known = {key: KnownFact(key, kind, value, seq) for key, (kind, value, seq) in case.known.items()}
    facts = read(
        case.text, questions()[case.sale], asked=case.asked, known=known, at=AT, country=case.country,
        languages=case.languages,
    )  # fmt: skip
    return {each.key: DECLINED if each.is_declined else each.value for each in facts}


def measure(file: Path) -> Score:
    """How the messages of a file fare."""
    score = Score()
    for case in cases(file):
        began = time.process_time()
        read_out = found(case)
        score.took_s += time.process_time() - began
        score.messages += 1
        _compare(case, read_out, score)
    return score


def _compare(case: Case, read_out: dict[str, str], score: Score) -> None:
    for key in (case.wanted.keys() | read_out.keys()) - set(case.unclear):
        wanted, got = case.wanted.get(key, ()), read_out.get(key, "")
        kind = DECLINED if DECLINED in (*wanted, got) else case.kind_of(key)
        is_right = got in wanted
        score.right[kind] += is_right
        score.wrong[kind] += not is_right and key in read_out
        score.missed[kind] += not is_right and key in case.wanted
        if not is_right:
            asked = f" (asked for {case.asked})" if case.asked else ""
            score.mistakes.append(f"{case.text!r}{asked}: {key} is {' or '.join(wanted)!r}, read {got!r}")


def table(name: str, score: Score) -> str:
    """Precision and recall by kind."""
    lines = [f"{name}: {score.messages} messages", f"  {'kind':10} {'facts':>5} {'precision':>9} {'recall':>7}"]
    for kind in [*sorted(set(score.right) | set(score.wrong) | set(score.missed)), ""]:
        facts = _count(score.right, kind) + _count(score.missed, kind)
        lines.append(f"  {kind or 'all':10} {facts:5} {score.precision(kind):9.3f} {score.recall(kind):7.3f}")
    return "\n".join([*lines, f"  {score.took_s * 1000 / max(1, score.messages):.2f} ms a message"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.leads.extraction", description=__doc__)
    parser.add_argument("--show-wrong", nargs="*", metavar="FILE", help="print what is read wrongly in these sets")
    parser.add_argument("--check", nargs="+", metavar="FILE", help="look at the form of these sets and at nothing else")
    options = parser.parse_args()
    if options.check:
        print(*(f"{file}: {len(cases(Path(file)))} messages" for file in options.check), sep="\n")
    elif options.show_wrong is not None:
        for file in [Path(each) for each in options.show_wrong] or files("development"):
            print(file, *measure(file).mistakes, sep="\n")
    else:
        report()


def report() -> None:
    """Prints all sets, whether those that were mended reach the goal, and what messages nobody has read would give."""
    mended = _together("development")
    is_met = mended.precision() >= MIN_PRECISION and mended.recall() >= MIN_RECALL
    print(f"goal: precision {MIN_PRECISION}, recall {MIN_RECALL}:", "met" if is_met else "MISSED")
    _together("held_out")


def _together(folder: str) -> Score:
    name, total = folder.replace("_", " "), Score()
    for file in files(folder):
        score = measure(file)
        print(table(f"{name}, {file.stem}", score))
        total.add(score)
    print(f"{name}, all: {total.messages} messages, precision {total.precision():.3f}, recall {total.recall():.3f}")
    return total


if __name__ == "__main__":
    main()
