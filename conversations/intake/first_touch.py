"""Where a visitor came from, as far as their browser told with their first message."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from lib.text import clean

MAX_CHARS = 2000
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
MAX_UTM_CHARS = 200


def first_touch_of(request: HttpRequest) -> dict[str, Any]:
    """The page, where that was reached from, campaign and language; what the page's script says, else the headers."""
    page = _text(request.POST.get("page")) or _text(request.headers.get("Referer"))
    return first_touch(page, _text(request.POST.get("referrer")), get_language_from_request(request))


def first_touch(page: str, referrer: str = "", locale: str = "") -> dict[str, Any]:
    """The same from its parts; no more is kept than fits, and of the page's query only the campaign twice."""
    try:
        query = dict(parse_qsl(urlsplit(page).query, max_num_fields=50))
    except ValueError:
        query = {}
    utm = {name: clean(query[name])[:MAX_UTM_CHARS] for name in UTM if query.get(name)}
    found = {"page": _text(page), "referrer": _text(referrer), "utm": utm, "locale": locale[:35]}
    return {name: value for name, value in found.items() if value}


def _text(value: str | None) -> str:
    return clean(value or "")[:MAX_CHARS]
