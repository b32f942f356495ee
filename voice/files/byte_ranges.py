"""Parses `Range` headers: RFC 9110, section 14."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*", re.IGNORECASE)
MAX_DIGITS = 18  # no file is longer than 10^18 bytes


class Unsatisfiable(Exception):
    """The range lies beyond the end: 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`start` to `end`, which is not part of it."""

    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        return self.end - self.start

    def of(self, size_bytes: int) -> str:
        """The Content-Range of this part of a file."""
        return f"bytes {self.start}-{self.end - 1}/{size_bytes}"


def asked(header: str, size_bytes: int) -> ByteRange | None:
    """The requested range, cut at the file's end; None if the whole file is to be sent.

    The whole file is sent without a range, for several ranges, and for one that cannot be parsed. Raises Unsatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header)
    if not match:
        return None
    first, last, suffix = (_number(digits) for digits in match.groups())
    if suffix is not None:
        start, end = max(0, size_bytes - suffix), size_bytes
    else:
        start, end = first or 0, size_bytes if last is None else min(last + 1, size_bytes)
        if last is not None and last < start:
            return None
    if start >= size_bytes:
        raise Unsatisfiable
    return ByteRange(start, end)


def _number(digits: str | None) -> int | None:
    if not digits:
        return None
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= MAX_DIGITS else 10**MAX_DIGITS
