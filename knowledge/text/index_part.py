"""What a question is compared with, worked out once when a document is indexed and stored beside its passages.

Passages of one document, at most PART_PASSAGES together. Nothing in here is a text that is shown.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from math import prod
from typing import TYPE_CHECKING, Any

from agents.llm.builtin.evidence.features import is_stop_name
from agents.llm.builtin.question.asks import kinds_in, wanted_kinds
from agents.llm.builtin.question.overview import overview_share
from agents.llm.request import Passage
from knowledge.text.markdown_pages import TRAIL_JOIN
from language.blocks import is_item, tables
from language.embeddings import DIMENSIONS
from language.words import stem, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

PART_FORMAT = 1  # of what is worked out; raise it with any change that a test of this module's results shows
PART_PASSAGES = 500  # some 2 MB with their vectors
HEADING_WEIGHT = 2  # headings count twice
# Kinds of fact, each a bit: what a passage holds, and what its heading announces.
KINDS = (
    *("money", "duration", "when", "number", "contact", "phone", "email", "place", "who", "frequency", "founded"),
    *("amount", "figure", "hours", "often"),
)
BEGINS_WITH_ITEM, ENDS_WITH_ITEM, HAS_ROWS, HAS_STOP_NAME, LISTS_SEVERAL = 1, 2, 4, 8, 16  # flags
INT8 = 127
_MAGIC = b"SAi1"
_HEADER = struct.Struct("<4sI")
_ALIGNED = 8  # bytes at which each array begins


@dataclass(frozen=True, slots=True, eq=False)
class IndexPart:
    """Columns have a row for each passage, in the order of the document; what it says again under the same heading is
    left out. `terms` are hashes of stems: term t is in the passages `found_in[starts[t]:starts[t + 1]]`."""

    headings: tuple[str, ...]  # distinct
    words: str  # distinct, with a space between
    word_counts: Array
    positions: Array  # of the passages among the document's
    marks: Array  # of heading and text: whether a stored passage is still the one
    lengths: Array  # in words, those of headings counted twice
    heading_of: Array
    kinds: Array  # of fact that the text holds, in bits
    announced: Array  # kinds of fact that its heading names: "Fees", "Opening hours"
    flags: Array
    overview: Array  # how much it says of the company as a whole
    table_starts: Array
    table_heads: Array  # hashes of the headers of its tables
    terms: Array
    term_starts: Array
    found_in: Array
    found_times: Array
    row_starts: Array  # where the vectors of each passage begin: that of the whole, then those of its sentences
    vectors: Array  # int8, each to be multiplied with its scale
    scales: Array
    has_vectors: bool

    def __len__(self) -> int:
        return len(self.positions)

    def to_bytes(self) -> bytes:
        """A header in JSON that says where each array is, and the arrays, little endian."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        head = {
            "headings": self.headings,
            "words": self.words,
            "has_vectors": self.has_vectors,
            "arrays": {name: (array.dtype.str, array.shape) for name, array in arrays.items()},
        }
        text = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
        pieces = [_HEADER.pack(_MAGIC, len(text)), text]
        pieces.append(bytes(-(len(text) + _HEADER.size) % _ALIGNED))
        for array in arrays.values():
            pieces += [array.tobytes(), bytes(-array.nbytes % _ALIGNED)]
        return b"".join(pieces)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> IndexPart:
        """The inverse, without a copy of the arrays. Raises ValueError when damaged."""
        import numpy as np

        try:
            magic, size = _HEADER.unpack_from(data)
            if magic != _MAGIC:
                raise ValueError("It is of another format.")
            head = json.loads(bytes(data[_HEADER.size : _HEADER.size + size]).decode("utf-8", "surrogatepass"))
            at = _HEADER.size + size
            at += -at % _ALIGNED
            arrays: dict[str, Any] = {}
            for name in _ARRAYS:
                dtype, shape = head["arrays"][name]
                arrays[name] = np.frombuffer(data, dtype, prod(shape), at).reshape(shape)
                at += arrays[name].nbytes + -arrays[name].nbytes % _ALIGNED
            return cls(headings=tuple(head["headings"]), words=head["words"], has_vectors=head["has_vectors"], **arrays)
        except (struct.error, KeyError, TypeError) as error:
            raise ValueError("A stored part of the index is damaged.") from error


_ARRAYS = tuple(field.name for field in fields(IndexPart) if field.name not in ("headings", "words", "has_vectors"))


def parts_of(document: Iterable[tuple[int, Passage]]) -> Iterator[IndexPart]:
    """The parts of one document, from its passages with their positions, in order; one at a time in memory."""
    left = _each_once(document)
    opens = True
    while some := list(islice(left, PART_PASSAGES)):
        yield _part(some, opens=opens)
        opens = False


def mark_of(heading: str, text: str) -> int:
    return zlib.crc32(f"{heading}\n{text}".encode("utf-8", "surrogatepass"))


