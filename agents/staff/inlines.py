"""Rows within the form of another thing: the words of the button that adds one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import InlineAdminFormSet
from django.contrib.admin.options import InlineModelAdmin

_of_agents: list[type[InlineModelAdmin]] = []


def add_inline(inline: type[InlineModelAdmin]) -> None:
    """Register, from an app's `ready()`, rows in the form of every agent."""
    if inline not in _of_agents:
        _of_agents.append(inline)


def inlines_of_agents() -> tuple[type[InlineModelAdmin], ...]:
    return tuple(_of_agents)


class _WithAddText(InlineAdminFormSet):
    def inline_formset_data(self) -> str:
        data = json.loads(super().inline_formset_data())
        if words := getattr(self.opts, "add_text", ""):
            data["options"]["addText"] = str(words)
        return json.dumps(data)


class AddTexts(admin.ModelAdmin):
    """Lets an inline say in its `add_text` what its button adds; Django says “Add another Fallback text”."""

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        formsets = super().get_inline_formsets(*args, **kwargs)
        for formset in formsets:
            formset.__class__ = _WithAddText  # Django names the class in the middle of a long method
        return formsets
