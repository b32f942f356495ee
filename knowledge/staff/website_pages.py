"""The staff pages of websites: which are read, how far each is, and what became of each page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agents.staff.of_agent import OfAgentAdmin
from knowledge.models import Document, WebPage, Website
from knowledge.staff.website_forms import WebsiteForm
from knowledge.websites import adding, schedule
from lib.staff.cells import Tone, ago, badge
from lib.staff.change_pages import ChangePage
from lib.staff.deletion import DeletesWithFiles
from lib.staff.lists import OrderedList

PAGES_SHOWN = 300  # those that need care first; nobody reads a thousand rows
TONES = {
    Website.Status.PENDING: Tone.WAITING,
    Website.Status.READING: Tone.WAITING,
    Website.Status.READY: Tone.SUCCESS,
    Website.Status.FAILED: Tone.ERROR,
}
PAGE_TONES = {WebPage.State.FAILED: Tone.ERROR, WebPage.State.WAITING: Tone.WAITING, WebPage.State.READ: Tone.SUCCESS}
UNDER_WAY = (Website.Status.PENDING, Website.Status.READING)


@admin.register(Website)
class WebsiteAdmin(OfAgentAdmin, ChangePage, DeletesWithFiles):
    form = WebsiteForm
    change_form_template = "admin/knowledge/website/change_form.html"
    delete_confirmation_template = "admin/knowledge/website/delete_confirmation.html"
    list_display = ("url", "agent", "state", "page_count", "ready_count", "failed_count", "last_read", "next_reading")
    list_filter = ("status", "agent")
    list_select_related = ("agent",)
    search_fields = ("url",)
    list_order = ("needs_care", "url")
    agent_place = "websites"
    empty_text = gettext_lazy("No websites yet. Add yours: the agent learns what its pages say, and reads them again.")
    fieldsets = (
        (None, {"fields": ("agent", "url")}),
        (gettext_lazy("Which pages"), {"fields": ("include", "exclude", "max_pages")}),
        (gettext_lazy("When"), {"fields": ("every_hours",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Website]:
        failed_first = Case(
            When(status=Website.Status.FAILED, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        allowed = super().get_queryset(request)
        return Website.objects.filter(pk__in=allowed.values("pk")).with_counts().annotate(needs_care=failed_first)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderedList]:
        return OrderedList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("agent", "url") if obj else ()  # of another site, all that was read would be another's

    @admin.display(description=gettext_lazy("state"), ordering="needs_care")
    def state(self, website: Website) -> SafeString:
        return badge(website.get_status_display(), TONES[Website.Status(website.status)])

    @admin.display(description=gettext_lazy("pages"), ordering="page_count")
    def page_count(self, website: Any) -> int:
        return website.page_count

    @admin.display(description=gettext_lazy("ready"), ordering="ready_count")
    def ready_count(self, website: Any) -> int:
        return website.ready_count

    @admin.display(description=gettext_lazy("failed"), ordering="failed_count")
    def failed_count(self, website: Any) -> int:
        return website.failed_count

    @admin.display(description=gettext_lazy("read"), ordering="last_read_at")
    def last_read(self, website: Website) -> SafeString | str:
        return ago(website.last_read_at)

    @admin.display(description=gettext_lazy("next reading"), ordering="next_read_at")
    def next_reading(self, website: Website) -> Any:
        return website.next_read_at

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = {"include", "exclude", "max_pages"} & set(form.changed_data)
        if change and changed:
            adding.forget_marks(obj)
        if not change or changed:
            transaction.on_commit(partial(schedule.read_now, obj.pk))
            messages.info(request, _("It is read in the background; you see below how far it is."))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """To its own page, where one sees it being read."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("admin:knowledge_website_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/read/", view(self.read_view), name="knowledge_website_read"),
            path("<uuid:pk>/progress/", view(self.progress_view), name="knowledge_website_progress"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def read_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        website = get_object_or_404(Website, pk=pk)
        if not self.has_change_permission(request, website):
            raise PermissionDenied
        if schedule.read_now(pk):
            self.log_change(request, website, _("Read again"))
        else:
            messages.info(request, _("It is being read already."))
        return HttpResponseRedirect(reverse("admin:knowledge_website_change", args=[pk]))

    @method_decorator(require_safe)
    def progress_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """How far it is, as a fragment: the page asks for it every other second while it is being read."""
        website = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, website):
            raise PermissionDenied
        context = {**self._progress(request, website), "is_fragment": True}
        return render(request, "admin/knowledge/website/_progress.html", context)

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        if obj is not None:
            context |= self._progress(request, obj)

    def _progress(self, request: HttpRequest, website: Any) -> dict[str, Any]:
        waiting = website.pages.filter(kind=WebPage.Kind.PAGE, reading__lt=website.reading)
        owed = website.documents.filter(is_owed=True, gone_at__isnull=True).count()
        is_under_way = website.status in UNDER_WAY
        return {
            "website": website,
            "state": self.state(website),
            "is_under_way": is_under_way,
            "owed": owed,
            "is_changing": is_under_way or bool(owed),
            "done": website.page_count - waiting.count() if website.status == Website.Status.READING else None,
            "pages": [
                (page, _badge(page), page.url.removeprefix(website.origin) or page.url) for page in _shown(website)
            ],
            "can_open": request.user.has_perm("knowledge.view_document"),
            "can_read": self.has_change_permission(request, website),
        }


def _shown(website: Website) -> QuerySet[WebPage]:
    """The pages, those that need care first."""
    order = Case(
        When(state=WebPage.State.FAILED, then=Value(0)),
        When(document__status=Document.Status.FAILED, then=Value(0)),
        When(state__in=(WebPage.State.READ, WebPage.State.WAITING), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    pages = website.pages.filter(kind=WebPage.Kind.PAGE).select_related("document").defer("document__text")
    return pages.order_by(order, "pk")[:PAGES_SHOWN]


def _badge(page: WebPage) -> SafeString:
    """What it comes to: a page is of use once its document is ready."""
    document = page.document
    if document is not None and document.gone_at is not None:
        return badge(_("gone"), Tone.QUIET)
    if page.state == WebPage.State.READ and document is not None:
        if document.is_owed:  # one that was ready is answered from as it was
            return badge(_("being indexed"), Tone.WAITING)
        if document.status == Document.Status.FAILED:
            return badge(_("failed"), Tone.ERROR)
    return badge(page.get_state_display(), PAGE_TONES.get(WebPage.State(page.state), Tone.QUIET))
