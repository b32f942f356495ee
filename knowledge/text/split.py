"""Splits pages into passages, the unit that is found and quoted, and passages into the sentences that get vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from knowledge.text.markdown_pages import PAGE, TRAIL_JOIN, Section, only_title, sections
from language.blocks import blocks, is_item, is_table, sentence_spans, units
from language.embeddings import INT8_SCALE, Encoded, Encoder, Sentence

PASSAGE_WORDS = 120  # with larger or merged passages less was found: docs/built-in-answers.md
PARTS_AT_ONCE = 32  # passages encoded together: some 300 texts, 15 MB of token vectors
SHORT_TRAIL_WORDS = 4  # two headings of usual length have more
THREADS = 2  # for indexing in the background; a question is encoded by one thread


@dataclass(frozen=True, slots=True)
class PagePart:
    """One passage of a page before it is stored: at most PASSAGE_WORDS words, unless a single line is longer.

    `title` is the document's; it is encoded with the passage but not stored with it. `page` is the printed page on
    which the passage begins; None if the document has no pages.
    """

    heading: str
    text: str
    title: str = ""
    page: int | None = None


def split_page(text: str, name: str = "") -> list[PagePart]:
    """The passages of a page in Markdown or plain text, in order. No passage contains text of two sections.

    `name` is the document's name, used as the title if the page has none."""
    title = only_title(text) or name
    return [
        PagePart(section.heading, "\n\n".join(group), title, page)
        for section in sections(text)
        for group, page in _groups(section)
    ]


def _words(text: str) -> int:
    return len(text.split())


def _groups(section: Section) -> Iterator[tuple[list[str], int | None]]:
    """The blocks of each passage, and the page on which it begins. The line that introduces a list stays with it."""
    group: list[str] = []
    page = begun_on = section.page
    for block in blocks(section.text):
        if block[0][:1] == PAGE:
            page = int(block[0][1:])
            continue
        for piece in _pieces(block):
            if group and _words("\n".join(group)) + _words(piece) > PASSAGE_WORDS:
                lead = group.pop() if len(group) > 1 and group[-1].rstrip().endswith(":") else None
                yield group, begun_on
                group = [lead] if lead else []
            if not group:
                begun_on = page
            group.append(piece)
    if group:
        yield group, begun_on


def _pieces(lines: list[str]) -> Iterator[str]:
    whole = "\n".join(lines)
    if _words(whole) <= PASSAGE_WORDS:
        yield whole
    elif is_table(lines) and len(lines) > 2:
        head = lines[:2]
        for rows in _packed(lines[2:], PASSAGE_WORDS - _words(lines[0])):
            yield "\n".join([*head, *rows])
    elif is_item(lines[0]):
        for items in _packed(lines, PASSAGE_WORDS):
            yield "\n".join(items)
    else:
        spans = [piece for span in sentence_spans(" ".join(lines)) for piece in _chopped(span)]
        for sentences in _packed(spans, PASSAGE_WORDS):
            yield " ".join(sentences)


def _packed(lines: Iterable[str], limit: int) -> Iterator[list[str]]:
    pack: list[str] = []
    for line in lines:
        if pack and _words(" ".join(pack)) + _words(line) > limit:
            yield pack
            pack = []
        pack.append(line)
    if pack:
        yield pack


def _chopped(span: str) -> Iterator[str]:
    """A sentence in pieces of at most PASSAGE_WORDS words."""
    words = span.split()
    for start in range(0, len(words), PASSAGE_WORDS):
        yield " ".join(words[start : start + PASSAGE_WORDS])


def embed_parts(encoder: Encoder, parts: Sequence[PagePart]) -> list[tuple[Sentence, ...]]:
    """The vectors of each passage: one entry for the whole (with empty text), then one per sentence.

    Takes about 5 ms a sentence. PARTS_AT_ONCE passages are encoded together: texts of one length are faster together,
    and a whole long document would take too much memory.
    """
    found: list[tuple[Sentence, ...]] = []
    for start in range(0, len(parts), PARTS_AT_ONCE):
        texts_of_parts = [_texts(part) for part in parts[start : start + PARTS_AT_ONCE]]
        encoded = iter(encoder.encode_tokens([text for texts in texts_of_parts for text in texts.all], threads=THREADS))
        found += [texts.sentences(list(islice(encoded, len(texts.all)))) for texts in texts_of_parts]
    return found


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one passage to encode: the whole, each sentence with its context, each sentence alone."""

    heading: str
    whole: str
    contexts: tuple[str, ...]
    bare: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        pairs = zip(self.contexts, self.bare, strict=True)
        return [self.whole, *(f"{context}: {text}" if context else text for context, text in pairs), *self.bare]

    def sentences(self, encoded: Sequence[Encoded]) -> tuple[Sentence, ...]:
        import numpy as np

        whole = encoded[0].vector
        none = np.zeros((0, whole.shape[0]), np.int8)
        found = [Sentence("", self.heading, whole, whole, np.zeros(0, np.uint16), none)]
        for at, (text, context) in enumerate(zip(self.bare, self.contexts, strict=True), 1):
            full, bare = encoded[at], encoded[at + len(self.bare)]
            tokens = np.round(full.token_vectors * INT8_SCALE).astype(np.int8)
            found.append(Sentence(text, context, full.vector, bare.vector, full.token_ids, tokens))
        return tuple(found)


def _last_headings(heading: str) -> list[str]:
    """The last two headings of the trail; three if those are short: "Weekdays › Pool" says little alone."""
    trail = heading.split(TRAIL_JOIN)
    return trail[-3:] if _words(" ".join(trail[-2:])) <= SHORT_TRAIL_WORDS else trail[-2:]


def _texts(part: PagePart) -> _Texts:
    # With the title, each text once: often only the title says what a section is about.
    said = {text.casefold(): text for text in (part.title, *_last_headings(part.heading)) if text}
    trail = list(said.values())
    found = units(part.text)
    return _Texts(
        heading=part.heading,
        whole=f"{'. '.join(trail)}. {' '.join(unit.text for unit in found)}",
        contexts=tuple(": ".join(filter(None, (*trail, unit.context.rstrip(":")))) for unit in found),
        bare=tuple(unit.text for unit in found),
    )
