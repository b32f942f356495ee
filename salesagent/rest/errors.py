"""Turns every exception in the API into the one error shape, without stack traces."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from access.rates import RateLimited
from lib.rest.problems import Problem, invalid, not_found, problem, too_large, too_many, unavailable
from salesagent.rest.validation_words import sentence

log = logging.getLogger(__name__)

NOUNS = {"agent_id": "Agent", "session_id": "Session", "message_id": "Message", "document_id": "Document"}
MAX_FIELDS = 5  # at most so many fields are named in one detail


def answer(error: Problem) -> HttpResponse:
    response = JsonResponse(error.body(), status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def unexpected(error: BaseException | None) -> HttpResponse:
    """500 with a request id, under which the log has the cause."""
    request_id = uuid.uuid4().hex
    log.error("request %s failed", request_id, exc_info=error)
    detail = _("Something went wrong here. Ask the operator to look for request %(id)s in the log.")
    fallback = _("Something went wrong on our side. Please try again in a moment.")
    return answer(problem(500, detail % {"id": request_id}, fallback, {"X-Request-Id": request_id}))


def problem_of(error: Exception) -> Problem | None:
    """The problem for an expected exception; None for an unexpected one."""
    match error:
        case Problem():
            return error
        case RateLimited():
            return too_many(error.retry_after_s)
        case ValidationError():
            return _of_validation(error)
        case HttpError():  # ninja wraps the exceptions of a parser in it
            cause = error.__cause__
            return cause if isinstance(cause, Problem) else problem(error.status_code, error.message)
        case Http404():
            return not_found(_("There is nothing here."))
        case RequestDataTooBig():
            return too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case MultiPartParserError() | BadRequest() | SuspiciousOperation():
            return invalid(_("The body cannot be read. Send it as the documentation shows."))
        case OperationalError() | InterfaceError():
            log.warning("the database refused: %s", type(error).__name__)
            return unavailable(_("The database does not answer. Try again in a moment."))
    return None


def handle_errors(api: NinjaAPI) -> None:
    """Give every error of `api` the one shape."""

    def handler(request: HttpRequest, error: Any) -> HttpResponse:
        known = problem_of(error)
        return answer(known) if known else unexpected(error)

    for kind in (Exception, Http404, HttpError, ValidationError):  # the last three replace ninja's own handlers
        api.add_exception_handler(kind, handler)


def _of_validation(error: ValidationError) -> Problem:
    for one in error.errors:
        if one["loc"][0] == "path":  # a malformed id in the path is not found
            noun = NOUNS.get(str(one["loc"][-1]), "")
            return not_found(_("%(noun)s not found") % {"noun": noun} if noun else _("There is nothing here."))
    return invalid(" ".join(dict.fromkeys(sentence(one) for one in error.errors[:MAX_FIELDS])))
