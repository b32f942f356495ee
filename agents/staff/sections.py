"""The sections of an agent's form. A field set or an inline says in which it stands; a script shows one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.admin.utils import flatten
from django.utils.translation import gettext_lazy


class FormPart(StrEnum):
    PROMPT = "prompt"
    LOOK = "look"
    VOICE = "voice"
    SELLING = "selling"
    PEOPLE = "people"
    WEB_SITES = "web-sites"


_LABELS = {
    FormPart.PROMPT: gettext_lazy("Agent and prompt"),
    FormPart.LOOK: gettext_lazy("Welcome and look"),
    FormPart.VOICE: gettext_lazy("Voice"),
    FormPart.SELLING: gettext_lazy("Questions and leads"),
    FormPart.PEOPLE: gettext_lazy("People"),
    FormPart.WEB_SITES: gettext_lazy("Other web sites"),
}


@dataclass(slots=True)
class FormSection:
    """One section with what stands in it, and whether something of it was filled in wrongly."""

    name: str
    label: Any
    fieldsets: list[Any] = field(default_factory=list)
    formsets: list[Any] = field(default_factory=list)
    has_errors: bool = False


def sections_of(adminform: Iterable[Any], formsets: Iterable[Any]) -> list[FormSection]:
    """The sections that hold something. What says nothing of its section stands in the first."""
    sections = {section: FormSection(section.value, label) for section, label in _LABELS.items()}
    for fieldset in adminform:
        named = next((section for section in FormPart if f"section-{section}" in fieldset.classes), FormPart.PROMPT)
        sections[named].fieldsets.append(fieldset)
        sections[named].has_errors |= not fieldset.form.errors.keys().isdisjoint(flatten(fieldset.fields))
    for formset in formsets:
        section = sections[getattr(formset.opts, "section", FormPart.PROMPT)]
        section.formsets.append(formset)
        section.has_errors |= bool(formset.formset.total_error_count())
    return [section for section in sections.values() if section.fieldsets or section.formsets]
