"""The staff pages of gaps: unanswered questions, most frequent first, and how to close them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agents.llm.builtin import is_follow_up
from conversations.models import Message
from evaluation.gaps import GapClosed, answer, counted, dismiss
from evaluation.likeness import MAX_CHARS
from evaluation.models import Gap, GapQuestion
from knowledge.ingestion.refusals import Unreadable
from lib.staff.cells import Tone, ago, badge
from lib.staff.lists import OrderedList

OPEN_FIRST = Case(When(status=Gap.Status.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
TONES = {Gap.Status.OPEN: Tone.WAITING, Gap.Status.ANSWERED: Tone.SUCCESS, Gap.Status.DISMISSED: Tone.QUIET}
SHOWN_QUESTIONS = 50
ADD_DOCUMENT = "knowledge.add_document"
CLOSED_ALREADY = gettext_lazy("This gap is closed already.")


WHY = {  # in few words, for lists
    GapQuestion.Kind.REFUSED.value: gettext_lazy("did not know"),
    GapQuestion.Kind.HEDGED.value: gettext_lazy("not sure"),
    GapQuestion.Kind.WITHHELD.value: gettext_lazy("held back"),
    GapQuestion.Kind.DISLIKED.value: gettext_lazy("did not help"),
}


class ReasonFilter(admin.SimpleListFilter):
    """Filters gaps by the reasons of their questions."""

    title = gettext_lazy("reason")
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(WHY.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in GapQuestion.Kind.values:
            return queryset
        return queryset.filter(Exists(GapQuestion.objects.filter(gap=OuterRef("pk"), kind=self.value())))


@admin.register(Gap)
class GapAdmin(admin.ModelAdmin):
    list_display = ("shown_question", "count", "trend", "last", "state", "agent")
    list_filter = ("status", ReasonFilter, ("agent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agent",)
    list_order = ("status_order", "-count", "-last_at")
    search_fields = ("question",)
    agent_place = "gaps"
    opens_with: ClassVar[dict[str, str]] = {"status__exact": Gap.Status.OPEN.value}
    empty_text = gettext_lazy("No gaps: every question was answered from the knowledge, or none was asked yet.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gap]:
        return counted().annotate(status_order=OPEN_FIRST)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderedList]:
        return OrderedList

    @admin.display(description=gettext_lazy("question"), ordering="question")
    def shown_question(self, gap: Gap) -> SafeString:
        return format_html('{}<span class="gap-why">{}</span>', gap, self.why(gap))

    @admin.display(description=gettext_lazy("asked"), ordering="count")
    def count(self, gap: Any) -> int:
        return gap.count

    @admin.display(description=gettext_lazy("this week"), ordering="lately")
    def trend(self, gap: Any) -> str:
        if gap.lately == gap.before:
            return _("%(lately)s, as last week") % {"lately": gap.lately}
        if gap.lately > gap.before:
            return _("%(lately)s, up from %(before)s") % {"lately": gap.lately, "before": gap.before}
        return _("%(lately)s, down from %(before)s") % {"lately": gap.lately, "before": gap.before}

    def why(self, gap: Any) -> str:
        """The reasons in order, with numbers if there are several."""
        counts = [(label, number) for kind, label in WHY.items() if (number := getattr(gap, f"of_{kind}"))]
        if len(counts) == 1:
            return str(counts[0][0])
        return ", ".join(f"{label} ({number})" for label, number in counts)

    @admin.display(description=gettext_lazy("last"), ordering="last_at")
    def last(self, gap: Any) -> SafeString | str:
        return ago(gap.last_at)

    @admin.display(description=gettext_lazy("state"), ordering="status_order")
    def state(self, gap: Gap) -> SafeString:
        return badge(gap.get_status_display(), TONES[Gap.Status(gap.status)])

    def get_urls(self) -> list[URLPattern]:
        pages = (("answer", self.answer_view), ("dismiss", self.dismiss_view))
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"evaluation_gap_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The question in all its wordings, and what can be done about it."""
        gap = self.get_object(request, object_id)
        if gap is None:
            raise Http404
        if not self.has_view_permission(request, gap):
            raise PermissionDenied
        questions = _asked(gap)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(gap),
            "gap": gap,
            "state": self.state(gap),
            "trend": self.trend(gap),
            "why": self.why(gap),
            "questions": questions,
            "newest": questions[0] if questions else None,
            "question": gap.question,
            "max_question_chars": MAX_CHARS,
            "may_close": self.has_change_permission(request, gap),
            "may_answer": self.has_change_permission(request, gap) and request.user.has_perm(ADD_DOCUMENT),
            "may_read": request.user.has_perm("conversations.view_session"),
            "may_add_case": request.user.has_perm("evaluation.add_case"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/evaluation/gap/page.html", context)

    @method_decorator(require_POST)
    def answer_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make a document of the question and the text."""
        gap = self._to_close(request, pk)
        if not request.user.has_perm(ADD_DOCUMENT):
            raise PermissionDenied
        text = request.POST.get("text", "")
        if not text.strip():
            messages.error(request, _("Write an answer first."))
            return HttpResponseRedirect(_page_of(gap))
        question = request.POST.get("question", "")
        written = {"text": text, "question": question}
        try:
            document = answer(gap, text, question)
        except GapClosed:
            messages.warning(request, CLOSED_ALREADY)
            return self.change_view(request, str(gap.pk), extra_context=written)
        except Unreadable as error:
            messages.error(request, str(error))
            return self.change_view(request, str(gap.pk), extra_context=written)
        self.log_change(request, gap, _("Answered"))
        words = _("“%(document)s” is in the knowledge now; the agent answers from it.")
        messages.success(request, words % {"document": document})
        return HttpResponseRedirect(_page_of(gap))

    @method_decorator(require_POST)
    def dismiss_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Dismiss a gap that needs no answer."""
        gap = self._to_close(request, pk)
        try:
            dismiss(gap)
        except GapClosed:
            messages.warning(request, CLOSED_ALREADY)
            return HttpResponseRedirect(_page_of(gap))
        self.log_change(request, gap, _("Dismissed"))
        messages.success(request, _("Dismissed. It is counted on, and not shown among what is open."))
        return HttpResponseRedirect(reverse("admin:evaluation_gap_changelist"))

    def _to_close(self, request: HttpRequest, pk: Any) -> Gap:
        gap = get_object_or_404(Gap, pk=pk)
        if not self.has_change_permission(request, gap):
            raise PermissionDenied
        return gap


def _asked(gap: Gap) -> list[Any]:
    """The newest questions of a gap; those that lean on the visitor's question before say it as `before`."""
    earlier = Message.objects.filter(
        session=OuterRef("message__session"), role=Message.Role.USER, seq__lt=OuterRef("message__seq")
    ).exclude(content="")
    before = Subquery(earlier.order_by("-seq").values("content")[:1])
    words = F("message__answer__feedback_words")
    asked = list(gap.questions.select_related("message").annotate(words=words, before=before)[:SHOWN_QUESTIONS])
    for each in asked:
        each.before = each.before if is_follow_up(each.message.content) else None
    return asked


def _page_of(gap: Gap) -> str:
    return reverse("admin:evaluation_gap_change", args=[gap.pk])
