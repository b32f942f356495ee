"""Errors of the API, which all have one shape."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

TITLES = {  # programs compare them, so they are never translated
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Validation Failed",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Problem(Exception):
    """Ends a request with `status` and the error shape; `detail` tells the caller what to do.

    `fallback_message` is for the visitor, if one waits for an answer.
    """

    def __init__(
        self,
        status: int,
        error: str,
        detail: str,
        fallback_message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ):
        super().__init__(f"{status} {error}")
        self.status = status
        self.error = error
        self.detail = detail
        self.fallback_message = fallback_message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, str | None]:
        return {"error": self.error, "detail": self.detail, "fallback_message": self.fallback_message}


def problem(
    status: int, detail: str, fallback_message: str | None = None, headers: Mapping[str, str] | None = None
) -> Problem:
    """A Problem under the usual title of its status."""
    return Problem(status, TITLES.get(status, "Error"), detail, fallback_message, headers)


def unauthorized() -> Problem:
    detail = _("Send a valid key or token as “Authorization: Bearer …”.")
    return problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="api"'})


def forbidden(detail: str) -> Problem:
    return problem(403, detail)


def not_found(detail: str) -> Problem:
    return problem(404, detail)


def conflict(detail: str) -> Problem:
    return problem(409, detail)


def too_large(limit_bytes: int) -> Problem:
    return problem(
        413, _("The request is too large; at most %(limit)s bytes are taken.") % {"limit": f"{limit_bytes:,}"}
    )


def unsupported(accepted: str) -> Problem:
    return problem(415, _("Send the body as %(type)s and say so in Content-Type.") % {"type": accepted})


def invalid(detail: str) -> Problem:
    return problem(422, detail)


def too_many(retry_after_s: int) -> Problem:
    """429: tells the caller when to come back, and has a calm sentence for the visitor."""
    return problem(
        429,
        _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": retry_after_s},
        _("That was a lot at once. Please wait a moment and try again."),
        {"Retry-After": str(retry_after_s)},
    )


def unavailable(detail: str, retry_after_s: int = 2) -> Problem:
    return problem(
        503,
        detail,
        _("We cannot answer just now. Please try again in a moment."),
        {"Retry-After": str(retry_after_s)},
    )
