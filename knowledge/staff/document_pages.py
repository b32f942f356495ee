"""The staff pages of knowledge: documents in, their chunks to look at."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from agents.staff.of_agent import OfAgentAdmin
from knowledge.adding import hash_of, text_hash
from knowledge.copies import copies, has_alike, original_of
from knowledge.indexer import INLINE_CHARS, see_to
from knowledge.indexing import owe
from knowledge.models import Chunk, Document
from knowledge.staff.agent_links import listed_conflicts, other_models, reembedded
from knowledge.staff.files_pages import FilesPages
from knowledge.staff.forms import DocumentForm
from knowledge.staff.single_page import SinglePage
from lib.files import remove_files
from lib.staff.cells import Tone, ago, badge
from lib.staff.change_pages import ChangePage
from lib.staff.deletion import DeletesWithFiles
from lib.staff.lists import OrderedList

CHUNKS_SHOWN = 200  # of a page of knowledge there are about twenty; of a book nobody reads them here
SCHEDULE = (gettext_lazy("When"), {"fields": ("every_hours",)})
TONES = {
    Document.Status.PENDING: Tone.WAITING,
    Document.Status.READY: Tone.SUCCESS,
    Document.Status.FAILED: Tone.ERROR,
}


class DocumentChangeList(OrderedList):
    """Knows which of the documents shown are copies, by one query for each agent that has some."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        alike = [document for document in self.result_list if document.has_alike]
        for agent_id in {document.agent_id for document in alike}:
            same = [document for document in alike if document.agent_id == agent_id]
            found = copies(agent_id, {document.text_hash for document in same})
            for document in same:
                document.is_copy = document.pk in found


