"""Who sends an API request, and what they may see: a key, staff, one visitor, or anybody in single-user mode."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from access import keys, rates, tokens, visitors
from access.models import ApiKey
from lib.rest.problems import Problem, forbidden, unauthorized

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends a request. `who` identifies them in counters and never holds a secret."""

    kind: Literal["key", "staff", "visitor", "open"]
    session_id: uuid.UUID | None
    who: str
    address: str
    scopes: frozenset[str] = frozenset(ApiKey.Scope.values)
    visitor: str = ""  # hash of the cookie, as stored in sessions; such a caller has no session_id
    key: str = ""  # its name and first characters, for the log that people read
    key_id: int | None = None  # None for the key of the settings
    user_id: int | None = None  # of staff
    permission: str = ""  # the permission that let staff in

    @property
    def is_visitor(self) -> bool:
        return self.kind == "visitor"


class Management:
    """Lets in a key with the scope the method needs, staff with a permission, or anybody with API_AUTH=off.

    Staff may do here what they may do in the admin: each operation names its permission with `may`. An operation that
    names none is for superusers only.
    """

    permission = ""
    lets_visitors_in = False
    takes_cookies = False
    openapi_security_schema = {"type": "http", "scheme": "bearer"}  # ninja then names this class in its document

    def may(self, permission: str) -> Self:
        """A copy of this check for an operation that requires a permission of staff, such as "agents.change_agent"."""
        own = copy.copy(self)
        own.permission = permission
        return own

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
            return of_session(session_id, address)
        if bearer and (key := keys.find(bearer)):
            return of_key(key, address)
        if settings.API_AUTH == "off":
            _refuse_other_sites(request)
            return Caller("open", None, "open", address)
        if not bearer and (caller := self._of_browser(request, address)):
            return caller
        rates.count(rates.WRONG_KEYS_PER_ADDRESS, "wrong key", address)
        raise unauthorized()

    def _of_browser(self, request: HttpRequest, address: str) -> Caller | None:
        """The caller by the browser's cookies. Staff who lack the permission may be a visitor in the same browser."""
        visitor = _of_cookie(request, address) if self.takes_cookies else None
        try:
            return _of_staff(request, address, self.permission) or visitor
        except Problem:
            if visitor is None:
                raise
            return visitor


class ManagementOrVisitor(Management):
    """Also lets in visitors with a session's token. The operation checks with `may_see` which session they may see."""

    lets_visitors_in = True


class ManagementOrVisitorByCookie(ManagementOrVisitor):
    """Also lets in a visitor's browser by its cookie, for what a page fetches without headers, such as sound."""

    takes_cookies = True


management = Management()
management_or_visitor = ManagementOrVisitor()
management_or_visitor_by_cookie = ManagementOrVisitorByCookie()


def of_key(key: ApiKey, address: str) -> Caller:
    """The caller of a valid key."""
    shown = f"“{key.name}” ({key.prefix}…)" if key.pk else key.name
    who = f"key {key.pk or 'of the settings'}"
    return Caller("key", None, who, address, frozenset(key.scopes), key=shown, key_id=key.pk)


def of_visitor(visitor: str, address: str) -> Caller:
    """The caller for a visitor of the pages, by the hash of their cookie ("" without one)."""
    return Caller("visitor", None, f"visitor {visitor}", address, visitor=visitor)


def of_session(session_id: uuid.UUID, address: str) -> Caller:
    """The caller for a session's token."""
    return Caller("visitor", session_id, f"session {session_id}", address)


def holds(user: User, permission: str) -> bool:
    """Whether an active account has a permission. As in the admin, a change permission includes the view permission."""
    if user.has_perm(permission):
        return True
    app, _dot, codename = permission.partition(".")
    action, _line, kind = codename.partition("_")
    return action == "view" and user.has_perm(f"{app}.change_{kind}")


def require(request: HttpRequest, *permissions: str) -> None:
    """Raises 403 for staff who lack one of these permissions, which are needed in addition to the operation's own."""
    if request.auth.kind != "staff":  # type: ignore[attr-defined]  # set by ninja
        return
    for permission in permissions:
        if not holds(cast("User", request.user), permission):
            raise _lacks(permission)


def may_see(caller: Caller, session_id: uuid.UUID) -> bool:
    return not caller.is_visitor or caller.session_id == session_id


def require_session(caller: Caller, session_id: uuid.UUID) -> None:
    """Raises 403 for a visitor whose token is for another session, whether that one exists or not."""
    if not may_see(caller, session_id):
        raise forbidden(_("This token is for another conversation."))


def _bearer(request: HttpRequest) -> str:
    """The bearer credential: "" if there is none, and "-", which fits no key, for another kind of credential."""
    scheme, _space, value = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or "-"
    return "-" if scheme else ""


def _of_staff(request: HttpRequest, address: str, permission: str) -> Caller | None:
    user: Any = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return None
    if check_csrf(request):  # safe methods pass
        raise forbidden(_("The CSRF token is missing or wrong. Send it as X-CSRFToken."))
    if not (user.is_superuser or (permission and holds(cast("User", user), permission))):
        if not permission:
            raise forbidden(_("Only administrators may do this with their account. Use a management key."))
        raise _lacks(permission)
    return Caller("staff", None, f"staff {user.pk}", address, user_id=user.pk, permission=permission)


def _lacks(permission: str) -> Problem:
    words = _("Your account lacks the permission “%(permission)s”. Ask an administrator for it.")
    return forbidden(words % {"permission": permission})


def _of_cookie(request: HttpRequest, address: str) -> Caller | None:
    """The visitor of the cookie. Only for safe methods, because there is no CSRF token here."""
    visitor = visitors.visitor_of(request)
    if not visitor or request.method not in SAFE_METHODS:
        return None
    return of_visitor(visitor, address)


def _refuse_other_sites(request: HttpRequest) -> None:
    """When no key is required, a page of another site in the same browser must still not write here."""
    origin = request.headers.get("Origin", "")
    own = f"{request.scheme}://{request.get_host()}"
    if request.method not in SAFE_METHODS and origin and origin != own and origin not in settings.CORS_ORIGINS:
        raise forbidden(_("This origin may not write here. Name it in CORS_ORIGINS."))
