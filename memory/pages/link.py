"""The page behind the link in an e-mail. Mail scanners open links, so only its button changes anything."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access.visitors import visitor_of
from memory.linking import confirm, request_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button, POST links. 410 for a link that no longer works, 403 in the wrong browser."""
    found = request_of(token)
    is_own = found is not None and visitor_of(request) == found.visitor
    if found and is_own and request.method == "POST":
        confirm(found)
        return redirect("agent_memory", found.agent.slug)
    context = {"agent": found.agent if found else None, "is_own": is_own, "found": found}
    response = render(request, "memory/link.html", context, status=410 if found is None else 200 if is_own else 403)
    response["Referrer-Policy"] = "same-origin"
    return response
