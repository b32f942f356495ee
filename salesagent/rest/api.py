"""Assembles the public REST API from the routers of the apps. The same handlers answer under /api/ and /api/v1/."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

import agents.api
import agents.refining.api
import conversations.rest.api
import conversations.rest.attachments
import conversations.rest.feedback
import conversations.rest.receipts
import evaluation.rest.cases
import evaluation.rest.evaluations
import evaluation.rest.gaps
import inbox.rest.api
import knowledge.api
import knowledge.website_api
import leads.rest.api
import voice.files.api
import voice.messages.api
import voice.settings_api
from lib.rest.json_body import BodyParser
from lib.rest.problems import not_found
from salesagent.rest import health
from salesagent.rest.errors import answer, handle_errors
from salesagent.rest.schema import document

api = NinjaAPI(
    title="Salesagent",
    version="1",
    urls_namespace="api",
    parser=BodyParser(),
    openapi_url=None,  # served below, with what all operations share
    docs_url=None,
)
# Refining before the agents; otherwise its path would be taken for an agent's id.
for router in (
    health.router,
    agents.refining.api.router,
    agents.api.router,
    knowledge.api.router,
    knowledge.website_api.router,
    conversations.rest.api.router,
    conversations.rest.attachments.router,
    conversations.rest.receipts.router,
    leads.rest.api.router,
    inbox.rest.api.router,
    evaluation.rest.cases.router,
    evaluation.rest.evaluations.router,
    evaluation.rest.gaps.router,
    conversations.rest.feedback.router,
    voice.files.api.router,
    voice.settings_api.router,
    voice.messages.api.router,
):
    api.add_router("", router)
handle_errors(api)


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document(api))


@require_safe
@ensure_csrf_cookie  # so that staff can try the operations from the page
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page where operations can be tried; with our own scripts and styles, as the CSP demands."""
    return render(request, "api/docs.html")


@csrf_exempt  # a POST to an unknown address is 404, even without a token
def unknown(request: HttpRequest) -> HttpResponse:
    return answer(not_found(_("There is nothing at this address.")))


_pages = [path("openapi.json", openapi_json, name="openapi"), path("docs", docs, name="docs")]
_handlers, _app, _namespace = api.urls
urlpatterns = [
    path("api/v1/", (_pages + _handlers, "api", "api-v1")),
    path("api/", (_pages + _handlers, "api", "api")),
    re_path(r"^api(?:/.*)?$", unknown),
]
