"""`python -m bench.knowledge_conflicts`: how well contradictions between documents are told from what only looks so.

The rules were made with `made_with.txt`. `held_out.txt` was written before them, of other kinds of business, and its
single results are shown only when asked for. The documents of `bench.answers` agree with one another: what is found
there is made up. Each of their sentences with a figure is also put into a document of questions with another figure.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

HERE = Path(__file__).parent
SETS = ("made_with", "held_out")


@dataclass(frozen=True)
class Said:
    """A passage: its document, its heading below that, and its text."""

    document: str
    heading: str
    text: str

    @classmethod
    def of(cls, line: str) -> Said:
        place, _, text = line.partition(" :: ")
        document, _, heading = place.partition(" › ")
        return cls(document.strip(), heading.strip(), text.replace(" ⏎ ", "\n").strip())


@dataclass(frozen=True)
class Pair:
    """Two passages of two documents; `sort` says what makes them differ, or only seem to."""

    sort: str
    contradicts: bool
    one: Said
    other: Said
    found: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return self.contradicts == bool(self.found)


def pairs(name: str) -> Iterator[Pair]:
    """Those of a file: a line that says what they are, and one for each passage."""
    from knowledge.conflicts.contradictions import contradictions
    from knowledge.conflicts.statements import statements

    lines = [line for line in (HERE / f"{name}.txt").read_text().splitlines() if line and not line.startswith("#")]
    for told, first, second in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        verdict, _, sort = told.partition(" ")
        assert verdict in ("contradicts", "differs"), told
        one, other = Said.of(first), Said.of(second)
        stated = [statements(said.document, said.heading, said.text) for said in (one, other)]
        found = tuple(f"{a.written} / {b.written}" for a, b in contradictions(*stated))
        yield Pair(sort, verdict == "contradicts", one, other, found)


def report(name: str, found: list[Pair], *, with_misses: bool) -> None:
    shown = [pair for pair in found if pair.found]
    right = sum(pair.contradicts for pair in shown)
    of = sum(pair.contradicts for pair in found)
    print(f"{name}: {len(found)} pairs, {of} of them contradict each other, {len(found) - of} only look so")
    print(f"  precision {right / max(1, len(shown)):.3f} ({right} of {len(shown)} shown)")
    print(f"  recall    {right / of:.3f} ({right} of {of})")
    for pair in found if with_misses else ():
        if not pair.is_right:
            print(f"    {'not seen' if pair.contradicts else 'MADE UP'}: {pair.sort}: {pair.found}")
            print(f"        {pair.one.text!r}\n        {pair.other.text!r}")


def pages() -> Iterator[list[tuple[str, str, str]]]:
    """The documents of `bench.answers`, site by site: name, heading and text of each passage."""
    from bench.answers.corpora import PAGES
    from knowledge.ingestion.extract import read
    from knowledge.text.markdown_pages import page_title
    from knowledge.text.split import split_page

    for folder in PAGES.values():
        documents = []
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".zip"):
            with file.open("rb") as opened:
                found = read(opened, file.name)
            name = found.title or page_title(found.text) or file.stem
            documents.append([(name, part.heading, part.text) for part in split_page(found.text, name)])
        yield documents


def agreeing() -> tuple[int, int, float, list[str]]:
    """Passages of documents that agree, figures in them, seconds to read those, and what was made up."""
    from knowledge.conflicts.contradictions import contradictions
    from knowledge.conflicts.statements import statements

    number, stated, made_up = 0, 0, []
    begun = time.process_time()
    for site in pages():
        documents = [[statements(*passage) for passage in document] for document in site]
        number, stated = number + sum(map(len, documents)), stated + sum(len(each) for doc in documents for each in doc)
        for one, other in combinations(documents, 2):
            for first, second in product(one, other):
                made_up += [f"{a.source} / {b.source}" for a, b in contradictions(first, second)]
    return number, stated, time.process_time() - begun, made_up


def changed() -> tuple[int, int]:
    """Sentences of which one figure was changed in a copy, and how many of these were found."""
    from knowledge.conflicts.contradictions import contradictions
    from knowledge.conflicts.statements import statements

    number, found = 0, 0
    for passage in (passage for site in pages() for document in site for passage in document):
        stated = statements(*passage)
        for each in stated:
            digit = re.search(r"\d", each.written)
            if digit is None or each.kind == "phone" or each.source not in passage[2]:
                continue
            at = each.start + digit.start()
            copy = f"{each.source[:at]}{int(digit[0]) % 9 + 1}{each.source[at + 1 :]}"
            number += 1
            found += any(True for _ in contradictions(stated, statements("Questions", "", copy)))
    return number, found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge_conflicts", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list the wrong ones of the first set")
    parser.add_argument("--held-out-misses", action="store_true", help="of the others, once work has ended")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    import django

    django.setup()
    for name in SETS:
        shows = options.misses if name == SETS[0] else options.held_out_misses
        report(name, list(pairs(name)), with_misses=shows)
    number, stated, seconds, made_up = agreeing()
    print(f"documents that agree: {number} passages with {stated} figures, all compared with all in {seconds:.1f} s")
    print(f"  made up   {len(made_up)}")
    for each in made_up:
        print(f"    {each}")
    number, found = changed()
    print(f"sentences with one figure changed: {found / number:.3f} found ({found} of {number})")


if __name__ == "__main__":
    main()
