"""The order of the admin's lists: what needs attention comes first."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList


class OrderedList(ChangeList):
    """Orders by the admin's `list_order`, which may name annotations of its queryset.

    `ModelAdmin.ordering` cannot: Django also uses it for filters and drop-downs, which lack the annotations.
    """

    def _get_default_ordering(self) -> Any:
        return self.model_admin.list_order  # type: ignore[attr-defined]
