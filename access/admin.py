"""The staff pages of API keys: create one (it is shown once), see which are used, revoke them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access import keys
from access.models import ApiKey
from lib.staff.months import PeriodFilter


class ApiKeyForm(forms.ModelForm):
    """A name, what the key is allowed to do, and until when."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed to"),
        choices=ApiKey.Scope,
        initial=ApiKey.Scope.values,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")
        help_texts = {"expires_at": gettext_lazy("Leave it empty for a key that is valid until you revoke it.")}

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise ValidationError(_("This time is in the past. Choose a later one, or leave it empty."))
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    form = ApiKeyForm
    list_display = ("name", "begins_with", "may", "state", "last_used_at", "created_at")
    search_fields = ("name", "prefix")
    search_help_text = gettext_lazy("Name, or how the key begins")
    actions = ("revoke",)
    made_template = "admin/access/apikey/made.html"

    @admin.display(description=gettext_lazy("key"), ordering="prefix")
    def begins_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description=gettext_lazy("allowed to"))
    def may(self, key: ApiKey) -> str:
        return ", ".join(str(scope.label) for scope in ApiKey.Scope if key.allows(scope))

    @admin.display(description=gettext_lazy("state"))
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return _("revoked")
        return _("valid") if key.is_valid() else _("expired")

    @admin.action(description=gettext_lazy("Revoke the chosen keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        going = list(queryset.filter(revoked_at__isnull=True))
        for key in going:
            key.revoke()
            self.log_change(request, key, _("Revoked"))
        words = ngettext("%(count)s key is revoked.", "%(count)s keys are revoked.", len(going))
        messages.success(request, words % {"count": len(going)})

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return ("name", "scopes", "expires_at")
        return ("name", "begins_with", "may", "state", "created_at", "last_used_at", "expires_at", "revoked_at")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)[1:]  # only the name can be changed later

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # a revoked key stays in the list, so that one can see what used it

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
            return
        made, raw = keys.create(obj.name, form.cleaned_data["scopes"], obj.expires_at)
        obj.__dict__.update(made.__dict__)
        request.made_key = raw  # type: ignore[attr-defined]  # for the page that follows, and nowhere else

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The only page that ever shows the key. No redirect, because the key would have to be stored for it."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the key now"),
            "key": obj,
            "raw": request.made_key,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, self.made_template, context)


class ActionPeriod(PeriodFilter):
    field = "action_time"


@admin.register(LogEntry)
class LogEntryAdmin(admin.ModelAdmin):
    """Who changed what, here and through the API; also for deleted things, which have no history page any more."""

    list_display = ("time", "account", "kind", "name", "what_was_done")
    list_display_links = None
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter), ActionPeriod)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    search_help_text = gettext_lazy("Name, account or key")

    @admin.display(description=gettext_lazy("time"), ordering="action_time")
    def time(self, entry: LogEntry) -> str:
        return date_format(timezone.localtime(entry.action_time), "j M Y, H:i")

    @admin.display(description=gettext_lazy("account"), ordering="user__username")
    def account(self, entry: LogEntry) -> str:
        return entry.user.get_username()

    @admin.display(description=gettext_lazy("name"), ordering="object_repr")
    def name(self, entry: LogEntry) -> str:
        return entry.object_repr

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, entry: LogEntry) -> str:
        model = entry.content_type and entry.content_type.model_class()
        return str(model._meta.verbose_name) if model else ""

    @admin.display(description=gettext_lazy("what was done"))
    def what_was_done(self, entry: LogEntry) -> str:
        return entry.get_change_message() or str(entry.get_action_flag_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False
