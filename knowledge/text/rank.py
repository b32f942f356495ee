"""Finds the passages that fit a question, by BM25 and vectors. The index is in memory; the texts are not."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agents.llm.builtin.evidence.features import says_name, stems_of
from agents.llm.builtin.question.families import asks_about_family, extreme, need, without_choice
from agents.llm.builtin.question.overview import asks_overview, asks_prices
from agents.llm.request import Passage
from knowledge.text import index_part
from knowledge.text.bonus import LEXICAL_BONUS, SAID_AS_WRITTEN, VECTOR_BONUS, Asks
from knowledge.text.index_part import IndexPart, bits_of, own_heading, parts_of
from knowledge.text.markdown_pages import TRAIL_JOIN
from knowledge.text.nearness import Nearness
from knowledge.text.postings import Postings
from knowledge.text.shortlist import Shortlist
from language.typos import Vocabulary, corrected
from language.words import STOP_WORDS, stem, words
from lib.growing import Growing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from language.embeddings import Encoder

    Array = NDArray[Any]

LEXICAL_WEIGHT = 0.2  # the best on held-out pages: docs/built-in-answers.md
SHORTLIST, SHORTLIST_SHARE = 500, 50  # passages compared exactly: 500, or one in 50 of all; docs/performance.md
BY_WORDS = 50  # the best so many by words alone are compared exactly too: names and codes have poor vectors
TABLE_PARTS = 2  # so many passages before and after a hit are searched for the rest of its table
LOOKED_THROUGH, MAX_TABLES = 60, 4  # best passages searched for tables of what is compared, and tables added
MAX_INTRODUCTIONS = 12  # passages returned if a question asks what the company is or sells
MAX_PRICE_LISTS = 16  # passages added if a question asks for prices and names no product
MAX_FAMILY = 24  # passages returned at most if a question asks about all members of a family
_COLUMNS = (
    *(("part", "<i4"), ("position", "<u4"), ("mark", "<u4"), ("heading", "<u4"), ("kinds", "<u4")),
    *(("announced", "<u4"), ("flags", "u1"), ("overview", "<f4")),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` combines `lexical` and `vector`, which are each 0 to about 1, and bonuses."""

    passage: Passage
    score: float
    lexical: float
    vector: float


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a passage is stored; `mark` is the checksum of the one that was indexed (`index_part.mark_of`)."""

    document_id: str
    position: int
    mark: int


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A part of the index, to be added. `key` is unique; `order` decides between passages that fit equally well. Parts
    of one document must be added together and in order."""

    key: Hashable
    document_id: str
    document: str
    order: tuple[Any, ...]
    part: IndexPart


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where a part is in the index: its passages have the indices `begin` to `end` - 1."""

    number: int
    begin: int
    end: int
    document_id: str
    document: str
    order: tuple[Any, ...]
    words: str
    word_counts: Array


Passages = Callable[[Sequence[Stored]], Sequence[Passage | None]]  # reads passages; None for a deleted one


class Index:
    """The search index of one agent. Immutable: `changed` returns a new index, which shares unchanged data with this.

    Removed passages leave gaps, which take memory. A caller that counts too many (`gaps_without`) builds a new index.
    Methods name a passage by its index `at`.
    """

    def __init__(self, passages: Passages):
        import numpy as np

        self._read = passages
        self._alive = np.zeros(0, bool)
        self._columns = Growing(np.zeros(0, list(_COLUMNS)))
        self._lengths = Growing(np.zeros(0, np.float32))
        self._postings, self._nearness = Postings.none(), Nearness.none()
        self._places: dict[Hashable, _Place] = {}
        self._of_number: list[_Place] = []  # by part number, never reused; indexes made by `changed` share this list
        self._spans: dict[str, tuple[int, int]] = {}  # first passage of each document, and the one behind its last
        self._headings: list[str] = []
        self._tables: dict[int, tuple[int, ...]] = {}  # by passage: hashes of the headers of its tables
        self._without_vectors: frozenset[Hashable] = frozenset()  # keys of parts
        self._known_words: Vocabulary | None = None

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> Index:
        """An index of passages that are all in memory."""
        of_document: dict[str, list[tuple[int, Passage]]] = {}
        for at, passage in enumerate(passages):
            of_document.setdefault(passage.document_id, []).append((at, passage))
        loaded = [
            Loaded((document_id, number), document_id, given[0][1].document, (order,), part)
            for order, (document_id, given) in enumerate(of_document.items())
            for number, part in enumerate(parts_of(given))
        ]
        return cls(lambda stored: [passages[each.position] for each in stored]).changed(loaded, ())

    def __len__(self) -> int:
        return int(self._alive.sum())

    @property
    def keys(self) -> Set[Hashable]:
        """The keys of its parts."""
        return self._places.keys()

    def gaps_without(self, removed: Collection[Hashable]) -> int:
        """How many removed passages would still take memory if these parts were removed too."""
        more = sum(place.end - place.begin for key in removed if (place := self._places.get(key)))
        return len(self._alive) - len(self) + more

    def changed(
        self, added: Sequence[Loaded], removed: Collection[Hashable], passages: Passages | None = None
    ) -> Index:
        """A new index with parts added and removed, which reads passages by `passages`. Not thread-safe."""
        import numpy as np

        new = copy.copy(self)
        new._read = passages or self._read
        new._places = dict(new._places)
        new._spans = dict(new._spans)
        gone = [new._places.pop(key) for key in removed if key in new._places]
        new._take(added)
        new._alive = np.concatenate([new._alive, np.ones(sum(len(each.part) for each in added), bool)])
        for place in gone:
            new._alive[place.begin : place.end] = False
            new._spans.pop(place.document_id, None)
        for each in added:
            place = new._places[each.key]
            begin, _end = new._spans.get(each.document_id, (place.begin, 0))
            new._spans[each.document_id] = (begin, place.end)
        lacking = {each.key for each in added if not each.part.has_vectors}
        new._without_vectors = (self._without_vectors - set(removed)) | lacking
        if self._known_words is not None:
            more = [(place.words, place.word_counts) for place in (new._places[each.key] for each in added)]
            new._known_words = self._known_words.changed(more, [(place.words, place.word_counts) for place in gone])
        return new

    def _take(self, added: Sequence[Loaded]) -> None:
        """Append the parts to each column and table."""
        import numpy as np

        if not added:
            return
        parts = [each.part for each in added]
        ends = len(self._columns) + np.cumsum([len(part) for part in parts])
        begins = [int(end) - len(part) for end, part in zip(ends, parts, strict=True)]
        rows = np.zeros(sum(map(len, parts)), list(_COLUMNS))
        for each, begin in zip(added, begins, strict=True):
            part, at = each.part, begin - len(self._columns)
            number, some = len(self._of_number), rows[at : at + len(part)]
            counts = part.word_counts.copy()  # a view would keep all the bytes of the part in memory
            place = _Place(
                number, begin, begin + len(part), each.document_id, each.document, each.order, part.words, counts
            )
            self._places[each.key] = place
            self._of_number.append(place)
            some["part"], some["position"], some["mark"] = number, part.positions, part.marks
            some["heading"] = part.heading_of + len(self._headings)
            some["kinds"], some["announced"], some["flags"] = part.kinds, part.announced, part.flags
            some["overview"] = part.overview
            self._headings.extend(part.headings)
            sizes = np.diff(part.table_starts)
            for with_table in np.flatnonzero(sizes).tolist():
                first = part.table_starts[with_table]
                heads = part.table_heads[first : first + sizes[with_table]]
                self._tables[begin + with_table] = tuple(heads.tolist())
        self._columns = self._columns.plus(rows)
        self._lengths = self._lengths.plus(np.concatenate([part.lengths for part in parts]).astype(np.float32))
        self._postings = self._postings.plus(parts, begins)
        self._nearness = self._nearness.plus(parts)

    def vectors(self) -> Array:
        """The vectors of all passages and sentences as they are stored; for measurements."""
        return self._nearness.vectors()

    def corrected(self, query: str) -> str:
        """The query with typing errors corrected to words of the passages."""
        if self._known_words is None:
            places = [(place.words, place.word_counts) for place in self._places.values()]
            self._known_words = Vocabulary.of(()).changed(places, ())
        return corrected(query, self._known_words)

    def search(self, query: str, limit: int = 6, *, encoder: Encoder | None = None) -> list[Hit]:
        """The passages that fit, best first; those that share nothing with the query are left out.

        Without an encoder, or if some passages have no vectors, BM25 alone decides. `limit` is for the hits themselves;
        some questions get more. One about the members of a family ("cheapest plan") also gets the sibling sections of
        the hits, up to MAX_FAMILY passages. One about the company as a whole gets only the passages that introduce it.
        """
        if limit < 1 or not len(self):
            return []
        query = self.corrected(query)
        if asks_overview(query):
            return self._introductions()
        found = self._weighed(query, limit, encoder)
        best = found.best(limit)
        if asks_about_family(query):
            best = self._with_family(best)
        best += self._compared_in(query, found, best)
        if asks_prices(query):
            best += self._with_prices(found, best)
        best += self._rest_of_tables(best)
        best += self._rest_of_lists(best)
        return self._hits(best, found)

    def under(self, places: Collection[tuple[str, str]]) -> list[Passage]:
        """The passages below these headings; `places` has pairs of a document's id and a heading."""
        spans = [
            range(*self._spans[document]) for document in {document for document, _ in places} & self._spans.keys()
        ]
        at = [one for span in spans for one in span if self._alive[one]]
        wanted = [self._stored(one) for one in at if (self._document_id(one), self._heading(one)) in places]
        return [passage for passage in self._read(wanted) if passage is not None]

    def _introductions(self) -> list[Hit]:
        """The passages that say most about the company as a whole: beginnings of pages, sections on its products."""
        import numpy as np

        shares = self._columns.rows["overview"]
        at = np.flatnonzero((shares > 0) & self._alive)
        none = np.zeros(len(at))
        found = Shortlist(at, shares[at].astype(float), none, none, self._orders(at))
        return self._hits(found.best(MAX_INTRODUCTIONS), found) if len(at) else []

    def _orders(self, at: Array) -> list[tuple[Any, ...]]:
        return [self._of_number[number].order for number in self._columns.rows["part"][at].tolist()]

    def _hits(self, best: Sequence[int], found: Shortlist) -> list[Hit]:
        passages = self._read([self._stored(at) for at in best])
        return [
            Hit(replace(passage, score=round(score, 4)), score, found.lexical_of(at), found.near_of(at))
            for at, passage in zip(best, passages, strict=True)
            if passage is not None
            for score in [found.score_of(at)]
        ]

    def _stored(self, at: int) -> Stored:
        row = self._columns.rows[at]
        return Stored(self._of_number[row["part"]].document_id, int(row["position"]), int(row["mark"]))

    def _weighed(self, query: str, limit: int, encoder: Encoder | None) -> Shortlist:
        """The shortlist of a query, with scores."""
        import numpy as np

        lexical = self._postings.scores(_query_terms(query), self._lengths.rows, self._alive)
        if highest := float(lexical.max()):
            lexical /= highest
        named = [at for at in self._with_flag(index_part.HAS_STOP_NAME) if says_name(self._own_heading(at), query)]
        if encoder is not None and not self._without_vectors:
            question = encoder.encode(query).vector
            at = self._shortlist(lambda: self._nearness.roughly(question) + LEXICAL_WEIGHT * lexical, lexical, named)
            near = self._nearness.exactly(question, at)
            scores, asks = near + LEXICAL_WEIGHT * lexical[at], Asks(query, VECTOR_BONUS)
        else:
            at = self._shortlist(lambda: lexical, lexical, named)
            near, scores, asks = np.zeros(len(at)), lexical[at].copy(), Asks(query, LEXICAL_BONUS)
        rows = self._columns.rows[at]
        scores = scores + asks.of_kinds(rows["kinds"], rows["announced"])
        least = np.partition(scores, -limit)[-limit] if limit < len(scores) else -np.inf
        for place in np.flatnonzero(scores >= least - asks.bonus.heading).tolist():
            scores[place] += asks.of_heading(own_heading(self._heading(int(at[place])), self._document(int(at[place]))))
        for each in named:
            scores[np.searchsorted(at, each)] += SAID_AS_WRITTEN
        return Shortlist(at, scores, lexical[at], near, self._orders(at))

    def _shortlist(self, roughly: Callable[[], Array], lexical: Array, named: Sequence[int]) -> Array:
        """The passages that may be among the best, in the order of the index. `named` ones are always on it."""
        import numpy as np

        alive = np.flatnonzero(self._alive)
        number = max(SHORTLIST, len(alive) // SHORTLIST_SHARE)
        if len(alive) <= number:
            return alive
        nearest = alive[np.argpartition(roughly()[alive], -number)[-number:]]
        by_words = alive[np.argpartition(lexical[alive], -BY_WORDS)[-BY_WORDS:]]
        # Not np.unique: it would load numpy's masked arrays, which takes 25 ms of the first question.
        is_on_it = np.zeros(len(self._alive), bool)
        for some in (nearest, by_words, np.array(named, np.int64)):
            is_on_it[some] = True
        return np.flatnonzero(is_on_it)

    def _with_flag(self, flag: int) -> list[int]:
        import numpy as np

        return np.flatnonzero((self._columns.rows["flags"] & flag > 0) & self._alive).tolist()

    def _heading(self, at: int) -> str:
        return self._headings[self._columns.rows["heading"][at]]

    def _own_heading(self, at: int) -> str:
        return self._heading(at).split(TRAIL_JOIN)[-1]

    def _document(self, at: int) -> str:
        return self._of_number[self._columns.rows["part"][at]].document

    def _document_id(self, at: int) -> str:
        return self._of_number[self._columns.rows["part"][at]].document_id

    def _has(self, at: int, flag: int) -> bool:
        return bool(self._columns.rows["flags"][at] & flag)

    def _in_section(self, at: int, other: int) -> bool:
        """Whether the passage `other` exists and is below the same heading of the same document."""
        is_there = 0 <= other < len(self._alive) and self._alive[other]
        return bool(
            is_there and self._document_id(at) == self._document_id(other) and self._heading(at) == self._heading(other)
        )

    def _with_family(self, best: list[int]) -> list[int]:
        """Add the sibling sections of the first two hits, and the other passages of their sections, in page order."""
        found = list(best)
        for at in best[:2]:
            own = self._heading(at)
            parent = own.split(TRAIL_JOIN)[:-1]
            for other in range(*self._spans.get(self._document_id(at), (at, at + 1))):
                heading = self._heading(other)
                is_near = heading == own or heading.split(TRAIL_JOIN)[:-1] == parent
                if is_near and self._alive[other] and other not in found and len(found) < MAX_FAMILY:
                    found.append(other)
        return found

    def _compared_in(self, query: str, found: Shortlist, best: Sequence[int]) -> list[int]:
        """Tables below headings that name what a superlative or a choice asks for: the cheapest machine, or the one for
        25 people, is in the table of the range, not in the passage that says most about machines."""
        asked, sized = extreme(query), need(query)
        subject = asked.subject if asked else tuple(stem(word) for word in without_choice(query, sized) if sized)
        if not subject:
            return []
        kind = bits_of(["amount" if asked and "money" in asked.dimensions else "figure"])
        near = [at for at in found.best(LOOKED_THROUGH, positive=False) if at not in best]
        holding = (at for at in near if self._columns.rows["kinds"][at] & kind and self._has(at, index_part.HAS_ROWS))
        return [at for at in holding if subject[-1] in stems_of(self._heading(at))][:MAX_TABLES]

    def _with_prices(self, found: Shortlist, best: Sequence[int]) -> list[int]:
        """Lists and tables of prices of any product, for a question that names none."""
        near = [at for at in found.best(LOOKED_THROUGH, positive=False) if at not in best]
        priced = (at for at in near if self._columns.rows["kinds"][at] & bits_of(["amount"]))
        return [at for at in priced if self._has(at, index_part.LISTS_SEVERAL)][:MAX_PRICE_LISTS]

    def _rest_of_tables(self, best: list[int]) -> list[int]:
        """The passages with the other rows of a table in the first two hits, because half a table misleads."""
        found: list[int] = []
        for at in best[:2]:
            for head in self._tables.get(at, ()):
                for other in (*range(at - TABLE_PARTS, at), *range(at + 1, at + 1 + TABLE_PARTS)):
                    is_new = other not in best and other not in found and self._in_section(at, other)
                    if is_new and head in self._tables.get(other, ()):
                        found.append(other)
        return found

    def _rest_of_lists(self, best: Sequence[int]) -> list[int]:
        """The passages before and after the first hit that hold the rest of its list."""
        found: list[int] = []
        for at in best[:1]:
            for one, two, new in ((at - 1, at, at - 1), (at, at + 1, at + 1)):
                if new in best or not self._in_section(at, new):
                    continue
                if self._has(two, index_part.BEGINS_WITH_ITEM) and self._has(one, index_part.ENDS_WITH_ITEM):
                    found.append(new)
        return found


def _query_terms(query: str) -> Iterable[str]:
    asked = words(query)
    return Counter(stem(word) for word in asked if word not in STOP_WORDS) or Counter(stem(word) for word in asked)
