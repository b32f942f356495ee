"""The admin's page where one web page is added by its address, the button that reads it again, and how far that is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agents.models import Agent
from agents.staff.of_agent import only_agent
from knowledge.models import Document
from knowledge.websites import adding, asked_pages
from knowledge.websites.adding import MAX_HOURS
from knowledge.websites.addresses import MAX_CHARS

POLL_S, POLL_PUT_OFF_S = 2, 15  # between two looks of a page at how far it is


class SinglePageForm(forms.Form):
    agent = forms.ModelChoiceField(label=gettext_lazy("Agent"), queryset=Agent.objects.all())
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=MAX_CHARS,
        widget=forms.URLInput(attrs={"class": "vTextField", "placeholder": "https://www.example.com/prices/"}),
        help_text=gettext_lazy("Of one page, or of a PDF on the web. A whole site is read under “Websites”."),
    )

    every_hours = forms.IntegerField(
        label=gettext_lazy("Read again every so many hours"),
        initial=asked_pages.EVERY_HOURS,
        min_value=0,
        max_value=MAX_HOURS,
        help_text=gettext_lazy("0: only when you say so."),
    )

    def clean_url(self) -> str:
        try:
            return adding.address(self.cleaned_data["url"], MAX_CHARS)  # where it leads is seen when it is read
        except adding.CannotAdd as error:
            raise forms.ValidationError(str(error)) from None


class SinglePage(admin.ModelAdmin):
    """Adds the page to the admin of documents."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = [
            path("page/", view(self.single_page_view), name="knowledge_document_page"),
            path("<uuid:pk>/state/", view(self.state_view), name="knowledge_document_state"),
        ]
        return [*pages, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def single_page_view(self, request: HttpRequest) -> HttpResponse:
        """Have the page read in the background; one that is known is read again."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SinglePageForm(request.POST or None, initial={"agent": request.GET.get("agent") or only_agent()})
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            document = asked_pages.add(asked["agent"].pk, asked["url"], every_hours=asked["every_hours"])
            if document is not None:
                return self._added(request, document)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Add a web page")}
        return TemplateResponse(request, "admin/knowledge/document/page.html", {**context, "form": form})

    def _added(self, request: HttpRequest, document: Document) -> HttpResponse:
        self.log_addition(request, document, [{"added": {}}])
        self._tell_of_reading(request)
        return HttpResponseRedirect(reverse("admin:knowledge_document_change", args=[document.pk]))

    def read_again(self, request: HttpRequest, document: Document) -> bool:
        """Whether this is a page that was added by its address; it is read again in the background."""
        if not document.is_single_page:
            return False
        asked_pages.read_again(document)
        self._tell_of_reading(request)
        return True

    def _tell_of_reading(self, request: HttpRequest) -> None:
        messages.info(request, _("It is read in the background; its state is shown here."))

    @method_decorator(require_safe)
    def state_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The state of a document as a fragment: its page asks for it every few seconds while it changes."""
        document = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_or_change_permission(request, document):
            raise PermissionDenied
        context = {"original": document, **self.shown_state(document), "is_fragment": True}
        return render(request, "admin/knowledge/document/_state.html", context)

    def keep_schedule(self, request: HttpRequest, document: Document, form: Any) -> None:
        """When the page is read again, as a form says. A text that was written over is kept: no reading may undo it."""
        if not document.is_single_page:
            return
        hours = document.every_hours
        if form.has_other_text and hours:
            messages.warning(request, _("It is not read again by itself any more: that would undo what you wrote."))
            hours = 0
        if hours != form.initial["every_hours"]:
            asked_pages.read_every(document, hours)

    def shown_state(self, document: Document) -> dict[str, Any]:
        """For the line above a document's form."""
        state = self.state(document)  # type: ignore[attr-defined] # of the list of documents
        is_put_off = document.is_to_be_read and document.page_to_read.is_put_off and not document.is_owed
        return {
            "state": state,
            "same_as": self.original(document),  # type: ignore[attr-defined] # of the list of documents
            "is_changing": document.is_owed or document.is_to_be_read,
            "poll_s": POLL_PUT_OFF_S if is_put_off else POLL_S,
        }
