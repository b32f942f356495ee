"""Reads a question and a text together, and says whether the text answers it.

The embedding model compares two vectors that were made apart; "what does a week cost" and "a night costs £24" are near
each other for it. A cross-encoder reads both as one: https://arxiv.org/abs/1901.04085. This one is MiniLM,
whose layers were trained further on questions about made-up companies (bench/cross_encoder). Its table of words is that
of the packaged model, which therefore has to be there.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from language.embeddings import DIMENSIONS, MODEL_SHA256, TOKENIZER_FILE
from language.model_files import Unavailable, WordVectors, check, model_file

FILE = Path(__file__).parent / "minilm" / "cross_encoder.onnx"
SHA256 = "375073c099cde597da9e4f188195fea0ad1c6dec63292e7b6350d6e9a7b361ab"
QUESTION_TOKENS, HEADING_TOKENS, TEXT_TOKENS = 28, 12, 96  # at most, as in training
MAX_TOKENS = QUESTION_TOKENS + HEADING_TOKENS + TEXT_TOKENS + 3  # with the marks before, between and after
MOST_SURE = 6.0  # log odds; further from even, they say no more

_RULER = re.compile(r"^[ \t]*\|[-: |]+\|$", re.MULTILINE)  # between the head of a table and its rows


class CrossEncoder:
    """The loaded model. Safe to share between threads; each call uses one core."""

    def __init__(self, session: Any, tokenizer: Any, word_vectors: WordVectors):
        self._session = session
        self._tokenizer = tokenizer
        self._word_vectors = word_vectors
        self._first, self._between = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    def log_odds(self, question: str, heading: str, text: str, sentence: str = "") -> float:
        """The log odds that the text answers the question, within -MOST_SURE and MOST_SURE.

        Of a long text the part around `sentence` is read.
        """
        import numpy as np

        asked = [self._first, *self._ids(question)[:QUESTION_TOKENS], self._between]
        above = self._ids(f"{heading}:")[-HEADING_TOKENS:] if heading else []
        told = [*above, *self._window(text, sentence), self._between]
        kinds = np.array([[0] * len(asked) + [1] * len(told)], np.int64)
        feed = {"words": self._word_vectors.of([*asked, *told])[None], "kinds": kinds}
        odds = float(self._session.run(None, feed)[0].item())
        return max(-MOST_SURE, min(MOST_SURE, odds))

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _window(self, text: str, sentence: str) -> list[int]:
        found = self._tokenizer.encode(plain(text), add_special_tokens=False)
        if len(found.ids) <= TEXT_TOKENS:
            return list(found.ids)
        begin = max(0, text.find(sentence)) if sentence else 0
        first = first_read(found.offsets, begin, begin + len(sentence))
        return list(found.ids[first : first + TEXT_TOKENS])


def tokens_of(offsets: Sequence[tuple[int, int]], begin: int, end: int) -> list[int]:
    """The tokens of a text that stand between two characters."""
    return [at for at, (start, stop) in enumerate(offsets) if start < end and stop > begin]


def first_read(offsets: Sequence[tuple[int, int]], begin: int, end: int) -> int:
    """The first of TEXT_TOKENS tokens that are read, so that what stands between two characters is in their middle."""
    inside = tokens_of(offsets, begin, end) or [0]
    middle = (inside[0] + min(inside[-1], inside[0] + TEXT_TOKENS)) // 2
    return max(0, min(middle - TEXT_TOKENS // 2, len(offsets) - TEXT_TOKENS))


def plain(text: str) -> str:
    """The text without the signs of Markdown, which say nothing; each character stays in its place."""
    return _RULER.sub(lambda ruler: " " * len(ruler[0]), text).replace("*", " ").replace("#", " ")


def _load() -> CrossEncoder:
    packaged = model_file(None)
    check(packaged, MODEL_SHA256)
    check(FILE, SHA256)
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise Unavailable(f"The package {error.name} is not installed (requirements/local.txt).") from error
    tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(str(FILE), options, providers=["CPUExecutionProvider"])
    return CrossEncoder(session, tokenizer, WordVectors(packaged, DIMENSIONS))


_loading = threading.Lock()


@cache
def _loaded() -> CrossEncoder | None:
    try:
        return _load()
    except Unavailable:
        return None  # the embedding model says why


def loaded() -> CrossEncoder | None:
    """The cross-encoder, made once per process; None where the packaged embedding model cannot be used either."""
    with _loading:
        return _loaded()
