"""Shows conversations on the admin's first page: how many there are, how answers ended, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations.models import Message, Reply, Session
from lib.staff import home
from lib.staff.cells import Tone
from lib.staff.charts import BarPart, Bars, Shares, seconds
from lib.staff.home import ToDo, permitted
from lib.staff.week import DAYS, Week, by_day

STEP_MS = 10  # precision of the times to the first token: the database returns a row per step, not per reply

may_see = permitted("conversations.view_session", "conversations.change_session")
_REFUSED = Q(certainty=Reply.Certainty.REFUSED)
_DISLIKED = Q(feedback=Reply.Feedback.DOWN)
_FAILED = Q(state=Reply.State.FAILED)


def connect() -> None:
    """Register the figures and to-dos; called once, when the app is ready."""
    for name, condition, words, answers, tone, position in (
        ("unanswered", _REFUSED, _refused_words, "lately-unknown", Tone.WAITING, 30),
        ("disliked", _DISLIKED, _disliked_words, "lately-disliked", Tone.WAITING, 32),
        ("failed", _FAILED, _failed_words, "lately-failed", Tone.ERROR, 35),
    ):
        home.add_to_do(ToDo(name, _sessions(condition), words, _list(answers), may_see, tone, position))
    home.add_figures(_figures)


def _sessions(condition: Q) -> Callable[[HttpRequest], int]:
    """Counts the sessions with such a reply in the last seven days, as the list does to which the to-do leads."""

    def count(request: HttpRequest) -> int:
        lately = Reply.objects.filter(condition, created_at__gte=Week.until().starts[0])
        # Not SELECT DISTINCT, for which SQLite would scan all messages by their session.
        return int(lately.aggregate(number=Count("message__session", distinct=True))["number"])

    return count


def _list(answers: str) -> Callable[[], str]:
    def url() -> str:
        return f"{reverse('admin:conversations_session_changelist')}?answers={answers}"  # a choice of its filter

    return url


def _refused_words(number: int) -> str:
    words = ngettext(
        "In %(count)s conversation of the last 7 days a question was not answered",
        "In %(count)s conversations of the last 7 days a question was not answered",
        number,
    )
    return words % {"count": number}


def _disliked_words(number: int) -> str:
    words = ngettext(
        "In %(count)s conversation of the last 7 days an answer did not help its visitor",
        "In %(count)s conversations of the last 7 days an answer did not help its visitor",
        number,
    )
    return words % {"count": number}


def _failed_words(number: int) -> str:
    words = ngettext(
        "In %(count)s conversation of the last 7 days an answer failed",
        "In %(count)s conversations of the last 7 days an answer failed",
        number,
    )
    return words % {"count": number}


def _figures(request: HttpRequest, week: Week) -> Iterator[Bars | Shares]:
    if not may_see(request):
        return
    url = reverse("admin:conversations_session_changelist")
    for name, label, rows in (
        ("conversations", _("Conversations"), Session.objects.begun()),
        ("messages", _("Messages"), Message.objects.all()),
    ):
        values = week.count(rows, "created_at")
        yield Bars(name, label, week.days, values, str(sum(values)), _("last 7 days"), url)
    yield _outcomes(week, url)
    yield _first_token(week, url)


def _outcomes(week: Week, url: str) -> Shares:
    found: dict[str, list[tuple[int, int]]] = {"answered": [], "hedged": [], "refused": [], "failed": []}
    for day, state, certainty, number in week.grouped(Reply.objects.all(), "created_at", "state", "certainty"):
        if state == Reply.State.RUNNING:
            continue
        outcome = "failed" if state == Reply.State.FAILED else certainty if certainty in found else "answered"
        found[outcome].append((day, number))
    # Replies to no question are no answers. They are rare, so it is cheaper to subtract them.
    by_itself = week.count(Reply.objects.filter(question__isnull=True), "created_at")
    found["answered"] += [(day, -number) for day, number in enumerate(by_itself)]
    parts = (
        BarPart(_("answered"), Tone.SUCCESS, by_day(found["answered"])),
        BarPart(_("not sure"), Tone.ACCENT, by_day(found["hedged"])),
        BarPart(_("does not know"), Tone.WAITING, by_day(found["refused"])),
        BarPart(_("failed"), Tone.ERROR, by_day(found["failed"])),
    )
    return Shares("answers", _("Answers"), week.days, parts, url)


def _first_token(week: Week, url: str) -> Bars:
    timed = Reply.objects.exclude(first_token_ms=None).annotate(step=F("first_token_ms") / STEP_MS)
    found = sorted(week.grouped(timed, "created_at", "step"), key=itemgetter(1))
    values = tuple(_median([(step, n) for day, step, n in found if day == number]) for number in range(DAYS))
    whole = _median([(step, n) for _day, step, n in found])
    return Bars(
        "first-token", _("First words after"), week.days, values, seconds(whole), _("median, 7 days"), url, unit="ms"
    )


def _median(steps: list[tuple[Any, int]]) -> float | None:
    """The median in milliseconds, from steps with their counts, in order; None without any."""
    middle = (sum(number for _step, number in steps) + 1) // 2
    for step, number in steps:
        middle -= number
        if middle <= 0:
            return float(int(step) * STEP_MS)
    return None
