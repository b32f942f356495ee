"""Records in the admin's log what staff and programs change through the API: who, what, when, and with which key."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from access.callers import Caller

# Each entry of the log belongs to an account. This one stands for programs: nobody can sign in as it, and its name has
# a space, which no account made in a form may have.
PROGRAMS = "API keys"
NAME_CHARS = 200  # of LogEntry.object_repr


def added(request: HttpRequest, what: Model) -> None:
    _note(request, what, ADDITION, _("added"))


def changed(request: HttpRequest, what: Model, fields: Iterable[str] = (), *, note: str = "") -> None:
    """Record a change: the `fields` that were set, and a `note` on what else was done. Nothing if both are empty."""
    words = note or ", ".join(_label(what, name) for name in fields)
    if words:
        _note(request, what, CHANGE, note or _("changed: %(fields)s") % {"fields": words})


def deleted(request: HttpRequest, what: Model) -> None:
    """Record a deletion. Call it before the row is deleted, in the same transaction."""
    _note(request, what, DELETION, _("deleted"))


def _note(request: HttpRequest, what: Model, flag: int, words: str) -> None:
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    if caller.is_visitor:
        return
    LogEntry.objects.create(
        user_id=caller.user_id or _signed_in(request) or _programs(),
        content_type=ContentType.objects.get_for_model(what, for_concrete_model=False),
        object_id=str(what.pk),
        object_repr=str(what)[:NAME_CHARS],
        action_flag=flag,
        change_message=_way(caller) % {"what": words, "key": caller.key},
    )


def _way(caller: Caller) -> str:
    if caller.kind == "key":
        return _("Through the API with the key %(key)s: %(what)s")
    if caller.kind == "open":
        return _("Through the API without a key (API_AUTH is off): %(what)s")
    return _("Through the API: %(what)s")


def _signed_in(request: HttpRequest) -> int | None:
    """The account of somebody who needs no key (single-user mode) but is signed in."""
    return request.user.pk if request.auth.kind == "open" and request.user.is_authenticated else None  # type: ignore[attr-defined]


def _programs() -> int:
    account, is_new = get_user_model().objects.get_or_create(username=PROGRAMS, defaults={"is_active": False})
    if is_new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account.pk


def _label(what: Model, name: str) -> str:
    try:
        return str(getattr(what._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name.replace("_", " ")
