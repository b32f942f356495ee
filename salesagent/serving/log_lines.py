"""Log lines without what visitors wrote: of an error its place and its kind, and of its words what holds no values.

PostgreSQL tells the row that it refused (`DETAIL: Key (email)=(jo@example.org) already exists`), and much of Python
quotes the value that it could not read.
"""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType
from typing import Any

from django.db import Error as DatabaseError

MAX_WORDS_CHARS = 500
MAX_CAUSES = 10
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|“[^”]*”?""", re.DOTALL)
# What these quote are names in our code.
_ABOUT_CODE = (AttributeError, NameError, ImportError, TypeError, NotImplementedError)
# Of the server's answer these are names in our tables (https://www.postgresql.org/docs/current/protocol-error-fields.html).
_NAMES = ("schema_name", "table_name", "column_name", "constraint_name", "datatype_name")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """The lines of all loggers, errors as above."""

    def format(self, record: logging.LogRecord) -> str:
        # A copy: another handler may have kept its own text of the error in the record, and takes ours otherwise.
        record = logging.makeLogRecord({**record.__dict__, "exc_text": None})
        if isinstance(record.args, tuple):  # errors in the sentence itself
            record.args = tuple(_named(each) if isinstance(each, BaseException) else each for each in record.args)
        if record.name == "asyncio":  # behind its first line it shows tasks with their errors
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:
        return told(ei[1]) if ei[1] else ""


def told(error: BaseException) -> str:
    """Where an error and those behind it came from, the first one first, and what they say, without values."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current and id(current) not in seen and len(seen) < MAX_CAUSES:
        seen.add(id(current))
        if current.__cause__ or not current.__suppress_context__:
            behind, why = current.__cause__ or current.__context__, "which led to" if current.__cause__ else "and then"
        else:
            behind, why = None, ""
        parts.insert(0, _one(current))
        if behind and id(behind) not in seen:
            parts.insert(0, f"{why}:")
        current = behind
    return "\n".join(parts)


def _one(error: BaseException) -> str:
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), _named(error)]
    for each in getattr(error, "exceptions", ()):  # of a group
        lines.append("\n" + told(each))
    return "".join(lines)


def _named(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = _words(error)
    return f"{name}: {words}" if words else name


def _words(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:  # a class that cannot tell what it is must not end a log line
        return ""
    if isinstance(error, DatabaseError) or hasattr(error, "diag"):
        return _of_database(error, words)
    if not isinstance(error, _ABOUT_CODE):
        words = _QUOTED.sub("…", words)
    return words if len(words) <= MAX_WORDS_CHARS else f"{words[:MAX_WORDS_CHARS]}…"


def _of_database(error: BaseException, words: str) -> str:
    """The first line, since the others repeat the row or the statement; names of tables and constraints where told."""
    found: Any = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    first = _QUOTED.sub("…", words.partition("\n")[0])[:MAX_WORDS_CHARS]
    names = [str(name) for name in (getattr(found, each, None) for each in _NAMES) if name]
    return f"{first} ({', '.join(names)})" if names else first
