"""Notes on cases in the list of an agent's prompt versions."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Agent
from agents.staff.version_notes import VersionNote
from evaluation.models import Evaluation
from evaluation.staff.agent_links import may_see_evaluations
from lib.staff.cells import Tone, badge

MAX_VERSIONS = 300  # the newest ones; older results interest nobody


def find(request: HttpRequest, agent: Agent) -> dict[int, list[VersionNote]]:
    """The last evaluation of each version, and with an override who published it and why."""
    if not may_see_evaluations(request):
        return {}
    newest: dict[int, Evaluation] = {}
    for evaluation in agent.evaluations.select_related("version").defer("version__text")[:MAX_VERSIONS]:
        kept = newest.get(evaluation.version.number)
        if kept is None or (evaluation.overridden_at and not kept.overridden_at):
            newest[evaluation.version.number] = evaluation
    return {number: [_note(evaluation)] for number, evaluation in newest.items()}


def _note(evaluation: Evaluation) -> VersionNote:
    url = reverse("admin:evaluation_evaluation_change", args=[evaluation.pk])
    if evaluation.overridden_at:
        words = _("Published by %(who)s although cases failed: %(why)s")
        return VersionNote(words % {"who": evaluation.overridden_by, "why": evaluation.override_reason}, url)
    return VersionNote(_told(evaluation), url)


def _told(evaluation: Evaluation) -> SafeString:
    counts = {"passed": evaluation.passed, "failed": evaluation.failed, "total": evaluation.total}
    if evaluation.is_under_way:
        return badge(_("cases are being asked"), Tone.WAITING)
    if evaluation.error:
        told = badge(_("cases could not be asked"), Tone.ERROR)
        return format_html("{} {}", told, _("not published")) if evaluation.publishes else told
    if not evaluation.failed:
        passed = ngettext("%(total)s case passed", "%(total)s cases passed", evaluation.total)
        return badge(passed % counts, Tone.SUCCESS)
    words = ngettext("%(failed)s of %(total)s case failed", "%(failed)s of %(total)s cases failed", evaluation.total)
    failed = badge(words % counts, Tone.ERROR)
    return format_html("{} {}", failed, _("not published")) if evaluation.publishes else failed
