"""Which passages belong to a question: BM25 and MiniLM vectors, fused. In memory, built from stored passages.

BM25 is written out here (some 40 lines) because a library would bring its own tokeniser, a numpy requirement for the
mode that has to work without, or both. Figures: docs/built-in-answers.md.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agents.llm.builtin.evidence.features import coverage, is_stop_name, precision, says_name, stems_of
from agents.llm.builtin.question.asks import GENERIC_NOUNS, asked_set, kinds_in, share_held, topic_words, wanted_kinds
from agents.llm.builtin.question.families import asks_about_family, extreme
from agents.llm.request import Passage
from knowledge.text.markdown_pages import TRAIL_JOIN
from language.blocks import is_item, tables
from language.typos import Vocabulary, corrected
from language.words import STOP_WORDS, content_words, rarity, stem, synonyms, words

if TYPE_CHECKING:
    from language.embeddings import Encoder, Floats

K1, B = 1.2, 0.75  # the usual constants; the corpora are too small to tell others apart
HEADING_WEIGHT = 2  # headings count twice
SYNONYM_WEIGHT = 0.35
PASSAGE_WEIGHT, SENTENCE_WEIGHT, LEXICAL_WEIGHT = 0.5, 0.5, 0.2  # docs/built-in-answers.md: best on pages held out
TABLE_PARTS = 2  # passages before and after one that are looked through for the rest of its table
LOOKED_THROUGH, MAX_TABLES = 60, 4  # nearest passages looked through for tables of what is compared, and tables added
FAMILY_LIMIT = 24  # passages delivered at most when a question asks about all members of a family


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its fused score; `lexical` and `vector` are the parts, each 0 to about 1."""

    passage: Passage
    score: float
    lexical: float
    vector: float


class Bm25:
    """Okapi BM25 over stemmed words, with near synonyms of the question at a lower weight."""

    def __init__(self, documents: Sequence[Counter[str]]):
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths = [max(1, sum(counts.values())) for counts in documents]
        self._mean = sum(self._lengths) / max(1, len(self._lengths))
        for at, counts in enumerate(documents):
            for term, count in counts.items():
                self._postings[term].append((at, count))

    def idf(self, term: str) -> float:
        found = len(self._postings.get(term, ()))
        return math.log(1 + (len(self._lengths) - found + 0.5) / (found + 0.5))

    def scores(self, terms: Counter[str]) -> list[float]:
        scores = [0.0] * len(self._lengths)
        for term in terms:
            best: dict[int, float] = {}
            for variant, weight in ((term, 1.0), *((other, SYNONYM_WEIGHT) for other in synonyms(term))):
                for at, count in self._postings.get(variant, ()):
                    norm = K1 * (1 - B + B * self._lengths[at] / self._mean)
                    score = weight * self.idf(variant) * count * (K1 + 1) / (count + norm)
                    best[at] = max(best.get(at, 0.0), score)
            for at, score in best.items():
                scores[at] += score
        return scores


