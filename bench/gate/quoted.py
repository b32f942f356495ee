"""`python -m bench.gate.quoted`: how often the rule about whose figure it is would withhold what a page itself says.

Each sentence with a figure of the documents in `bench/answers`, said with nine passages and with the whole company as
evidence: none may be withheld.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "answers"
GIVEN = 9  # passages of one answer: six that are found, and the ways to reach the company
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def companies() -> Iterator[list[tuple[str, str]]]:
    from knowledge.text.split import split_page

    for folder in sorted(each for each in FOLDER.iterdir() if each.is_dir()):
        pages = sorted(folder.glob("*.md"))
        yield [(part.heading, part.text) for page in pages for part in split_page(page.read_text(), page.stem)]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    import django

    django.setup()
    from agents.llm.gate.evidence import read
    from agents.llm.gate.whose import Owners
    from language.blocks import plain

    figures = 0
    withheld: list[str] = []
    for passages in companies():
        for size in (GIVEN, max(len(passages), 1)):
            for first in range(0, len(passages), size):
                given = passages[first : first + size]
                owners = Owners(given)
                sentences = (
                    plain(each) for _heading, text in given for each in _SENTENCE.split(text) if each[:1] != "|"
                )
                for sentence in sentences:
                    found = read(sentence)
                    figures += len(found)
                    withheld += [sentence for figure in found if owners.mixes_up(sentence, figure)]
    print(f"{figures} figures in sentences of the pages, {len(withheld)} withheld")
    for sentence in withheld:
        print(f"    {sentence}")


if __name__ == "__main__":
    main()
