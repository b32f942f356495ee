"""Writes the receipt of an answer as plain values: what the model was given, what was left out, the checks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agents.llm.request import Passage

if TYPE_CHECKING:
    from conversations.replies.run import Run


def written(run: Run, used: Sequence[int]) -> dict[str, Any] | None:
    """The receipt of an attempt; None if it ended before a model was asked. `used`: the sources, by index."""
    request, whole = run.request, run.whole
    if request is None or whole is None:
        return None
    given = request.citable
    kept = {id(passage) for passage in given}
    return {
        "passages": [_line(passage, is_source=at in used) for at, passage in enumerate(given)],
        "left_out": {
            "passages": [_line(passage) for passage in whole.passages if id(passage) not in kept],
            "messages": len(whole.history) - len(request.history),
        },
        "parameters": {"temperature": request.temperature, "max_tokens": request.max_tokens, **run.parameters},
        "checks": {
            "figures": dict(run.figures),
            "withheld": [asdict(each) | {"kinds": list(each.kinds)} for each in run.withheld],
            "checks_answers": request.checks_answers,
        },
    }


def _line(passage: Passage, *, is_source: bool = False) -> dict[str, Any]:
    """A passage by its hash. The text is not stored, because it must not stay here after it was changed or deleted."""
    return {
        "document_id": passage.document_id,
        "document": passage.document,
        "heading": passage.heading,
        "page": passage.page,
        "hash": hash_of(passage.text),
        "score": round(float(passage.score), 4),
        "is_source": is_source,
    }


def hash_of(text: str) -> str:
    """The hash by which a receipt identifies the text of a passage."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
