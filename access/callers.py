"""Who sends a request to the API, and what they may see: a key, staff, one visitor, or anybody in single-user mode."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from access import keys, rates, tokens, visitors
from access.models import ApiKey
from salesagent.lib.problems import forbidden, unauthorized

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a request is answered for. `who` names them in counters and never holds a secret."""

    kind: Literal["key", "staff", "visitor", "open"]
    session_id: uuid.UUID | None
    who: str
    address: str
    scopes: frozenset[str] = frozenset(ApiKey.Scope.values)
    visitor: str = ""  # of the cookie, as sessions have it; such a caller has no session_id

    @property
    def is_visitor(self) -> bool:
        return self.kind == "visitor"


class Management:
    """Lets in a key with the scope the method needs, signed-in staff, or anybody with API_AUTH=off."""

    lets_visitors_in = False
    takes_cookies = False
    openapi_security_schema = {"type": "http", "scheme": "bearer"}  # ninja then names this class in its document

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller; raises the Problem or RateLimited that ends the request."""
        caller = self._caller(request)
        rates.count_request(caller.kind, caller.who, caller.address)
        if caller.is_visitor and not self.lets_visitors_in:
            raise forbidden(_("A visitor token does not open this. Use a management key."))
        scope = ApiKey.Scope.READ if request.method in SAFE_METHODS else ApiKey.Scope.WRITE
        if scope not in caller.scopes:
            raise forbidden(_("This key lacks the scope “%(scope)s”.") % {"scope": scope.value})
        return caller

    def _caller(self, request: HttpRequest) -> Caller:
        address = rates.address_of(request)
        bearer = _bearer(request)
        if bearer and (session_id := tokens.session_of(bearer)):
            request.renewed_token = tokens.renewed(bearer)  # type: ignore[attr-defined]  # for the edge to answer with
            return Caller("visitor", session_id, f"session {session_id}", address)
        if bearer and (key := keys.find(bearer)):
            return Caller("key", None, f"key {key.pk or 'of the settings'}", address, frozenset(key.scopes))
        if settings.API_AUTH == "off":
            _refuse_other_sites(request)
            return Caller("open", None, "open", address)
        if not bearer and (caller := _of_staff(request, address)):
            return caller
        if not bearer and self.takes_cookies and (caller := _of_cookie(request, address)):
            return caller
        rates.count(rates.WRONG_KEYS_PER_ADDRESS, "wrong key", address)
        raise unauthorized()


class ManagementOrVisitor(Management):
    """The same, and visitors with the token of a session; which session they may see is asked with `may_see`."""

    lets_visitors_in = True


class ManagementOrVisitorByCookie(ManagementOrVisitor):
    """The same, and a visitor's browser by its cookie: for what a page fetches by its address alone, as sound."""

    takes_cookies = True


management = Management()
management_or_visitor = ManagementOrVisitor()
management_or_visitor_by_cookie = ManagementOrVisitorByCookie()


def may_see(caller: Caller, session_id: uuid.UUID) -> bool:
    return not caller.is_visitor or caller.session_id == session_id


def require_session(caller: Caller, session_id: uuid.UUID) -> None:
    """Raises 403 for a visitor whose token is for another session, whether that one exists or not."""
    if not may_see(caller, session_id):
        raise forbidden(_("This token is for another conversation."))


def _bearer(request: HttpRequest) -> str:
    """What was sent as a credential: "" for none, and something nobody has for one of another kind."""
    scheme, _space, value = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or "-"
    return "-" if scheme else ""


def _of_staff(request: HttpRequest, address: str) -> Caller | None:
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return None
    if check_csrf(request):  # of safe methods it asks nothing
        raise forbidden(_("The CSRF token is missing or wrong. Send it as X-CSRFToken."))
    return Caller("staff", None, f"staff {user.pk}", address)


def _of_cookie(request: HttpRequest, address: str) -> Caller | None:
    """Only where nothing is changed: no CSRF token goes along."""
    visitor = visitors.visitor_of(request)
    if not visitor or request.method not in SAFE_METHODS:
        return None
    return Caller("visitor", None, f"visitor {visitor}", address, visitor=visitor)


def _refuse_other_sites(request: HttpRequest) -> None:
    """Without keys, a page of another site open in the same browser must not write here."""
    origin = request.headers.get("Origin", "")
    own = f"{request.scheme}://{request.get_host()}"
    if request.method not in SAFE_METHODS and origin and origin != own and origin not in settings.CORS_ORIGINS:
        raise forbidden(_("This origin may not write here. Name it in CORS_ORIGINS."))
