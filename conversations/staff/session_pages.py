"""The staff pages of sessions: a list with filters by how answers ended, and the transcript. All are read-only."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from conversations.deletion.gone import tell_when_gone
from conversations.messages.searching import read_since, said
from conversations.models import Reply, Session
from conversations.staff.transcript import TranscriptPage, answer_badge
from conversations.staff.transcript_actions import actions_on
from conversations.staff.transcript_export import as_json, as_markdown
from conversations.staff.transcript_notes import notes_of
from lib.staff.cells import ago
from lib.staff.deletion import DeletesWithFiles
from lib.staff.months import PeriodFilter
from lib.staff.search_words import search_words
from lib.staff.week import Week

EXPORTS = {
    "md": ("text/markdown; charset=utf-8", as_markdown),
    "json": ("application/json", as_json),
}


# Filters by the last answer: the condition, and the choice of OF_ANY_ANSWER that narrows the sessions down by an index.
OF_LAST_ANSWER = {
    "last-unknown": (Q(last_certainty=Reply.Certainty.REFUSED), "unknown"),
    "last-failed": (Q(last_state=Reply.State.FAILED), "failed"),
}
OF_ANY_ANSWER = {
    "unknown": Q(certainty=Reply.Certainty.REFUSED),
    "unsure": Q(certainty=Reply.Certainty.HEDGED),
    "cut": ~Q(cut=""),
    "withheld": Q(withheld__gt=0),
    "disliked": Q(feedback=Reply.Feedback.DOWN),
    "liked": Q(feedback=Reply.Feedback.UP),
    "failed": Q(state=Reply.State.FAILED),
    "running": Q(state=Reply.State.RUNNING),
}


class ReplyFilter(admin.SimpleListFilter):
    """Filters sessions by how their answers ended: any answer, or only the last one."""

    title = gettext_lazy("answers")
    parameter_name = "answers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("last-unknown", gettext_lazy("last answer: did not know")),
            ("lately-unknown", gettext_lazy("did not know, last 7 days")),
            ("unknown", gettext_lazy("did not know")),
            ("unsure", gettext_lazy("not sure")),
            ("cut", gettext_lazy("incomplete")),
            ("withheld", gettext_lazy("partly withheld")),
            ("disliked", gettext_lazy("did not help")),
            ("lately-disliked", gettext_lazy("did not help, last 7 days")),
            ("liked", gettext_lazy("helped")),
            ("last-failed", gettext_lazy("last answer: failed")),
            ("lately-failed", gettext_lazy("failed, last 7 days")),
            ("failed", gettext_lazy("failed")),
            ("running", gettext_lazy("being written")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.value() or ""
        if name in OF_LAST_ANSWER:
            of_last, of_any = OF_LAST_ANSWER[name]
            return queryset.filter(of_last, pk__in=_with_answer(OF_ANY_ANSWER[of_any]))
        wanted = OF_ANY_ANSWER.get(name.removeprefix("lately-"))
        if wanted is None:
            return queryset
        if name.startswith("lately-"):
            wanted &= Q(created_at__gte=Week.until().starts[0])
        return queryset.filter(pk__in=_with_answer(wanted))


def _with_answer(wanted: Q) -> QuerySet[Any, Any]:
    """The ids of sessions with such an answer. A subquery on answers uses their index; one per session took seconds."""
    return Reply.objects.filter(wanted).values("message__session")


class ActivityPeriod(PeriodFilter):
    field = "updated_at"


@admin.register(Session)
class SessionAdmin(DeletesWithFiles):
    """The list of sessions and their transcripts. Nothing can be changed; sessions can be deleted."""

    list_display = ("shown_title", "agent", "message_total", "last_reply", "last_activity")
    list_filter = (ReplyFilter, ("agent", admin.RelatedOnlyFieldListFilter), "updated_at", ActivityPeriod)
    list_select_related = ("agent",)
    list_per_page = 50
    search_fields = ("title", "messages__content")
    search_help_text = gettext_lazy("Words of the title or of any message")
    agent_place = "conversations"
    empty_text = gettext_lazy("No conversations yet. Open the page and ask something.")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each choice of a filter would count all sessions

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        last = Reply.objects.filter(message__session=OuterRef("pk")).order_by("-message__seq")
        return (
            super()
            .get_queryset(request)
            .annotate(
                last_state=Subquery(last.values("state")[:1]),
                last_certainty=Subquery(last.values("certainty")[:1]),
                last_cut=Subquery(last.values("cut")[:1]),
                last_withheld=Subquery(last.values("withheld")[:1]),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Session], search_term: str
    ) -> tuple[QuerySet[Session], bool]:
        """Sessions with every word (or "quoted phrase") in the title or in any message, each session once."""
        since = read_since()
        for word in search_words(search_term):
            queryset = queryset.filter(Q(title__icontains=word) | Q(pk__in=said(word, since).values("session")))
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        searched_since = read_since() if request.GET.get(SEARCH_VAR) else None
        return super().changelist_view(request, {"searched_since": searched_since, **(extra_context or {})})

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def shown_title(self, session: Session) -> str:
        return str(session)

    @admin.display(description=gettext_lazy("messages"), ordering="last_seq")
    def message_total(self, session: Session) -> int:
        return session.message_count

    @admin.display(description=gettext_lazy("last answer"), ordering="last_state")
    def last_reply(self, session: Any) -> SafeString | str:
        if session.last_state is None:
            return self.get_empty_value_display()
        return answer_badge(session.last_state, session.last_certainty, session.last_cut, session.last_withheld)

    @admin.display(description=gettext_lazy("last activity"), ordering="updated_at")
    def last_activity(self, session: Session) -> SafeString | str:
        return ago(session.updated_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The transcript. With `seen` in the query, only its messages, or 204 if nothing has changed since."""
        session = self._session(object_id)
        if not self.has_view_permission(request, session):
            raise PermissionDenied
        if session is None:
            messages.warning(request, _("This session is not there any more."))
            return HttpResponseRedirect(reverse("admin:conversations_session_changelist"))
        notes = partial(notes_of, request, session)
        actions = partial(actions_on, request)
        transcript = TranscriptPage(session, request.GET.get("p", "1"), _search_of_the_list(request), notes, actions)
        if request.GET.get("seen") == transcript.mark:
            return HttpResponse(status=204)  # the page asked again, and nothing has changed
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(session),
            "session": session,
            "transcript": transcript,
            "filters": urlencode({"_changelist_filters": request.GET.get("_changelist_filters", "")}),
            "has_delete_permission": self.has_delete_permission(request, session),
            "can_open_documents": request.user.has_perm("knowledge.view_document"),
            "can_open_agent": request.user.has_perm("agents.view_agent"),
        }
        template = "_messages.html" if "seen" in request.GET else "transcript.html"
        return TemplateResponse(request, f"admin/conversations/session/{template}", context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        export = path("<path:object_id>/transcript.<str:kind>", view, name="conversations_session_export")
        return [export, *super().get_urls()]

    @method_decorator(require_safe)
    def export_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """The transcript as a file of one of the EXPORTS."""
        session = self._session(object_id)
        if session is None or kind not in EXPORTS:
            raise Http404
        if not self.has_view_permission(request, session):
            raise PermissionDenied
        content_type, written = EXPORTS[kind]
        name = f"{session.created_at:%Y-%m-%d}-{slugify(session.title)[:40] or 'session'}.{kind}"
        return HttpResponse(
            written(session),
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    def _session(self, object_id: str) -> Session | None:
        try:
            return Session.objects.select_related("agent").filter(pk=unquote(object_id)).first()
        except ValidationError:
            return None

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            tell_when_gone([obj.pk])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        with transaction.atomic():
            tell_when_gone(list(queryset.values_list("pk", flat=True)))
            super().delete_queryset(request, queryset)


def _search_of_the_list(request: HttpRequest) -> list[str]:
    """The words searched for in the list from which this page was opened; Django passes on the list's query."""
    return search_words(QueryDict(request.GET.get("_changelist_filters", "")).get(SEARCH_VAR, ""))
