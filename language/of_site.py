"""The languages in which the site has its own words, and which of them a visitor gets.

A page speaks the language that its address asks for (`?lang=de`), else the one that an address of this site asked for
before, else one of the browser's, else English. Its script repeats that language in a header of each request and in
the address of each socket, so that what is added to a page later is in the language of the page. Pages of staff are in
English. See docs/adr/0021.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

P = ParamSpec("P")
T = TypeVar("T")
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

STAFF_PATHS = ("/admin/", "/ws/inbox/")  # always in English
PARAMETER = "lang"
PAGE_HEADER = "X-Page-Language"  # of requests that the script of a page sends
MAX_TAG_CHARS = 35  # https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1
MAX_HEADER_CHARS = 500


def shipped(tag: str) -> str:
    """The site's language for a tag ("de" for "de-AT"); "" if the site does not speak it."""
    code = tag[:MAX_TAG_CHARS].strip().replace("_", "-").partition("-")[0].lower()
    return code if code in _codes() else ""


def accepted(header: str) -> str:
    """The site's language that an Accept-Language header prefers; "" if it names none of them."""
    wanted = parse_accept_lang_header(header[:MAX_HEADER_CHARS].lower())
    return next((code for tag, _weight in wanted if (code := shipped(tag))), "")


def spoken(sockets: Application) -> Application:
    """Wraps the application of all sockets, so that each one speaks the language of its page or program."""

    async def in_language(scope: dict[str, Any], receive: Any, send: Any) -> None:
        is_of_staff = scope["path"].startswith(STAFF_PATHS)
        wanted = settings.LANGUAGE_CODE if is_of_staff else of_socket(scope["query_string"], scope["headers"])
        with translation.override(wanted):
            await sockets(scope, receive, send)

    return in_language


def of_socket(query_string: bytes, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The language of a socket, by the address and else the headers of its handshake; never ""."""
    parameter = parse_qs(query_string.decode("latin-1")).get(PARAMETER, [""])[0]
    header = next((value for name, value in headers if name.lower() == b"accept-language"), b"")
    return shipped(parameter) or accepted(header.decode("latin-1")) or settings.LANGUAGE_CODE


def in_language(function: Callable[P, T]) -> Callable[P, T]:
    """The function, to be called on another thread in the language that is active here: Django's stays behind."""
    language = translation.get_language()

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with translation.override(language):
            return function(*args, **kwargs)

    return run


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`asyncio.to_thread` for what makes text for people."""
    return await asyncio.to_thread(in_language(function), *args, **kwargs)


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)
