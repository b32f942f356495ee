"""Parts of the search index: all that a search needs of up to PART_PASSAGES passages of one document.

A part is computed once, when the document is indexed, and stored beside the passages. It does not hold their texts.
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

PART_FORMAT = 1  # raise it when the computed values change, so that stored parts are computed anew
PART_PASSAGES = 500  # a part of so many takes some 2 MB, vectors included
HEADING_WEIGHT = 2  # headings count twice
# Kinds of fact that a passage may hold or its heading announce. The index of each is its bit.
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
    """Most arrays have a row for each passage, in the order of the document, without repeated passages.

    `terms` are hashes of stems. The passages with term t are `found_in[term_starts[t]:term_starts[t + 1]]`.
    """

    headings: tuple[str, ...]  # distinct
    words: str  # distinct, separated by spaces
    word_counts: Array  # how often each of `words` occurs
    positions: Array  # of the passages in the document
    marks: Array  # checksums (`mark_of`), which show whether a stored passage is still the one that was indexed
    lengths: Array  # in words, those of headings counted twice
    heading_of: Array  # index in `headings`
    kinds: Array  # kinds of fact in the text, as bits
    announced: Array  # kinds of fact that the heading announces ("Fees", "Opening hours"), as bits
    flags: Array
    overview: Array  # how much the passage says about the company as a whole
    table_starts: Array  # where the `table_heads` of each passage begin
    table_heads: Array  # hashes of the headers of its tables
    terms: Array
    term_starts: Array
    found_in: Array  # rows of passages
    found_times: Array  # how often the term is in that passage
    row_starts: Array  # where the `vectors` of each passage begin: first the whole passage, then its sentences
    vectors: Array  # int8, to be multiplied by `scales`
    scales: Array
    has_vectors: bool  # whether all passages have some

    def __len__(self) -> int:
        return len(self.positions)

    def to_bytes(self) -> bytes:
        """A header in JSON with the types and shapes of the arrays, and then the arrays, little-endian."""
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
        """Read what `to_bytes` wrote; the arrays point into `data`. Raises ValueError if it is damaged."""
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
    """Yield the parts of one document, from its passages with their positions, in order."""
    left = _each_once(document)
    opens = True
    while some := list(islice(left, PART_PASSAGES)):
        yield _part(some, opens=opens)
        opens = False


def mark_of(heading: str, text: str) -> int:
    """A checksum of a passage."""
    return zlib.crc32(f"{heading}\n{text}".encode("utf-8", "surrogatepass"))


def bits_of(kinds: Iterable[str]) -> int:
    """Kinds of fact as bits; the inverse of `kinds_of`."""
    return sum(1 << KINDS.index(kind) for kind in kinds)


@lru_cache(maxsize=1_000)
def kinds_of(bits: int) -> frozenset[str]:
    return frozenset(kind for at, kind in enumerate(KINDS) if bits >> at & 1)


@lru_cache(maxsize=50_000)
def hash_of(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _each_once(document: Iterable[tuple[int, Passage]]) -> Iterator[tuple[int, Passage]]:
    """Drop passages that repeat another one under the same heading, like a footer: they would fill the results."""
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
    """The last heading of a trail, or the document's name if the trail is empty."""
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
    """The vectors in int8, which changes a cosine by less than 0.001. A passage without vectors gets one of zeros."""
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
