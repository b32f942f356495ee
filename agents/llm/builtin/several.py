"""Several questions answered in one message: each answer below its question."""

from __future__ import annotations

from collections.abc import Sequence

from agents.llm.builtin.shapes.rendering import escaped
from agents.llm.builtin.weighed import Band, BuiltAnswer, refused
from lib.text import shorten

GIVEN = ("quote", "closest")
MAX_QUESTION_CHARS = 120  # of a question repeated above its answer


def one_after_another(found: Sequence[tuple[str, BuiltAnswer]]) -> BuiltAnswer | None:
    """Joins the answers, each below its question; a repeated answer comes once. None if no question has an answer.

    The whole is sure only if each answer is.
    """
    given = [one for _question, one in found if one.band in GIVEN]
    if not given:
        return None
    answers = [one for _question, one in found]
    least = min(answers, key=lambda one: (one.band == "quote", one.confidence))
    if len({one.text for one in answers}) == 1:
        return least
    parts = [
        f"**{escaped(_as_heading(question))}**\n\n{one.text if one.band in GIVEN else refused()}"
        for question, one in found
    ]
    cited = tuple(dict.fromkeys(at for one in given for at in one.cited))
    band: Band = "quote" if least.band == "quote" else "closest"
    return BuiltAnswer("\n\n".join(parts), cited, band, least.confidence, "several questions", least.doubt)


def _as_heading(question: str) -> str:
    line = shorten(question, MAX_QUESTION_CHARS)
    return line[:1].upper() + line[1:]
