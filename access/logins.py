"""Limits attempts to sign in to the admin before a password is hashed, which takes half a second of a core.

Attempts by strangers must not lock out the owner of an account: a browser that has signed in before has a cookie and
a counter of its own, independent of what others do from its address or under its name.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from limits import parse

from access import rates

PER_ADDRESS = parse("30/15 minutes")  # a whole office behind one address, where everybody signs in once a day
PER_NAME = parse("20/15 minutes")  # by strangers from any address: 2,000 guesses a day at one account
PER_BROWSER = parse("20/15 minutes")  # one that has signed in as this account before
WAIT_S = 5.0  # how long an attempt waits for its turn to be hashed
BUSY_S = 10  # Retry-After when too many wait
COOKIE = "known_browser"
MAX_AGE_S = 180 * 86_400
_SALT = "access.logins"

# Strangers and known browsers have one hashing slot each, so known browsers never wait for a flood of strangers.
_turns = {False: threading.BoundedSemaphore(1), True: threading.BoundedSemaphore(1)}


def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Django's own page, with the limits."""
    if request.method != "POST":
        return admin.site.login(request, extra_context)
    name = request.POST.get("username", "")
    known = _known_browser(request, name)
    try:
        _count(request, name, known)
    except rates.RateLimited as limited:
        return _refused(request, 429, limited.retry_after_s)
    turn = _turns[bool(known)]
    if not turn.acquire(timeout=WAIT_S):
        return _refused(request, 503, BUSY_S)
    try:
        response = admin.site.login(request, extra_context)
    finally:
        turn.release()
    if not isinstance(getattr(request, "user", AnonymousUser()), AnonymousUser):
        _remember(response, name, known)
    return response


def locked_out(request: HttpRequest, response: HttpResponse | None = None, *rest: Any) -> HttpResponse:
    """The response of axes after too many wrong passwords for one name from one address."""
    return _refused(request, 429, int(settings.AXES_COOLOFF_TIME * 3600))


def is_known_browser(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """Whether axes ignores the request, because it is counted here."""
    return bool(_known_browser(request, (credentials or {}).get("username") or ""))


def _count(request: HttpRequest, name: str, known: str) -> None:
    if known:
        rates.count(PER_BROWSER, "login", known)
        return
    rates.count(PER_ADDRESS, "login", rates.address_of(request))
    rates.count(PER_NAME, "login", _digest(name))


def _known_browser(request: HttpRequest, name: str) -> str:
    """The identifier of a browser that has signed in under this name before, else ""."""
    try:
        digest, mark = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(mark) if digest == _digest(name) else ""


def _remember(response: HttpResponse, name: str, known: str) -> None:
    value = signing.dumps([_digest(name), known or secrets.token_hex(8)], salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE_S,
        path=reverse("admin:login"),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _digest(name: str) -> str:
    """The name as a counter's key: short, and the same for upper and lower case, so that case evades no limit."""
    return hashlib.sha256(unicodedata.normalize("NFKC", name).casefold().encode(errors="replace")).hexdigest()[:32]


def _refused(request: HttpRequest, status: int, retry_after_s: int) -> HttpResponse:
    minutes = -(-retry_after_s // 60)
    context = {"title": _("Too many attempts to sign in"), "minutes": minutes}
    response = render(request, "admin/too_many_logins.html", context, status=status)
    response["Retry-After"] = str(retry_after_s)
    return response
