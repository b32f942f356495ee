"""How often a near miss is answered for sure: `python -m bench.answers.near_misses [--show]`.

A near miss is a question about a thing that the pages name, where the one fact asked for is missing. `--show` prints
what was answered for sure, except for the sites that are held out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from bench.answers.corpora import Case, build_index
from bench.answers.evaluate import Outcome, run
from language import embeddings

HERE = Path(__file__).parent / "questions" / "near_misses"


def near_misses(group: str) -> dict[str, list[Case]]:
    """By corpus, the questions of "development" or "held_out"."""
    found: dict[str, list[Case]] = defaultdict(list)
    for line in (HERE / f"{group}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found[row["corpus"]].append(Case(row["id"], row["q"], row["kind"], gold=(), wrong=()))
    return found


def answered(group: str, encoder: embeddings.Encoder | None) -> Iterator[Outcome]:
    for corpus, asked in near_misses(group).items():
        index = build_index(corpus, encoder)
        yield from (run(index, case, encoder) for case in asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="what was answered for sure, except where it is held out")
    options = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=False)
    encoder = embeddings.load()
    for group in ("development", "held_out"):
        outcomes = list(answered(group, encoder))
        sure = [outcome for outcome in outcomes if outcome.sure]
        kinds = Counter(outcome.case.kind for outcome in sure)
        print(
            f"near misses, {group}: {len(outcomes)}; refused {sum(one.refused for one in outcomes)}, hedged "
            f"{sum(one.hedged for one in outcomes)}, answered for sure {len(sure)} = {len(sure) / len(outcomes):.1%} "
            f"({', '.join(f'{kind} {count}' for kind, count in kinds.most_common())})"
        )
        if options.show and group != "held_out":
            for outcome in sure:
                print(f"\n[{outcome.case.id} {outcome.case.kind}] {outcome.case.question}\n{outcome.answer.text}")


if __name__ == "__main__":
    main()
