"""The brand in the form of its agent: what visitors see of the company."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent, Brand
from agents.staff.sections import FormPart
from lib.files import remove_files, replaced_files


class BrandForm(forms.ModelForm):
    """Saves a brand; a logo that is replaced or taken off leaves no file behind."""

    class Meta:
        model = Brand
        fields = ()  # the admin names them
        widgets = {"custom_css": forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField", "spellcheck": "false"})}

    def clean_family(self) -> str:
        return " ".join(self.cleaned_data["family"].split())

    def save(self, commit: bool = True) -> Any:
        replaced = replaced_files(self.instance)
        saved = super().save(commit)
        transaction.on_commit(lambda: remove_files(replaced))
        return saved


class BrandInline(admin.StackedInline):
    model = Brand
    section = FormPart.LOOK
    form = BrandForm
    can_delete = False
    max_num = 1
    verbose_name_plural = gettext_lazy("Brand")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = (
        ("company", "logo"),
        ("accent_dark", "radius"),
        ("privacy_url", "legal_url"),
        "shows_powered_by",
        ("family", "offered_with"),
        "custom_css",
    )
    readonly_fields = ("offered_with",)

    @admin.display(description=gettext_lazy("Visitors are offered"))
    def offered_with(self, brand: Brand) -> str:
        """The other agents, as saved: a word that was mistyped is seen here."""
        if brand._state.adding:
            return ""  # of the empty row that Django keeps for a button
        others = Agent.objects.offered_by(brand).exclude(pk=brand.agent_id)
        return ", ".join(others.values_list("name", flat=True)) or _("No other agent")
