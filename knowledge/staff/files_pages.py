"""The admin's page where many files are added at once, and what came of each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from agents.models import Agent
from agents.staff.of_agent import only_agent
from knowledge import adding
from knowledge.ingestion.extract import ACCEPT
from knowledge.models import Document
from lib.text import shorten

MAX_SHOWN = 200  # documents whose state is asked for at once


class ManyFilesInput(forms.FileInput):
    """A field for one file or many."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """All files that were chosen."""

    widget = ManyFilesInput(attrs={"accept": ACCEPT, "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in chosen]


class FilesForm(forms.Form):
    agent = forms.ModelChoiceField(label=gettext_lazy("Agent"), queryset=Agent.objects.all())
    upload = ManyFilesField(label=gettext_lazy("Files"), allow_empty_file=True, max_length=500)


class FilesPages(admin.ModelAdmin):
    """Adds the page to the admin of documents."""

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("files/", self.admin_site.admin_view(self.files_view), name="knowledge_document_files"),
            path("files/states/", self.admin_site.admin_view(self.states_view), name="knowledge_document_states"),
        ]
        return [*pages, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def files_view(self, request: HttpRequest) -> HttpResponse:
        """The page; or, from its script, what came of one file as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = FilesForm(
            request.POST or None, request.FILES or None, initial={"agent": request.GET.get("agent") or only_agent()}
        )
        if request.method == "POST" and form.is_valid():
            results = adding.add_several(form.cleaned_data["agent"].pk, form.cleaned_data["upload"])
            self._log(request, results)
            if request.headers.get("Accept") == "application/json":
                return JsonResponse({"results": [_told(result) for result in results]})
            return self._redirected(request, form.cleaned_data["agent"], results)
        if request.method == "POST" and request.headers.get("Accept") == "application/json":
            told = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"results": [{"id": None, "tone": "error", "words": told}]}, status=422)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add files"),
            "form": form,
            "documents": self._documents(request),
        }
        return TemplateResponse(request, "admin/knowledge/document/files.html", context)

    @method_decorator(require_GET)
    def states_view(self, request: HttpRequest) -> HttpResponse:
        """The rows of the documents that are named, as they are now."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {"documents": self._documents(request)}
        return TemplateResponse(request, "admin/knowledge/document/_states.html", context)

    def _documents(self, request: HttpRequest) -> list[Document]:
        try:
            ids = [forms.UUIDField().clean(one) for one in request.GET.getlist("id")[:MAX_SHOWN]]
        except forms.ValidationError:
            return []
        found = {document.pk: document for document in self.get_queryset(request).filter(pk__in=ids)}
        shown = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
        for document in shown:
            document.shown_state = self.state(document)  # type: ignore[attr-defined] # of the list of documents
        return shown

    def _redirected(self, request: HttpRequest, agent: Agent, results: list[adding.FileResult]) -> HttpResponse:
        for result in results:
            told = _told(result)
            if told["tone"] != "success":
                level = messages.ERROR if told["tone"] == "error" else messages.INFO
                messages.add_message(request, level, str(told["words"]))
        ids = "&".join(f"id={result.added.document.pk}" for result in results if result.added)
        return HttpResponseRedirect(f"{reverse('admin:knowledge_document_files')}?agent={agent.pk}&{ids}")

    def _log(self, request: HttpRequest, results: list[adding.FileResult]) -> None:
        for result in results:
            if result.added and result.added.is_new:
                self.log_addition(request, result.added.document, [{"added": {}}])


def _told(result: adding.FileResult) -> dict[str, str | None]:
    """What came of a file: its document, if there is one, and a sentence in a tone."""
    name = shorten(result.name, 80)
    if result.added is None:
        words = _("“%(file)s” was not added: %(reason)s") % {"file": name, "reason": result.refusal}
        return {"id": None, "tone": "error", "words": words}
    document = result.added.document
    if not result.added.is_new:
        words = _("“%(file)s” is there already, as “%(document)s”.") % {"file": name, "document": document.name}
        return {"id": str(document.pk), "tone": "waiting", "words": words}
    return {"id": str(document.pk), "tone": "success", "words": _("“%(file)s” was added.") % {"file": name}}
