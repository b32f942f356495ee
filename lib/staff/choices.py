"""Form fields in which a row can be chosen, but not added, changed or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper


def only_chosen(field: Any) -> Any:
    """The form field without Django's icons for adding, changing and deleting."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field
