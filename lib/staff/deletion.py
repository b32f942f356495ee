"""Deleting in the admin: asks first, counts what will be deleted, and deletes files too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lib.files import Deletion, count_with_files, delete_with_files, remove_files, replaced_files

NAMES_SHOWN = 20  # thousands of names would help nobody


class DeletesWithFiles(admin.ModelAdmin):
    """A ModelAdmin that leaves no file behind when a row is deleted or its file is replaced."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        replaced = replaced_files(obj)
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(remove_files, replaced))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_with_files(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        delete_with_files(queryset)

    def get_deleted_objects(
        self, objs: QuerySet | Sequence[Model], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Names of the chosen rows, counts of all deleted rows, what the user may not delete, and what prevents it."""
        rows = objs if isinstance(objs, QuerySet) else self.model._base_manager.filter(pk__in=[obj.pk for obj in objs])
        try:
            going = count_with_files(rows)
        except (ProtectedError, RestrictedError) as error:
            kept = error.args[1]
            return [], {}, set(), sorted({capfirst(str(obj._meta.verbose_name)) for obj in kept})
        return _names(objs), _counts(going), forbidden_kinds(request, going, self.admin_site), []


def forbidden_kinds(request: HttpRequest, going: Deletion, site: admin.AdminSite = admin.site) -> set[str]:
    """The models with admin pages that this user may not delete."""
    found = set()
    for label in going.rows:
        page = site._registry.get(apps.get_model(label))
        if page and not page.has_delete_permission(request):
            found.add(str(page.opts.verbose_name))
    return found


def _names(objs: Iterable[Model]) -> list[str]:
    names = [str(obj) for obj in objs]
    more = len(names) - NAMES_SHOWN
    return names if more <= 0 else [*names[:NAMES_SHOWN], _("… and %(count)s more") % {"count": more}]


def _counts(going: Deletion) -> dict[str, int]:
    """How many, by plural name, in the order of the cascade, with the chosen model first.

    A model with `is_part` is not counted, because its rows are part of another one. `file_words` is what its files are
    called.
    """
    counts = {
        str(apps.get_model(label)._meta.verbose_name_plural): count
        for label, count in going.rows.items()
        if not getattr(apps.get_model(label), "is_part", False)
    }
    for label, count in going.files.items():
        words = str(getattr(apps.get_model(label), "file_words", _("files")))
        counts[words] = counts.get(words, 0) + count
    return counts