@admin.register(Document)
class DocumentAdmin(OfAgentAdmin, FilesPages, SinglePage, ChangePage, DeletesWithFiles):
    form = DocumentForm
    actions = ("index_again",)
    list_display = ("name", "agent", "state", "chunk_count", "changed")
    list_filter = ("status", "agent")
    list_select_related = ("agent", "page_to_read")
    search_fields = ("name", "text")
    search_help_text = gettext_lazy("Name or text")
    list_order = ("needs_care", "-updated_at")
    agent_place = "knowledge"
    empty_text = gettext_lazy("No documents yet. Add one: the agent answers from what it says.")
    fieldsets = (
        (None, {"fields": (("agent", "name"),)}),
        (gettext_lazy("Text"), {"fields": ("upload", "text")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        failed_first = Case(
            When(status=Document.Status.FAILED, then=Value(0)),
            When(status=Document.Status.PENDING, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        chunks = Chunk.objects.filter(document=OuterRef("pk")).order_by().values("document").annotate(n=Count("pk"))
        documents = super().get_queryset(request).defer("text")  # up to 2 MB each
        chunk_count = Coalesce(Subquery(chunks.values("n")), 0)
        return documents.annotate(chunk_count=chunk_count, needs_care=failed_first, has_alike=has_alike())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the number of conflicts between the documents that are listed, and how far a change of the embedding
        model is."""
        models = {"reembedded": reembedded(request), "has_other_models": other_models(request) > 0}
        context = {**listed_conflicts(request), **models, **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DocumentChangeList]:
        return DocumentChangeList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was read from a website is changed there: the next reading would undo what is changed here."""
        return (obj is None or obj.website_id is None) and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Document | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return (*self.fieldsets, SCHEDULE) if obj is not None and obj.is_single_page else self.fieldsets
        return ((None, {"fields": (("agent", "name"), "text")}),)

    @admin.display(description=gettext_lazy("state"), ordering="needs_care")
    def state(self, document: Document) -> SafeString:
        if document.gone_at is not None:
            return badge(_("gone"), Tone.QUIET)
        words = document.get_status_display()
        if document.is_to_be_read:
            return _state_of_page(document)
        if document.is_owed and (document.lease_until or document.status == Document.Status.READY):
            is_ready = document.status == Document.Status.READY
            words = _("ready, indexed again: %(done)s %%") if is_ready else _("being indexed: %(done)s %%")
            words = words % {"done": int(document.progress * 100)}
        elif document.status == Document.Status.READY and self._is_copy(document):
            return badge(_("the same as another"), Tone.QUIET)
        return badge(words, TONES[Document.Status(document.status)])

    def _is_copy(self, document: Any) -> bool:
        known = getattr(document, "is_copy", None)  # in the list
        return self.original(document) is not None if known is None else known

    def original(self, document: Any) -> Document | None:
        """The document that answers in the place of this one, which says the same."""
        return original_of(document) if document.has_alike else None

    @admin.display(description=gettext_lazy("chunks"), ordering="chunk_count")
    def chunk_count(self, document: Any) -> int:
        return document.chunk_count

    @admin.display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, document: Document) -> SafeString | str:
        return ago(document.updated_at)

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        self.keep_schedule(request, obj, form)
        if change and not form.has_other_text and set(form.changed_data) - {"text"} == {"every_hours"}:
            return
        upload = form.cleaned_data.get("upload")
        if upload:
            replaced = [(obj.file.storage, str(obj.file.name))] if obj.file else []
            obj.file = upload
            transaction.on_commit(partial(remove_files, replaced))
        obj.content_hash = hash_of(upload) if upload else text_hash(obj.text)
        obj.is_unread = bool(upload) and not obj.text
        if form.has_other_text:
            obj.etag = obj.last_modified = ""  # "Read again" fetches the page, not only whether it changed
        obj.change_text()
        super().save_model(request, obj, form, change)
        # After the commit: making vectors takes seconds, in which nobody else could write to SQLite.
        transaction.on_commit(partial(self._index_saved, request, obj))

    def _index_saved(self, request: HttpRequest, document: Document) -> None:
        self._index(request, document)
        self._tell_of_waiting(request, int(document.is_owed))

    def _index(self, request: HttpRequest, document: Document, chars: int = INLINE_CHARS) -> None:
        see_to(document, chars=chars)
        if document.status == Document.Status.FAILED:
            words = _("%(document)s could not be indexed: %(error)s")
            messages.error(request, words % {"document": document.name, "error": document.error})

    @admin.action(description=gettext_lazy("Index again"), permissions=["change"])
    def index_again(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        chars = INLINE_CHARS  # so many for all that was chosen: nobody waits for a hundred documents
        done = waiting = 0
        for document in self.model._base_manager.filter(pk__in=documents.values("pk")):
            owe(document)
            self._index(request, document, chars)
            chars -= 0 if document.is_owed else len(document.text)
            waiting += document.is_owed
            done += document.status == Document.Status.READY and not document.is_owed
        if done:
            words = ngettext("%(count)s document is indexed again.", "%(count)s documents are indexed again.", done)
            messages.success(request, words % {"count": done})
        self._tell_of_waiting(request, waiting)

    def _tell_of_waiting(self, request: HttpRequest, waiting: int) -> None:
        if waiting:
            words = ngettext(
                "%(count)s document is being indexed. Load the page again to see how far it is.",
                "%(count)s documents are being indexed. Load the page again to see how far they are.",
                waiting,
            )
            messages.info(request, words % {"count": waiting})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.index_again_view)
        return [path("<uuid:pk>/index/", view, name="knowledge_document_index"), *super().get_urls()]

    @method_decorator(require_POST)
    def index_again_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The same for the document whose page it is."""
        document = get_object_or_404(Document, pk=pk)
        if not self.has_change_permission(request, document):
            raise PermissionDenied
        if not self.read_again(request, document):
            self.index_again(request, Document.objects.filter(pk=pk))
        self.log_change(request, document, _("Indexed again"))
        return HttpResponseRedirect(reverse("admin:knowledge_document_change", args=[pk]))

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        if obj is not None:
            context["chunks"] = obj.chunks.defer("vectors")[:CHUNKS_SHOWN]
            context["chunk_count"] = obj.chunks.count()
            context.update(self.shown_state(obj))


def _state_of_page(document: Document) -> SafeString:
    """Of a document whose web page is asked for: how far that is, and whether it is answered from meanwhile."""
    page = document.page_to_read
    is_ready = document.status == Document.Status.READY
    if page.is_put_off and document.next_read_at:
        words = _("ready, read again at %(time)s") if is_ready else _("tried again at %(time)s")
        return badge(words % {"time": time_format(localtime(document.next_read_at))}, Tone.WAITING)
    if is_ready:
        return badge(_("ready, being read again"), Tone.WAITING)
    return badge(_("being read") if page.lease_until is not None else _("waiting to be read"), Tone.WAITING)
