"""The evaluation corpora: pages, questions, and the index made of them (vectors cached outside the repository)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.llm.request import Passage
from knowledge.text import split
from knowledge.text.rank import Index
from language import blocks
from language.embeddings import MODEL_SHA256, Encoder, Sentence, sentences_from_bytes, sentences_to_bytes

HERE = Path(__file__).parent
# Pages in the forms that companies really have: front matter, crawled pages, components.
WRITTEN_AS_FOUND = (
    "guesthouse",
    "leisure",
    "helpdesk",
    "climbing",
    "bakery",
    "tea",
    "removals",
    "makerspace",
    "langschool",
    "packaging",
    "ferry",
    "optician",
    "solar",
    "museum",
    "backup",
    "town",
    "toolhire",
    "vets",
    "campers",
    "labkit",
    "nursery",
    "pianos",
    "drycleaner",
    "broadband",
)
PAGES = {
    "demo": HERE.parents[1] / "knowledge" / "demo",
    "clinic": HERE / "clinic",
    "saas": HERE / "saas",
    "bikes": HERE / "bikes",
    **{name: HERE / name for name in WRITTEN_AS_FOUND},
}
# A set of questions is one file, or the questions of everyday.jsonl about one corpus.
EVERYDAY = {f"everyday-{corpus}": corpus for corpus in ("clinic", "saas", "bikes")}
SETS = {"demo": "demo", "clinic": "clinic", "saas": "saas", **EVERYDAY, **{name: name for name in WRITTEN_AS_FOUND}}
# Sets that nothing is ever tuned on: their questions are asked, only figures are shown.
UNSEEN = {"campers", "labkit", "nursery", "pianos", "drycleaner"}
_KEPT_ELSEWHERE: dict[str, Path] = {}


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer holds; `gold` is empty when the pages hold no answer. `every` must all be
    there too: the members of a set that was asked for. `previous` are the visitor's earlier messages, oldest first."""

    id: str
    question: str
    kind: str
    gold: tuple[str, ...]
    wrong: tuple[str, ...]
    previous: tuple[str, ...] = ()
    every: tuple[str, ...] = ()


def cases(name: str) -> list[Case]:
    """The questions of one of SETS."""
    file = _KEPT_ELSEWHERE.get(name) or _file(name)
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [
        Case(
            id=row["id"],
            question=row["q"],
            kind=row["kind"],
            gold=tuple(row["gold"]),
            wrong=tuple(row.get("not", ())),
            previous=_messages(row.get("previous", ())),
            every=tuple(row.get("all", ())),
        )
        for row in rows
        if row.get("corpus", SETS[name]) == SETS[name]
    ]


def _file(name: str) -> Path:
    folder = HERE / "questions" / ("held_out" if name in UNSEEN else "development")
    return folder / ("everyday.jsonl" if name in EVERYDAY else f"{name}.jsonl")


def _messages(written: str | Sequence[str]) -> tuple[str, ...]:
    """One earlier message is written as it is, several as a list."""
    return (written,) if isinstance(written, str) else tuple(written)


def add_unseen(folder: Path) -> str:
    """Adds a set that is kept outside the repository: `pages/*.md` and `questions.jsonl` in a folder of its name."""
    name = folder.resolve().name
    PAGES[name], SETS[name], _KEPT_ELSEWHERE[name] = folder / "pages", name, folder / "questions.jsonl"
    UNSEEN.add(name)
    return name


def build_index(corpus: str, encoder: Encoder | None) -> Index:
    return index_of({page.name: page.read_text("utf-8") for page in sorted(PAGES[corpus].glob("*.md"))}, encoder)


def index_of(pages: Mapping[str, str], encoder: Encoder | None) -> Index:
    """The index of pages by the name of their file."""
    passages = []
    for name, text in pages.items():
        parts = split.split_page(text, Path(name).stem)
        vectors: list[tuple[Sentence, ...]] = _vectors(parts, encoder) if encoder else [()] * len(parts)
        passages += [
            Passage(name, name, part.heading, part.text, sentences=sentences)
            for part, sentences in zip(parts, vectors, strict=True)
        ]
    return Index.build(passages)


def _vectors(parts: list[split.PagePart], encoder: Encoder) -> list[tuple[Sentence, ...]]:
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (split, blocks))
    key = hashlib.sha256(repr(parts).encode() + MODEL_SHA256.encode() + code).hexdigest()[:24]
    cache = Path(tempfile.gettempdir()) / "salesagent-bench" / key
    cache.mkdir(parents=True, exist_ok=True)
    files = [cache / f"{at}.bin" for at in range(len(parts))]
    if not all(file.exists() for file in files):
        for file, sentences in zip(files, split.embed_parts(encoder, parts), strict=True):
            file.write_bytes(sentences_to_bytes(sentences))
    return [sentences_from_bytes(file.read_bytes()) for file in files]
