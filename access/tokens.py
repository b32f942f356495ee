"""Visitor tokens: signed, short-lived, for one session each. Not stored; they never belong in a URL or a log."""

from __future__ import annotations

import time
import uuid

from django.core.signing import BadSignature, Signer

MAX_AGE_S = 24 * 3600
RENEWED_AFTER_S = 3600  # a token in use is renewed, so that no conversation ends because of it
CLOCKS_DIFFER_S = 60  # between two servers of one site
_MARK = "vt1"
_MAX_CHARS = 200


def issue(session_id: uuid.UUID, now: float | None = None) -> str:
    """A token for one session, good for 24 hours."""
    issued_s = int(time.time() if now is None else now)
    return _signer().sign(f"{_MARK}.{session_id.hex}.{issued_s}")


def session_of(token: str, now: float | None = None) -> uuid.UUID | None:
    """The session that a token opens; None if it is forged, expired or not a token."""
    read = _read(token, time.time() if now is None else now)
    return read[0] if read else None


def renewed(token: str, now: float | None = None) -> str | None:
    """A new token for the same session if this one is valid and more than an hour old."""
    now = time.time() if now is None else now
    read = _read(token, now)
    if read is None or now - read[1] < RENEWED_AFTER_S:
        return None
    return issue(read[0], now)


def _signer() -> Signer:
    return Signer(sep=".", salt="access.tokens")  # signing compares in constant time


def _read(token: str, now: float) -> tuple[uuid.UUID, int] | None:
    if not token.isascii() or len(token) > _MAX_CHARS:
        return None
    try:
        mark, session, issued = _signer().unsign(token).split(".")
        session_id, issued_s = uuid.UUID(hex=session), int(issued)
    except (BadSignature, ValueError):  # ValueError: signed, but not by `issue`
        return None
    age_s = now - issued_s
    return (session_id, issued_s) if mark == _MARK and -CLOCKS_DIFFER_S <= age_s < MAX_AGE_S else None
