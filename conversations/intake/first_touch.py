"""Where a visitor came from, as far as their browser told with their first message."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest
from django.utils.translation import get_language

from agents.models import Agent
from lib.database import in_database
from lib.text import clean

MAX_CHARS = 2000
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
MAX_UTM_CHARS = 200
MAX_TOLD = 20  # facts that the site around a frame tells of its visitor
MAX_TOLD_NAME_CHARS = 40
MAX_TOLD_CHARS = 200
MAX_TOLD_BODY_CHARS = 10_000

# Whether the site that an agent stands on has signed the id of its user; told by the app that embeds.
Verify = Callable[[Agent, str, str], bool]
_verifiers: list[Verify] = []


def verified_by(verify: Verify) -> None:
    """Register, from an app's `ready()`, what knows the signatures."""
    if verify not in _verifiers:
        _verifiers.append(verify)


async def first_touch_of(request: HttpRequest, agent: Agent) -> dict[str, Any]:
    """The page, where that was reached from, campaign and language; what the page's script says, else the headers.

    From a frame also what the site around it tells of its visitor, and whether that site has signed who it is.
    """
    page = _text(request.POST.get("page")) or _text(request.headers.get("Referer"))
    touch = first_touch(page, _text(request.POST.get("referrer")), get_language() or "")
    if told := told_by_host(request.POST.get("told", "")):
        signed = told.pop("signature", "")
        is_verified = bool(signed and "id" in told) and await _is_signed(agent, told["id"], signed)
        touch |= {"told": told, "is_verified": is_verified}
    return touch


@in_database
def _is_signed(agent: Agent, user_id: str, signed: str) -> bool:
    return any(verify(agent, user_id, signed) for verify in _verifiers)


def told_by_host(body: str) -> dict[str, str]:
    """Names and values of a JSON object, as text; no more than fits, and nothing for what is no object."""
    if not body or len(body) > MAX_TOLD_BODY_CHARS:
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    facts = [(clean(str(name)), value) for name, value in found.items() if isinstance(value, str | int | float | bool)]
    told = {name: clean(str(value))[:MAX_TOLD_CHARS] for name, value in facts if 0 < len(name) <= MAX_TOLD_NAME_CHARS}
    return dict(list(told.items())[:MAX_TOLD])


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
