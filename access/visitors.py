"""Who a visitor is: whoever holds the signed token. No account, no name; the database keeps a hash only.

A browser keeps the token as a cookie. A frame of ours on another web site keeps it itself as well, since browsers may
block its cookies, and sends it in a header; no other site can make a browser send that (docs/adr/0013).
"""

from __future__ import annotations

import hashlib
import secrets
from http.cookies import Morsel

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
HEADER = "X-Visitor"
MAX_TOKEN_CHARS = 200
MAX_AGE_S = 365 * 86_400
_SALT = "access.visitors"


# Python's own cookies know the attribute from 3.14 on: https://docs.python.org/3/library/http.cookies.html
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


def visitor_of(request: HttpRequest) -> str:
    """The visitor's hash, or "" for one who holds no valid token yet."""
    return visitor_of_token(token_of(request))


def token_of(request: HttpRequest) -> str:
    """What the frame says, else what the cookie holds; it may be no token of ours."""
    said = request.headers.get(HEADER)
    return request.COOKIES.get(COOKIE, "") if said is None else said


def says_who(request: HttpRequest) -> bool:
    """Whether the page names its visitor itself, by a valid token in the header: then no cookie decides anything."""
    return bool(visitor_of_token(request.headers.get(HEADER, "")))


def visitor_of_headers(headers: list[tuple[bytes, bytes]]) -> str:
    """The same for the raw headers of a WebSocket handshake."""
    raw = b"; ".join(value for name, value in headers if name.lower() == b"cookie").decode("latin-1")
    return visitor_of_token(
        parse_cookie(raw).get(COOKIE, "")
    )  # as lenient with others' odd cookies as a request's are read


def new_visitor(request: HttpRequest | None = None) -> tuple[str, str]:
    """A new cookie value and its hash.

    Of a browser that posts: always the same key for the same CSRF cookie, which its page came with and which ends with
    the browser's window. So a first message that is sent twice, or from two tabs at once, is of one visitor although no
    cookie of a year was set before it.
    """
    secret = request.META.get("CSRF_COOKIE") if request else None
    key = salted_hmac(_SALT, secret, algorithm="sha256").hexdigest() if secret else secrets.token_urlsafe(24)
    return signing.dumps(key, salt=_SALT), _hash(key)


def set_cookie(response: HttpResponseBase, value: str, request: HttpRequest) -> None:
    """Of a frame on another site it is kept apart for each site that shows the frame, and sent from there only."""
    in_frame = says_who(request)
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE_S,
        httponly=True,
        samesite="None" if in_frame else "Lax",
        secure=in_frame or settings.SESSION_COOKIE_SECURE,
    )
    if in_frame:
        response.cookies[COOKIE]["partitioned"] = True


def visitor_of_token(value: str) -> str:
    """The visitor's hash, or "" for a token that is none of ours."""
    if not value or len(value) > MAX_TOKEN_CHARS:
        return ""
    try:
        return _hash(signing.loads(value, salt=_SALT))
    except signing.BadSignature:
        return ""


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