class Index:
    """All passages of one agent, ready to be searched. Immutable: build a new one when a document changes."""

    def __init__(self, passages: Sequence[Passage]):
        self.passages = tuple(_each_once(passages))
        self._facts: list[_Facts | None] = [None] * len(self.passages)  # made when first needed, kept with the index
        texts = [words(f"{passage.heading}\n{passage.text}") for passage in self.passages]
        self._vocabulary = Vocabulary.of(word for text in texts for word in text)
        self._bm25 = Bm25([_terms(passage) for passage in self.passages])
        self._vectors = _Vectors.of(self.passages)
        owns = (passage.heading.split(TRAIL_JOIN)[-1] for passage in self.passages)
        self._stop_names = [(at, own) for at, own in enumerate(owns) if is_stop_name(own)]

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> Index:
        return cls(passages)

    def corrected(self, query: str) -> str:
        """The query with slips of the finger mended towards the words of the passages."""
        return corrected(query, self._vocabulary)

    def search(self, query: str, limit: int = 6, *, encoder: Encoder | None = None) -> list[Hit]:
        """Passages that fit, best first; those that share nothing with the query are left out.

        Without an encoder, or where the passages carry no vectors, BM25 alone decides. A question about the members of
        a family ("cheapest plan") also gets the sibling sections of what was found, up to FAMILY_LIMIT passages.
        """
        if limit < 1 or not self.passages:
            return []
        query = self.corrected(query)
        bm25 = self._bm25.scores(_query_terms(query))
        highest = max(bm25)
        lexical = [score / highest if highest else 0.0 for score in bm25]
        if encoder is not None and self._vectors is not None:
            vector = self._vectors.scores(encoder.encode(query).vector)
            scores = [near + LEXICAL_WEIGHT * share for near, share in zip(vector, lexical, strict=True)]
            asks = _Asks(query, VECTOR_BONUS)
        else:
            vector = [0.0] * len(lexical)
            scores = lexical
            asks = _Asks(query, LEXICAL_BONUS)
        for at in _within_reach(scores, limit, asks.most):
            scores[at] += asks.bonus(self._facts_of(at))
        for at, name in self._stop_names:
            scores[at] += SAID_AS_WRITTEN * says_name(name, query)
        best = sorted((at for at, score in enumerate(scores) if score > 0), key=lambda at: -scores[at])[:limit]
        if asks_about_family(query):
            best = self._with_family(best)
        best += self._compared_in(query, scores, best)
        best += self._rest_of_tables(best)
        best += self._rest_of_lists(best)
        return [
            Hit(replace(self.passages[at], score=round(scores[at], 4)), scores[at], lexical[at], vector[at])
            for at in best
        ]

    def _facts_of(self, at: int) -> _Facts:
        known = self._facts[at]
        if known is None:
            known = self._facts[at] = _Facts.of(self.passages[at])
        return known

    def _with_family(self, best: list[int]) -> list[int]:
        """Adds the sections beside and the other parts of the first two hits, in page order."""
        found = list(best)
        for at in best[:2]:
            hit = self.passages[at]
            parent = hit.heading.split(TRAIL_JOIN)[:-1]
            for other, passage in enumerate(self.passages):
                same_page = passage.document_id == hit.document_id
                sibling = passage.heading.split(TRAIL_JOIN)[:-1] == parent or passage.heading == hit.heading
                if same_page and sibling and other not in found and len(found) < FAMILY_LIMIT:
                    found.append(other)
        return found

    def _compared_in(self, query: str, scores: Sequence[float], best: Sequence[int]) -> list[int]:
        """Tables under headings that name what a superlative asks for: the cheapest machine stands in the range, not
        where machines are spoken of most."""
        asked = extreme(query)
        if not asked or not asked.subject:
            return []
        kind = "amount" if "money" in asked.dimensions else "figure"
        near = heapq.nlargest(LOOKED_THROUGH, range(len(scores)), key=scores.__getitem__)
        found = [at for at in near if at not in best and kind in self._facts_of(at).kinds]
        named = (at for at in found if asked.subject[-1] in stems_of(self.passages[at].heading))
        return [at for at in named if any(len(table.rows) > 1 for table in tables(self.passages[at].text))][:MAX_TABLES]

    def _rest_of_tables(self, best: list[int]) -> list[int]:
        """The passages that hold the other rows of a table in the first two hits: half a table misleads."""
        found: list[int] = []
        for at in best[:2]:
            hit = self.passages[at]
            for head in (table.header for table in tables(hit.text)):
                for other in (*range(at - TABLE_PARTS, at), *range(at + 1, at + 1 + TABLE_PARTS)):
                    if not 0 <= other < len(self.passages) or other in best or other in found:
                        continue
                    passage = self.passages[other]
                    same = passage.document_id == hit.document_id and passage.heading == hit.heading
                    if same and any(table.header == head for table in tables(passage.text)):
                        found.append(other)
        return found

    def _rest_of_lists(self, best: Sequence[int]) -> list[int]:
        """The passages before and after the first hit that hold the other part of its list."""
        found: list[int] = []
        for at in best[:1]:
            for one, two, new in ((at - 1, at, at - 1), (at, at + 1, at + 1)):
                if one < 0 or two >= len(self.passages) or new in best:
                    continue
                first, second = self.passages[one], self.passages[two]
                same = first.document_id == second.document_id and first.heading == second.heading
                if same and is_item(second.text) and any(is_item(line) for line in first.text.splitlines()[-2:]):
                    found.append(new)
        return found


