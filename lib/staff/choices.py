"""Fields that name something: it is chosen there, and not made, changed or deleted in passing."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper


def only_chosen(field: Any) -> Any:
    """The form field without Django's icons beside it."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field
