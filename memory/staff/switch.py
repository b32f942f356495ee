"""The switch on an agent's page in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from agents.staff.sections import FormPart
from memory.models import MemorySettings


class MemorySettingsInline(admin.StackedInline):
    model = MemorySettings
    section = FormPart.SELLING
    fields = ("is_on",)
    can_delete = False
    min_num = max_num = 1
    verbose_name_plural = gettext_lazy("Memory")