@dataclass(frozen=True, slots=True)
class Bonus:
    """What a passage gains when its heading is what the question names, or when it holds the kind of fact asked for."""

    heading: float
    kind: float


SAID_AS_WRITTEN = 0.5  # more for a section called "All In", where the question says so: no other word can find it
ANNOUNCED = 0.5  # more for what stands under "Fees" or "Opening hours"
VECTOR_BONUS = Bonus(heading=0.05, kind=0.12)
LEXICAL_BONUS = Bonus(heading=0.3, kind=0.15)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What of a passage a bonus looks at, read once: regular expressions over every passage were nearly all of a search
    (98 % at 10,000 passages)."""

    heading: str
    kinds: frozenset[str]
    announced: frozenset[str]  # kinds of fact its heading names: "Fees", "Opening hours"

    @classmethod
    def of(cls, passage: Passage) -> _Facts:
        heading = passage.heading.split(TRAIL_JOIN)[-1] or passage.document
        return cls(heading, kinds_in(passage.text), wanted_kinds(heading))


class _Asks:
    """What the query asks for, as far as passages can be told apart by it."""

    def __init__(self, query: str, bonus: Bonus):
        self._query = query
        self._bonus = bonus
        self._wants = wanted_kinds(query)
        if set(asked_set(query)) & GENERIC_NOUNS:  # "which plans are there": they stand in the price list
            self._wants |= {"money"}
        self._topic = topic_words(query, self._wants) or content_words(query)
        self._weights = {word: rarity(word) for word in self._topic}

    @property
    def most(self) -> float:
        """No bonus is higher."""
        return self._bonus.kind * (1 + ANNOUNCED) * bool(self._wants) + self._bonus.heading

    def bonus(self, facts: _Facts) -> float:
        named = precision(facts.heading, self._query)
        found = self._bonus.kind * share_held(self._wants, facts.kinds)
        if found and self._wants & facts.announced:
            found += self._bonus.kind * ANNOUNCED
        if named:
            found += self._bonus.heading * named * coverage(self._topic, self._weights, facts.heading)
        return found


def _within_reach(scores: Sequence[float], limit: int, most: float) -> list[int]:
    """Passages that a bonus of at most `most` can bring among the first `limit`."""
    least = heapq.nlargest(limit, scores)[-1] - most
    return [at for at, score in enumerate(scores) if score >= least]


def _each_once(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Without what a document says again below the same heading, like a footer: it would fill the results."""
    seen: set[tuple[str, str, str]] = set()
    for passage in passages:
        key = (passage.document_id, passage.heading, passage.text)
        if key not in seen:
            seen.add(key)
            yield passage


def _terms(passage: Passage) -> Counter[str]:
    counts = Counter(stem(word) for word in words(passage.text))
    for word in words(f"{passage.document} {passage.heading}"):
        counts[stem(word)] += HEADING_WEIGHT
    return counts


def _query_terms(query: str) -> Counter[str]:
    asked = words(query)
    return Counter(stem(word) for word in asked if word not in STOP_WORDS) or Counter(stem(word) for word in asked)


class _Vectors:
    """Passage and sentence vectors of all passages as two matrices."""

    def __init__(self, whole: Floats, sentences: Floats, starts: Any):
        self._whole = whole
        self._sentences = sentences
        self._starts = starts

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> _Vectors | None:
        """None unless every passage has vectors: half an index would hide the other half."""
        if not passages or not all(passage.sentences for passage in passages):
            return None
        import numpy as np

        starts = np.cumsum([0, *(len(passage.sentences) for passage in passages[:-1])])
        whole = np.stack([passage.sentences[0].vector for passage in passages], dtype=np.float32, casting="unsafe")
        every = [sentence.vector for passage in passages for sentence in passage.sentences]
        sentences = np.stack(every, dtype=np.float32, casting="unsafe")
        return cls(whole, sentences, starts)

    def scores(self, query: Floats) -> list[float]:
        import numpy as np

        best = np.maximum.reduceat(self._sentences @ query, self._starts)
        fused = PASSAGE_WEIGHT * (self._whole @ query) + SENTENCE_WEIGHT * best
        return [float(score) for score in fused]