def bits_of(kinds: Iterable[str]) -> int:
    return sum(1 << KINDS.index(kind) for kind in kinds)


@lru_cache(maxsize=1_000)
def kinds_of(bits: int) -> frozenset[str]:
    return frozenset(kind for at, kind in enumerate(KINDS) if bits >> at & 1)


@lru_cache(maxsize=50_000)
def hash_of(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _each_once(document: Iterable[tuple[int, Passage]]) -> Iterator[tuple[int, Passage]]:
    """Without what a document says again below the same heading, like a footer: it would fill the results."""
    seen: set[bytes] = set()
    for position, passage in document:
        key = blake2b(f"{passage.heading}\n{passage.text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key not in seen:
            seen.add(key)
            yield position, passage


def _part(some: Sequence[tuple[int, Passage]], *, opens: bool) -> IndexPart:
    import numpy as np

    passages = [passage for _position, passage in some]
    headings = {heading: at for at, heading in enumerate(dict.fromkeys(passage.heading for passage in passages))}
    counts = [_terms(passage) for passage in passages]
    said = Counter(chain.from_iterable(words(f"{passage.heading}\n{passage.text}") for passage in passages))
    heads = [tuple(hash_of("\n".join(table.header)) for table in tables(passage.text)) for passage in passages]
    return IndexPart(
        headings=tuple(headings),
        words=" ".join(said),
        word_counts=np.array(list(said.values()), "<u4"),
        positions=np.array([position for position, _passage in some], "<u4"),
        marks=np.array([mark_of(passage.heading, passage.text) for passage in passages], "<u4"),
        lengths=np.array([max(1, sum(each.values())) for each in counts], "<u4"),
        heading_of=np.array([headings[passage.heading] for passage in passages], "<u4"),
        kinds=np.array([bits_of(kinds_in(passage.text)) for passage in passages], "<u4"),
        announced=np.array([bits_of(wanted_kinds(own_heading(p.heading, p.document))) for p in passages], "<u4"),
        flags=np.array([_flags(passage) for passage in passages], "u1"),
        overview=np.array(
            [overview_share(passage, opens=opens and not at) for at, passage in enumerate(passages)], "<f4"
        ),
        table_starts=_starts(map(len, heads)),
        table_heads=np.array(list(chain.from_iterable(heads)), "<u8"),
        **_postings(counts),
        **_rows(passages),
    )


def own_heading(trail: str, document: str) -> str:
    """What a passage itself is called: the last of its headings, or its document's name."""
    return trail.split(TRAIL_JOIN)[-1] or document


def _terms(passage: Passage) -> Counter[str]:
    counts = Counter(stem(word) for word in words(passage.text))
    for word in words(f"{passage.document} {passage.heading}"):
        counts[stem(word)] += HEADING_WEIGHT
    return counts


def _flags(passage: Passage) -> int:
    has_rows = any(len(table.rows) > 1 for table in tables(passage.text))
    found = {
        BEGINS_WITH_ITEM: is_item(passage.text),
        ENDS_WITH_ITEM: any(is_item(line) for line in passage.text.splitlines()[-2:]),
        HAS_ROWS: has_rows,
        HAS_STOP_NAME: is_stop_name(passage.heading.split(TRAIL_JOIN)[-1]),
        LISTS_SEVERAL: has_rows or sum(map(is_item, passage.text.splitlines())) > 1,
    }
    return sum(flag for flag, holds in found.items() if holds)


def _postings(counts: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    import numpy as np

    of_term: dict[str, list[tuple[int, int]]] = {}
    for at, each in enumerate(counts):
        for term, times in each.items():
            of_term.setdefault(term, []).append((at, times))
    found = list(chain.from_iterable(of_term.values()))
    return {
        "terms": np.array([hash_of(term) for term in of_term], "<u8"),
        "term_starts": _starts(map(len, of_term.values())),
        "found_in": np.array([at for at, _times in found], "<u2"),
        "found_times": np.array([min(times, 65_535) for _at, times in found], "<u2"),
    }


def _starts(sizes: Iterable[int]) -> Array:
    import numpy as np

    return np.cumsum([0, *sizes]).astype("<u4")


def _rows(passages: Sequence[Passage]) -> dict[str, Any]:
    """The vectors in int8: a cosine differs by less than 0.001. A passage without any has one of zeros."""
    import numpy as np

    none = np.zeros((1, DIMENSIONS), np.float32)
    each = [
        np.stack([sentence.vector for sentence in passage.sentences]).astype(np.float32) if passage.sentences else none
        for passage in passages
    ]
    whole = np.concatenate(each)
    scales = (np.abs(whole).max(axis=1) / INT8).astype("<f4")
    vectors = np.round(whole / np.maximum(scales, 1e-12)[:, None]).astype("i1")
    return {
        "row_starts": _starts(map(len, each)),
        "vectors": vectors,
        "scales": scales,
        "has_vectors": all(passage.sentences for passage in passages),
    }
